#include "engine/lesson/entity.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include "engine/tensor/print.hpp"

namespace headwise::prose {

namespace {

std::string utf8(std::uint32_t code) {
  const auto byte = [](std::uint32_t value) {
    return static_cast<char>(static_cast<unsigned char>(value));
  };
  const auto tail = [&](int shift) { return byte(0x80U | (code >> shift & 0x3fU)); };
  if (code < 0x80) return {byte(code)};
  if (code < 0x800) return {byte(0xc0U | code >> 6), tail(0)};
  if (code < 0x10000) return {byte(0xe0U | code >> 12), tail(6), tail(0)};
  return {byte(0xf0U | code >> 18), tail(12), tail(6), tail(0)};
}

bool is_text(std::uint32_t code) {
  const bool surrogate = code >= 0xd800 && code < 0xe000;
  return !is_control(code) && !surrogate && code <= 0x10ffff;
}

}  // namespace

std::string decode_entity(std::string_view entity) {
  using Name = std::pair<std::string_view, std::string_view>;
  static constexpr std::array<Name, 6> names{{{"&amp;", "&"},
                                              {"&lt;", "<"},
                                              {"&gt;", ">"},
                                              {"&quot;", "\""},
                                              {"&apos;", "'"},
                                              {"&nbsp;", "\u00a0"}}};
  for (const auto& [name, text] : names) {
    if (entity == name) return std::string(text);
  }
  if (!entity.starts_with("&#")) return std::string(entity);
  const bool hex = entity.size() > 2 && (entity[2] == 'x' || entity[2] == 'X');
  const std::string digits(entity.substr(hex ? 3 : 2));
  const auto code =
      static_cast<std::uint32_t>(std::strtoul(digits.c_str(), nullptr, hex ? 16 : 10));
  return utf8(is_text(code) ? code : 0xfffd);
}

}  // namespace headwise::prose
