#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/fuzz/run_state.hpp"

/// Any arguments of a command line, one a line, are either a state or refused with an Error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    headwise::Assignments all;
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      all.push_back(headwise::parse_assignment(text.substr(0, end)));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    run_state(all);
  } catch (const headwise::Error&) {
    // Refused, as it may be.
  }
  return 0;
}
