#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "engine/attention/recipe.hpp"

namespace headwise {

/// Settings that belong together, in a file of their own: what they are called and what they need.
struct Feature {
  std::string_view name;
  std::string_view title;  // over its controls; empty: they stand with what all pipelines have
  bool folded;             // until one of its keys is set
  std::vector<Key> (*keys)();
  /// Fills in what is left at `auto`; throws Error where the settings do not fit the rest.
  void (*check)(Recipe& recipe);
};

/// All of them, in the order in which controls show their keys.
std::span<const Feature> features();
/// Whose key it is; null for one that all pipelines have.
const Feature* feature_of(std::string_view key);

}  // namespace headwise
