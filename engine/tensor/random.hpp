#pragma once
#include <cstdint>
#include <string_view>

namespace headwise {

/// 64 well-mixed bits from 64 (Steele, Lea & Flood 2014, splitmix64's finaliser).
std::uint64_t mix(std::uint64_t bits);

/// A key from text, the same everywhere (FNV-1a, then mixed).
std::uint64_t hash_text(std::string_view text);

/// About normal, mean 0, variance 1: the i-th number of the stream `key`. The sum of four 16-bit
/// uniforms, so no library's log or cos comes into it and every platform gives the same bits.
double random_normal(std::uint64_t key, std::uint64_t i);

/// A random number with the given standard deviation rounded to as few decimals as keep two
/// significant digits of that deviation: readable, and exactly the same on every platform.
float random_readable(std::uint64_t key, std::uint64_t i, double deviation);

}  // namespace headwise
