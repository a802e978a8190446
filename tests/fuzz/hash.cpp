#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/fuzz/run_state.hpp"

/// Any link at all is either a state, which can then be run, or refused with an Error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    run_state(headwise::parse_hash(std::string_view(reinterpret_cast<const char*>(data), size)));
  } catch (const headwise::Error&) {
    // Refused, as it may be.
  }
  return 0;
}
