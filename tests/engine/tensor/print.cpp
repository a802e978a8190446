#include "engine/tensor/print.hpp"

#include <cmath>
#include <cstdlib>

#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

TEST_CASE("numbers") {
  const struct {
    double value;
    const char* text;
  } table[] = {
      {0, "0.000"},          {-0.0, "0.000"},        {1, "1.000"},          {-0.4, "-0.400"},
      {0.1234, "0.123"},     {0.1236, "0.124"},      {99.9994, "99.999"},   {100, "100.00"},
      {-123.456, "-123.46"}, {1234.56, "1234.6"},    {999999, "999999.0"},  {1e6, "1.00e+06"},
      {-2.5e8, "-2.50e+08"}, {0.0005, "0.001"},      {0.00049, "4.90e-04"}, {-1e-9, "-1.00e-09"},
      {HUGE_VAL, "\u221e"},  {-HUGE_VAL, "-\u221e"}, {std::nan(""), "NaN"},
  };
  for (const auto& row : table) CHECK(print_number(row.value) == row.text);
  CHECK(print_number(3.14159, 5) == "3.14159");
  CHECK(print_number(3.14159, 1) == "3.1");
  CHECK(print_number(314.159, 1) == "314.2");
}

TEST_CASE("printed numbers read back within their rounding, and are short") {
  for (int i = 0; i < samples(20000, 200000); ++i) {
    Random random(10000 + static_cast<std::uint64_t>(i));
    const double value = random.normal() * std::pow(10, static_cast<double>(random.range(-9, 9)));
    const std::string text = print_number(value);
    const double back = std::strtod(text.c_str(), nullptr);
    const double room = std::max(5.1e-3 * std::fabs(value), 0.0);
    CHECK_UNARY(std::fabs(back - value) <= std::max(room, std::fabs(value) < 100 ? 5.1e-4 : 0));
    CHECK_UNARY(text.size() <= 9);
    CHECK_UNARY((text.find_first_not_of("0123456789.e+-") == text.npos));
    CHECK_UNARY((back != 0 || value == 0));  // a small number never looks like nothing
  }
}

TEST_CASE("counts and bytes") {
  CHECK(print_short(99999) == "99,999");
  CHECK(print_short(100000) == "100 K");
  CHECK(print_short(999499) == "999 K");
  CHECK(print_short(999500) == "1.00 M");
  CHECK(print_short(-2359296) == "-2.36 M");
  CHECK(print_short(12582912) == "12.6 M");
  CHECK(print_short(9223372036854775807) == "9.22 E");
  CHECK(print_count(0) == "0");
  CHECK(print_count(999) == "999");
  CHECK(print_count(1000) == "1,000");
  CHECK(print_count(2359296) == "2,359,296");
  CHECK(print_count(-1234567) == "-1,234,567");
  CHECK(print_count(-123) == "-123");
  CHECK(print_bytes(0) == "0 B");
  CHECK(print_bytes(1023) == "1023 B");
  CHECK(print_bytes(1024) == "1 KiB");
  CHECK(print_bytes(1536) == "1.50 KiB");
  CHECK(print_bytes(100 * 1024 + 512) == "100.5 KiB");
  CHECK(print_bytes(std::int64_t{9} << 28) == "2.25 GiB");
  CHECK(print_bytes(std::int64_t{1} << 62) == "4096 PiB");
}

TEST_CASE("text from outside becomes one line of valid UTF-8") {
  CHECK(print_text("") == "");
  CHECK(print_text("d_model") == "d_model");
  CHECK(print_text("a\nb\x7f") == "a\ufffdb\ufffd");
  CHECK(print_text("\xff\xc3") == "\ufffd\ufffd");
  CHECK(print_text("\xed\xa0\x80") == "\ufffd\ufffd\ufffd");  // a surrogate
  CHECK(print_text("\xc0\xaf") == "\ufffd\ufffd");            // an overlong slash
  CHECK(print_text("12345", 5) == "12345");
  CHECK(print_text("123456", 5) == "12345\u2026");
  CHECK(print_text("\u6c34\u6c34", 5) == "\u6c34\u2026");
  for (int i = 0; i < samples(2000, 20000); ++i) {
    Random random(11000 + static_cast<std::uint64_t>(i));
    std::string noise;
    for (std::int64_t n = random.below(60); n > 0; --n) {
      noise += static_cast<char>(random.chance(50) ? random.below(256) : random.range(32, 126));
    }
    const std::string text = print_text(noise);
    CHECK_UNARY(text.size() <= 3 * 40 + 3);
    for (std::size_t at = 0; at < text.size();) {
      const Utf8 next = next_utf8(std::string_view(text).substr(at));
      REQUIRE(next.valid);
      CHECK_UNARY(!is_control(next.code));
      at += next.bytes;
    }
  }
}

TEST_CASE("shares are printed in percent, small ones with more digits") {
  CHECK(print_share(0) == "0 %");
  CHECK(print_share(1) == "100 %");
  CHECK(print_share(0.7148) == "71 %");
  CHECK(print_share(0.0996) == "10 %");
  CHECK(print_share(0.0834) == "8.3 %");
  CHECK(print_share(0.0042) == "0.42 %");
}
