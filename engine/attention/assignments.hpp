#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headwise {

using Assignments = std::vector<std::pair<std::string, std::string>>;

/// `KEY=VALUE`, or an Error.
std::pair<std::string, std::string> parse_assignment(std::string_view text);
/// Throws Error where a key is given twice.
void refuse_twice(const Assignments& all);

/// Settings of a recipe as the value of one key: `num_kv_heads=1;mask=causal`, where `%` and `;` within a
/// value are written %25 and %3B. In order of the recipe's keys, each checked by itself; throws Error.
Assignments parse_assignments(std::string_view text);
std::string to_text(const Assignments& assignments);

}  // namespace headwise
