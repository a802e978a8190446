#include "engine/io/png.hpp"

#include <doctest/doctest.h>

#include <array>
#include <random>
#include <stdexcept>
#include <string>

#include "engine/io/checksum.hpp"
#include "engine/io/deflate.hpp"

using namespace headwise;

namespace {

/// Reads a zlib stream of fixed codes back, by RFC 1950 and 1951 and not by the code that wrote it.
class Inflater {
 public:
  explicit Inflater(const std::string& bytes) : bytes_(bytes) {}

  std::string read() {
    require((byte(0) & 15) == 8 && (byte(0) * 256 + byte(1)) % 31 == 0 && (byte(1) & 32) == 0);
    at_ = 16;
    require(bits(1) == 1 && bits(2) == 1);
    std::string out;
    for (unsigned symbol = literal(); symbol != 256; symbol = literal()) {
      if (symbol < 256) {
        out += static_cast<char>(symbol);
        continue;
      }
      static constexpr unsigned base[] = {3,  4,  5,  6,  7,  8,  9,  10, 11, 13,  15,  17,  19,  23, 27,
                                          31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
      const unsigned l = symbol - 257;
      const unsigned length = base[l] + bits(l < 8 || l == 28 ? 0 : (l - 4) / 4);
      const unsigned d = code(5);
      unsigned distance = 1;
      for (unsigned i = 0; i < d; ++i) distance += 1U << (i < 2 ? 0 : (i - 2) / 2);
      distance += bits(d < 2 ? 0 : (d - 2) / 2);
      require(distance <= out.size());
      for (unsigned i = 0; i < length; ++i) out += out[out.size() - distance];
    }
    const std::size_t sum = (at_ + 7) / 8;
    require(bytes_.size() == sum + 4);
    unsigned a = 1;
    unsigned b = 0;
    for (const char c : out) {
      a = (a + static_cast<unsigned char>(c)) % 65521;
      b = (b + a) % 65521;
    }
    require((byte(sum) << 24 | byte(sum + 1) << 16 | byte(sum + 2) << 8 | byte(sum + 3)) == (b << 16 | a));
    return out;
  }

 private:
  static void require(bool good) {
    if (!good) throw std::runtime_error("not a stream of fixed codes");
  }
  unsigned byte(std::size_t i) const { return static_cast<unsigned char>(bytes_.at(i)); }
  unsigned bit() {
    const unsigned b = byte(at_ / 8) >> (at_ % 8) & 1;
    ++at_;
    return b;
  }
  unsigned bits(unsigned count) {
    unsigned value = 0;
    for (unsigned i = 0; i < count; ++i) value |= bit() << i;
    return value;
  }
  unsigned code(unsigned count) {
    unsigned value = 0;
    for (unsigned i = 0; i < count; ++i) value = value << 1 | bit();
    return value;
  }
  unsigned literal() {
    unsigned c = code(7);
    if (c < 24) return 256 + c;
    c = c << 1 | bit();
    if (c < 0xC0) return c - 0x30;
    if (c < 0xC8) return 280 + c - 0xC0;
    return 144 + (c << 1 | bit()) - 0x190;
  }

  const std::string& bytes_;
  std::size_t at_ = 0;
};

}  // namespace

TEST_CASE("a zlib stream reads back, whatever the bytes") {
  std::mt19937 random(1);
  for (const std::size_t size : {0, 1, 2, 3, 4, 257, 258, 259, 40000, 70000, 200000}) {
    for (const unsigned values : {1U, 2U, 7U, 256U}) {
      std::string bytes;
      while (bytes.size() < size) bytes += static_cast<char>(random() % values);
      CAPTURE(size);
      CAPTURE(values);
      const std::string stream = zlib_stream(bytes);
      REQUIRE(Inflater(stream).read() == bytes);
    }
  }
  // Repeats at each distance that matters, one further than the window among them.
  for (const std::size_t distance : {1, 2, 5, 31, 24577, 32767, 32768, 32769}) {
    std::string bytes = "abcdefgh";
    while (bytes.size() < distance) bytes += static_cast<char>(random());
    bytes += "abcdefgh";
    REQUIRE(Inflater(zlib_stream(bytes)).read() == bytes);
  }
}

TEST_CASE("what repeats takes little room") {
  CHECK(zlib_stream(std::string(1000000, 'a')).size() < 8000);
  CHECK(zlib_stream(std::string(100, 'a')).size() < 20);
}

TEST_CASE("a PNG's chunks hold its pixels, without opacity where all is opaque") {
  const auto number = [](const std::string& bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes.at(at + i));
    return value;
  };
  for (const bool opaque : {true, false}) {
    Bitmap bitmap(5, 3);
    std::mt19937 random(2);
    for (auto& byte : bitmap.rgba) byte = static_cast<std::uint8_t>(random());
    if (opaque) {
      for (std::size_t i = 3; i < bitmap.rgba.size(); i += 4) bitmap.rgba[i] = 255;
    }
    const std::string file = png(bitmap, {{"Title", "Sch\u00f6n"}}, 288);
    REQUIRE(file.substr(0, 8) == "\x89PNG\r\n\x1a\n");
    std::vector<std::string> names;
    std::string rows;
    for (std::size_t at = 8; at < file.size();) {
      const std::uint32_t length = number(file, at);
      const std::string name = file.substr(at + 4, 4);
      const std::string body = file.substr(at + 8, length);
      names.push_back(name);
      CHECK(number(file, at + 8 + length) == crc32(name + body));
      if (name == "IHDR") {
        CHECK(number(body, 0) == 5);
        CHECK(number(body, 4) == 3);
        CHECK(body.substr(8) == std::string{8, static_cast<char>(opaque ? 2 : 6), 0, 0, 0});
      }
      if (name == "pHYs") CHECK(number(body, 0) == 11339);  // 288 per inch of 2.54 cm
      if (name == "iTXt") CHECK(body == std::string("Title\0\0\0\0\0", 10) + "Sch\u00f6n");
      if (name == "IDAT") rows = Inflater(body).read();
      at += 12 + length;
    }
    CHECK(names == std::vector<std::string>{"IHDR", "pHYs", "iTXt", "IDAT", "IEND"});
    const std::size_t channels = opaque ? 3 : 4;
    REQUIRE(rows.size() == 3 * (5 * channels + 1));
    std::vector<unsigned> above(5 * channels);
    for (int y = 0; y < 3; ++y) {
      const std::size_t row = static_cast<std::size_t>(y) * (5 * channels + 1);
      CHECK(rows[row] == 2);
      for (std::size_t i = 0; i < above.size(); ++i) {
        above[i] = (above[i] + static_cast<unsigned char>(rows[row + 1 + i])) & 255;
        CHECK(above[i] == bitmap.at(static_cast<int>(i / channels), y)[i % channels]);
      }
    }
  }
}
