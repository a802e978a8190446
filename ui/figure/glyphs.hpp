#pragma once
#include <imgui.h>

#include <cstdint>
#include <string>
#include <vector>

namespace headwise {

/// A letter as it stands in the texture of fonts.
struct PlacedGlyph {
  ImFontBaked* font = nullptr;
  const ImFontGlyph* glyph = nullptr;
};

/// Finds the letters that a frame's triangles show by their places in the texture of fonts.
class GlyphMap {
 public:
  /// Of the current context's fonts, as the last frame left them.
  explicit GlyphMap(const ImTextureData& texture);
  const ImTextureData& texture() const { return texture_; }
  /// None where the texture holds no letter there (its white pixel).
  const PlacedGlyph* find(ImVec2 uv) const;

 private:
  const ImTextureData& texture_;
  std::vector<PlacedGlyph> glyphs_;
  std::vector<std::int32_t> owners_;  // for each pixel of the texture, or -1
};

/// A letter's outline as SVG's path data in the font's own units, y upwards from the baseline, and how
/// large one of them is in logical pixels. Empty where the font's file cannot be read.
struct GlyphPath {
  std::string data;
  float scale = 1;
};
GlyphPath glyph_path(const PlacedGlyph& placed);

}  // namespace headwise
