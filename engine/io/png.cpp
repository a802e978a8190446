#include "engine/io/png.hpp"

#include <cmath>
#include <string_view>

#include "engine/io/checksum.hpp"
#include "engine/io/deflate.hpp"

namespace headwise {

namespace {

void put_number(std::string& to, std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) to += static_cast<char>(number >> shift & 0xFF);
}

void put_chunk(std::string& to, const std::string& name, const std::string& body) {
  put_number(to, static_cast<std::uint32_t>(body.size()));
  to += name + body;
  put_number(to, crc32(body, crc32(name)));
}

bool is_opaque(const Bitmap& bitmap) {
  for (std::size_t i = 3; i < bitmap.rgba.size(); i += 4) {
    if (bitmap.rgba[i] != 255) return false;
  }
  return true;
}

/// Every row as its difference to the one above, which is nothing where drawings go straight down.
std::string filtered(const Bitmap& bitmap, int channels) {
  constexpr char up = 2;
  std::string rows;
  rows.reserve(static_cast<std::size_t>(bitmap.height) * (static_cast<std::size_t>(bitmap.width) * channels + 1));
  const std::vector<std::uint8_t> nothing(static_cast<std::size_t>(bitmap.width) * 4);
  const std::uint8_t* above = nothing.data();
  for (int y = 0; y < bitmap.height; ++y) {
    const std::uint8_t* const row = bitmap.at(0, y);
    rows += up;
    for (int x = 0; x < bitmap.width; ++x) {
      for (int c = 0; c < channels; ++c) rows += static_cast<char>(row[x * 4 + c] - above[x * 4 + c]);
    }
    above = row;
  }
  return rows;
}

}  // namespace

struct PngFile::State {
  std::string file;  // all that stands before the pixels
  std::string rows;
  ZlibStream stream{rows};
};

PngFile::PngFile(const Bitmap& bitmap, const PngTexts& texts, double pixels_per_inch) {
  const bool opaque = is_opaque(bitmap);
  std::string header;
  put_number(header, static_cast<std::uint32_t>(bitmap.width));
  put_number(header, static_cast<std::uint32_t>(bitmap.height));
  header += {8, static_cast<char>(opaque ? 2 : 6), 0, 0, 0};  // bits, RGB or RGBA, and the only methods there are
  std::string file = "\x89PNG\r\n\x1a\n";
  put_chunk(file, "IHDR", header);
  if (pixels_per_inch > 0) {
    const auto per_metre = static_cast<std::uint32_t>(std::lround(pixels_per_inch / 0.0254));
    std::string size;
    put_number(size, per_metre);
    put_number(size, per_metre);
    put_chunk(file, "pHYs", size + '\1');
  }
  for (const auto& [keyword, text] : texts) {
    // Not compressed, of no language.
    put_chunk(file, "iTXt", keyword + std::string(5, '\0') + text);
  }
  state_ = std::unique_ptr<State>(new State{std::move(file), filtered(bitmap, opaque ? 3 : 4)});
}

PngFile::~PngFile() = default;

bool PngFile::work(std::chrono::duration<double> budget) { return state_->stream.work(budget); }
double PngFile::progress() const { return state_->stream.progress(); }

std::string PngFile::take() {
  put_chunk(state_->file, "IDAT", state_->stream.take());
  put_chunk(state_->file, "IEND", "");
  return std::move(state_->file);
}

std::string png(const Bitmap& bitmap, const PngTexts& texts, double pixels_per_inch) {
  PngFile file(bitmap, texts, pixels_per_inch);
  while (!file.work(std::chrono::hours(1))) continue;
  return file.take();
}

}  // namespace headwise
