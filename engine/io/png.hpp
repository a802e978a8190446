#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace headwise {

/// Rows of pixels from the top, red, green, blue and opacity in a byte each.
struct Bitmap {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgba;

  Bitmap(int w, int h) : width(w), height(h), rgba(static_cast<std::size_t>(w) * static_cast<std::size_t>(h) * 4) {}
  std::uint8_t* at(int x, int y) { return rgba.data() + (static_cast<std::size_t>(y) * width + x) * 4; }
  const std::uint8_t* at(int x, int y) const { return rgba.data() + (static_cast<std::size_t>(y) * width + x) * 4; }
};

/// A PNG file (ISO/IEC 15948) of it, with opacity only where something is not opaque. `texts` are
/// pairs like `Title`, `Scores`, in UTF-8; `pixels_per_inch` is how large it wants to be printed.
std::string png(const Bitmap& bitmap, const std::vector<std::pair<std::string, std::string>>& texts = {},
                double pixels_per_inch = 0);

}  // namespace headwise
