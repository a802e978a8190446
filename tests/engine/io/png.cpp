#include "engine/io/png.hpp"

#include <doctest/doctest.h>
#include <zlib.h>

#include <array>
#include <random>
#include <string>

#include "engine/io/checksum.hpp"
#include "engine/io/deflate.hpp"

using namespace headwise;

namespace {

std::string inflated(const std::string& stream) {
  z_stream zlib{};
  REQUIRE(inflateInit(&zlib) == Z_OK);
  zlib.next_in = reinterpret_cast<const Bytef*>(stream.data());
  zlib.avail_in = static_cast<uInt>(stream.size());
  std::string out;
  int status = Z_OK;
  while (status == Z_OK) {
    const std::size_t had = out.size();
    out.resize(had + 65536);
    zlib.next_out = reinterpret_cast<Bytef*>(out.data() + had);
    zlib.avail_out = 65536;
    status = inflate(&zlib, Z_NO_FLUSH);
    out.resize(out.size() - zlib.avail_out);
  }
  inflateEnd(&zlib);
  REQUIRE(status == Z_STREAM_END);
  REQUIRE(zlib.avail_in == 0);
  return out;
}

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
      REQUIRE(inflated(stream) == bytes);
      // In pieces, however little time there is, it is the same stream.
      ZlibStream pieces(bytes);
      while (!pieces.work(std::chrono::seconds(0))) CHECK(pieces.progress() < 1.0001);
      CHECK(pieces.take() == stream);
    }
  }
  // Repeats at each distance that matters, one further than the window among them.
  for (const std::size_t distance : {1, 2, 5, 31, 24577, 32767, 32768, 32769}) {
    std::string bytes = "abcdefgh";
    while (bytes.size() < distance) bytes += static_cast<char>(random());
    bytes += "abcdefgh";
    REQUIRE(inflated(zlib_stream(bytes)) == bytes);
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
      if (name == "IDAT") rows = inflated(body);
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
