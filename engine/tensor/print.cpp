#include "engine/tensor/print.hpp"

#include <cmath>
#include <cstdio>

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
    digits.insert(at, ",");
  }
  return digits;
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

}  // namespace headwise
