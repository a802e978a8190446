#pragma once
#include <span>
#include <string_view>

#include "engine/attention/recipe.hpp"
#include "engine/graph/graph.hpp"

namespace headwise {

/// A computation that can be stepped through.
struct Pipeline {
  std::string_view name;
  std::string_view title;
  /// The recipe keys it uses, besides `pipeline` and `edits`.
  std::span<const std::string_view> keys;
  Graph (*build)(const Recipe& recipe);
};

/// All of them, the default first.
std::span<const Pipeline> pipelines();
const Pipeline& find_pipeline(std::string_view name);
bool uses(const Pipeline& pipeline, std::string_view key);

// Each in its own file.
Graph build_attention(const Recipe& recipe);
Graph build_flash(const Recipe& recipe);

}  // namespace headwise
