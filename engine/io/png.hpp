#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
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

/// Pairs like `Title`, `Scores`, in UTF-8, that a picture says of itself.
using PngTexts = std::vector<std::pair<std::string, std::string>>;

/// A PNG file (ISO/IEC 15948), made a piece at a time, with opacity only where something is not opaque.
class PngFile {
 public:
  /// `pixels_per_inch` is how large it wants to be printed; 0: it does not say.
  explicit PngFile(const Bitmap& bitmap, const PngTexts& texts = {}, double pixels_per_inch = 0);
  ~PngFile();
  /// Goes on for about so long; true when all is there.
  bool work(std::chrono::duration<double> budget);
  /// 0 to 1.
  double progress() const;
  /// Once all is there.
  std::string take();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// All of it at once.
std::string png(const Bitmap& bitmap, const PngTexts& texts = {}, double pixels_per_inch = 0);

}  // namespace headwise
