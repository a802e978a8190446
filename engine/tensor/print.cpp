#include "engine/tensor/print.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace headwise {

namespace {

std::string fixed(double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

}  // namespace

std::string print_number(double value, int decimals) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-\u221e" : "\u221e";
  if (value == 0) value = 0;  // minus zero looks wrong
  const double size = std::fabs(value);
  if (size >= 1e6 || (size != 0 && size < 0.5 * std::pow(10.0, -decimals))) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*e", decimals > 1 ? decimals - 1 : 1, value);
    return text;
  }
  for (double limit = 100; size >= limit && decimals > 1; limit *= 10) --decimals;
  return fixed(value, decimals);
}

std::string print_count(std::int64_t count) {
  std::string digits = std::to_string(count);
  const std::size_t first = digits[0] == '-' ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string print_short(std::int64_t count) {
  static const char* const units[] = {"", "K", "M", "G", "T", "P", "E"};
  if (std::llabs(count) < 100000) return print_count(count);
  double value = static_cast<double>(count);
  int unit = 0;
  for (; std::fabs(value) >= 999.5; ++unit) value /= 1000;
  const double size = std::fabs(value);
  return fixed(value, size < 9.995 ? 2 : size < 99.95 ? 1 : 0) + " " + units[unit];
}

std::string print_share(double share) {
  const double size = std::fabs(share);
  return fixed(share * 100, size == 0 || size >= 0.0995 ? 0 : size >= 0.00995 ? 1 : 2) + " %";
}

std::string print_bytes(std::int64_t bytes) {
  static const char* const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  if (bytes < 1024) return std::to_string(bytes) + " B";
  double value = static_cast<double>(bytes);
  int unit = 0;
  while (value >= 1024 && unit < 5) {
    value /= 1024;
    ++unit;
  }
  const int decimals = value == std::floor(value) ? 0 : value < 10 ? 2 : 1;
  return fixed(value, decimals) + " " + units[unit];
}

Utf8 next_utf8(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = lead < 0x80 ? 1 : lead >= 0xc2 && lead < 0xe0 ? 2 : (lead & 0xf0U) == 0xe0 ? 3
                           : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
  if (length == 0 || length > text.size()) return {};
  std::uint32_t code = length == 1 ? lead : lead & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0U) != 0x80U) return {};
    code = code << 6 | (next & 0x3fU);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  if (overlong || (code >= 0xd800 && code < 0xe000) || code > 0x10ffff) return {};
  return {code, length, true};
}

bool is_control(std::uint32_t code) { return code < 0x20 || (code >= 0x7f && code < 0xa0); }

std::string print_text(std::string_view text, std::size_t longest) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const Utf8 next = next_utf8(text.substr(i));
    if (i + next.bytes > longest) return out + "\u2026";
    out += next.valid && !is_control(next.code) ? text.substr(i, next.bytes) : "\ufffd";
    i += next.bytes;
  }
  return out;
}

}  // namespace headwise
