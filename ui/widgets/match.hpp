#pragma once
#include <optional>
#include <string_view>

namespace headwise {

/// How well a text fits what someone typed to find it, larger for better; nothing where it does not.
/// Every word of the query must be found, in any order and case: as a word, the start of one, inside
/// one, or, in the title alone, as letters of one in their order (`cusl` finds `causal`).
std::optional<int> match(std::string_view query, std::string_view title, std::string_view detail);

}  // namespace headwise
