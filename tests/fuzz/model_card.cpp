#include "engine/io/model_card.hpp"

#include <cstddef>

#include "engine/io/model_counts.hpp"
#include "engine/tensor/error.hpp"

/// Any bytes at all are either counted or refused with an Error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const headwise::ModelCard card = headwise::parse_model_card(
        std::string_view(reinterpret_cast<const char*>(data), size), "fuzz");
    (void)headwise::nearest_state(card);
    (void)headwise::count_model(card, 2);
  } catch (const headwise::Error&) {
    // Refused, as it may be.
  }
  return 0;
}
