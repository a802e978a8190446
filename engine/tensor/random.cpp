#include "engine/tensor/random.hpp"

#include <cmath>

namespace headwise {

std::uint64_t mix(std::uint64_t bits) {
  bits ^= bits >> 30;
  bits *= 0xbf58476d1ce4e5b9U;
  bits ^= bits >> 27;
  bits *= 0x94d049bb133111ebU;
  bits ^= bits >> 31;
  return bits;
}

std::uint64_t hash_text(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3U;
  }
  return mix(hash);
}

double random_normal(std::uint64_t key, std::uint64_t i) {
  const std::uint64_t bits = mix(key + 0x9e3779b97f4a7c15U * (i + 1));
  double sum = 0;
  for (int shift = 0; shift < 64; shift += 16) sum += static_cast<double>((bits >> shift) & 0xffffU);
  // Each uniform on 0..65535 has mean 32767.5 and variance (65536^2 - 1) / 12.
  return (sum - 4 * 32767.5) * (std::sqrt(3.0) / 65536.0);
}

float random_readable(std::uint64_t key, std::uint64_t i, double deviation) {
  double scale = 10;
  while (deviation * scale < 9.5) scale *= 10;
  const double value = std::round(random_normal(key, i) * deviation * scale) / scale;
  return static_cast<float>(value == 0 ? 0.0 : value);
}

}  // namespace headwise
