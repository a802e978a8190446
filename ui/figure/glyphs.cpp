#include "ui/figure/glyphs.hpp"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>

namespace headwise {

GlyphMap::GlyphMap(const ImTextureData& texture) : texture_(texture) {
  owners_.assign(static_cast<std::size_t>(texture.Width) * static_cast<std::size_t>(texture.Height), -1);
  ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  for (int f = 0; f < atlas.Builder->BakedPool.Size; ++f) {
    ImFontBaked& baked = atlas.Builder->BakedPool[f];
    if (baked.WantDestroy) continue;
    for (const ImFontGlyph& glyph : baked.Glyphs) {
      if (!glyph.Visible || glyph.PackId < 0) continue;
      const auto pixel = [](float at, int size) { return static_cast<int>(std::lround(at * static_cast<float>(size))); };
      for (int y = pixel(glyph.V0, texture.Height); y < pixel(glyph.V1, texture.Height); ++y) {
        const auto row = owners_.begin() + static_cast<std::ptrdiff_t>(y) * texture.Width;
        std::fill(row + pixel(glyph.U0, texture.Width), row + pixel(glyph.U1, texture.Width), static_cast<std::int32_t>(glyphs_.size()));
      }
      glyphs_.push_back({&baked, &glyph});
    }
  }
}

const PlacedGlyph* GlyphMap::find(ImVec2 uv) const {
  const auto x = static_cast<int>(uv.x * static_cast<float>(texture_.Width));
  const auto y = static_cast<int>(uv.y * static_cast<float>(texture_.Height));
  if (x < 0 || y < 0 || x >= texture_.Width || y >= texture_.Height) return nullptr;
  const std::int32_t owner = owners_[static_cast<std::size_t>(y) * texture_.Width + x];
  return owner < 0 ? nullptr : &glyphs_[static_cast<std::size_t>(owner)];
}

}  // namespace headwise
