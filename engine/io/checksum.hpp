#pragma once
#include <cstdint>
#include <string_view>

namespace headwise {

/// CRC-32, as zip and PNG have it, of `bytes` after what gave `before`.
std::uint32_t crc32(std::string_view bytes, std::uint32_t before = 0);

}  // namespace headwise
