#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace headwise {

/// A value as the whole product prints it: fixed decimals (fewer for large values), minus
/// infinity as a sign. Plain ASCII minus, so that it can be pasted into a calculator.
std::string print_number(double value, int decimals = 3);

/// 2359296 as `2,359,296`.
std::string print_count(std::int64_t count);

/// To three figures from 100,000 on, where words have little room: `524 K`, `1.21 G`.
std::string print_short(std::int64_t count);

/// 0.7148 as `71 %`; smaller shares with more digits: `8.3 %`, `0.42 %`.
std::string print_share(double share);

/// Bytes with a unit: `512 B`, `1.5 KiB`, `2.25 GiB`.
std::string print_bytes(std::int64_t bytes);

/// Text from outside as a message may quote it: one line of valid UTF-8, cut after `longest` bytes.
/// Control characters and bytes that are not UTF-8 become U+FFFD.
std::string print_text(std::string_view text, std::size_t longest = 40);

/// The first character of UTF-8 text that is not empty: its code and how many bytes it takes.
/// `valid` is false, and `bytes` 1, where the text does not begin with a whole character.
struct Utf8 {
  std::uint32_t code = 0;
  std::size_t bytes = 1;
  bool valid = false;
};
Utf8 next_utf8(std::string_view text);
/// C0 and C1 control characters, and delete.
bool is_control(std::uint32_t code);

}  // namespace headwise
