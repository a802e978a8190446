#include <imgui.h>

#include "ui/figure/glyphs.hpp"
#include "ui/figure/path_data.hpp"

#define STB_TRUETYPE_IMPLEMENTATION
#define STBTT_STATIC
#include <imstb_truetype.h>

namespace headwise {

GlyphPath glyph_path(const PlacedGlyph& placed) {
  const ImFontConfig& source = *placed.font->ContainerFont->Sources[static_cast<int>(placed.glyph->SourceIdx)];
  const auto* const data = static_cast<const unsigned char*>(source.FontData);
  stbtt_fontinfo font;
  if (!stbtt_InitFont(&font, data, stbtt_GetFontOffsetForIndex(data, static_cast<int>(source.FontNo)))) return {};
  stbtt_vertex* corners = nullptr;
  const int count = stbtt_GetCodepointShape(&font, static_cast<int>(placed.glyph->Codepoint), &corners);
  const auto point = [](int x, int y) { return OutlinePoint{x * 100, y * 100}; };
  PathData path;
  for (int i = 0; i < count; ++i) {
    const stbtt_vertex& v = corners[i];
    switch (v.type) {
      case STBTT_vmove: path.move(point(v.x, v.y)); break;
      case STBTT_vline: path.line(point(v.x, v.y)); break;
      case STBTT_vcurve: path.curve({point(v.cx, v.cy), point(v.x, v.y)}); break;
      default: path.curve({point(v.cx, v.cy), point(v.cx1, v.cy1), point(v.x, v.y)});
    }
  }
  stbtt_FreeShape(&font, corners);
  path.close();
  // The same size as Dear ImGui's own rasteriser makes it.
  return {path.text(), stbtt_ScaleForPixelHeight(&font, placed.font->Size)};
}

}  // namespace headwise
