#pragma once
#include <optional>
#include <string>
#include <vector>

#include "engine/session/session.hpp"

namespace headwise {

/// What an `auto` key stands for in this run (`4` for head_dim at d_model 8 and 2 heads); the value
/// itself where it is set.
std::string resolved(const Run& run, const std::string& key);

/// The next value of a whole-number key, upwards or downwards, that is valid together with the
/// other settings; none within its range.
std::optional<std::string> next_valid(const Settings& settings, const std::string& key, std::int64_t now, int direction);

/// A few other values for a key, each valid with the rest; none where only a person can say.
std::vector<std::string> other_values(const Run& run, const Key& key);

/// `multi-head attention (MHA)`, `grouped-query attention (GQA)` or `multi-query attention (MQA)`.
std::string variant_name(const Recipe& recipe);

}  // namespace headwise
