#pragma once
#include <cstdint>
#include <string>

namespace headwise {

/// A value as the whole product prints it: fixed decimals (fewer for large values), minus
/// infinity as a sign. Plain ASCII minus, so that it can be pasted into a calculator.
std::string print_number(double value, int decimals = 3);

/// 2359296 as `2,359,296`.
std::string print_count(std::int64_t count);

/// Bytes with a unit: `512 B`, `1.5 KiB`, `2.25 GiB`.
std::string print_bytes(std::int64_t bytes);

}  // namespace headwise
