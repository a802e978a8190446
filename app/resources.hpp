#pragma once
#include <span>
#include <string_view>

namespace headwise {

/// A file that is part of the program. Its bytes live as long as the program.
struct Resource {
  std::string_view name;
  std::string_view bytes;
};

/// Named `text`, `strong` and `mono`.
std::span<const Resource> fonts();
/// lessons/*.md by file name, in order. In the page, of those after the first only the header: the host
/// fetches the rest.
std::span<const Resource> lessons();
/// cards/*.json, model cards of well-known models, by file name, in order.
std::span<const Resource> cards();

}  // namespace headwise
