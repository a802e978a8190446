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

/// Bytes that one more token adds to the KV cache of one layer and one sentence: keys and values by
/// head, h_kv * (d_k + d_v) * 4, or the latent and the rotary key, (d_c + d_r) * 4 (DeepSeek-V2 2024,
/// section 2.1).
Count kv_cache_per_token(const Recipe& recipe);

/// What flash and standard attention read and write (Dao et al. 2022, algorithms 0 and 1).
std::vector<Memory> flash_memory(const Recipe& recipe, const Graph& graph);
/// The cache after each step, and what each step reads.
std::vector<Memory> decode_memory(const Recipe& recipe, const Graph& graph);

}  // namespace headwise
