#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "engine/attention/feature.hpp"
#include "engine/attention/memory.hpp"
#include "engine/attention/picture.hpp"
#include "engine/graph/graph.hpp"

namespace headwise {

/// A computation that can be stepped through.
struct Pipeline {
  std::string_view name;
  std::string_view title;
  /// The features whose keys it uses, besides those that all have.
  std::vector<std::string_view> features;
  Graph (*build)(const Recipe& recipe);
  PictureKind picture = PictureKind::none;
  /// What it keeps or moves besides; may be null.
  std::vector<Memory> (*memory)(const Recipe& recipe, const Graph& graph) = nullptr;
  Count (*cache_per_token)(const Recipe& recipe, std::int64_t bytes) = heads_cache_per_token;
};

/// All of them, the default first.
std::span<const Pipeline> pipelines();
const Pipeline& find_pipeline(std::string_view name);
bool uses(const Pipeline& pipeline, const Feature& feature);
bool uses(const Pipeline& pipeline, std::string_view key);

}  // namespace headwise
