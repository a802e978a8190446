#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "engine/attention/recipe.hpp"
#include "engine/graph/graph.hpp"

namespace headwise {

/// Bytes that one layer keeps or moves, besides the tensors that its trace holds; in float32.
struct Memory {
  std::string what;  // `KV cache per token`
  std::string help;
  std::int64_t bytes = 0;
  std::vector<Count> lines;  // how it comes about
};

/// What the recipe's pipeline counts; what one more token adds to its cache comes first.
std::vector<Memory> memory(const Recipe& recipe, const Graph& graph);

/// Bytes that one more token adds to the KV cache of one layer and one sentence, at so many for a number.
Count kv_cache_per_token(const Recipe& recipe, std::int64_t bytes = 4);
/// The same where keys and values are cached by head: h_kv * (d_k + d_v) * bytes.
Count heads_cache_per_token(const Recipe& recipe, std::int64_t bytes);
/// Of all layers, sentences and tokens that keys are made from.
Count kv_cache(const Recipe& recipe, std::int64_t bytes);

}  // namespace headwise
