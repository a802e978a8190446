#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "engine/attention/key.hpp"
#include "engine/attention/tokens.hpp"
#include "engine/graph/trace.hpp"

namespace headwise {

/// The knobs, checked against each other and with every default filled in.
struct Recipe {
  Batch batch;
  std::int64_t tokens = 0;  // T, padding included
  std::int64_t d_model = 0;
  std::int64_t num_heads = 0;
  std::int64_t num_kv_heads = 0;
  std::int64_t head_dim = 0;
  std::int64_t v_dim = 0;
  double scale = 0;
  std::string scale_meaning;  // `1/√4`, or `set by hand`
  bool bias = false;
  bool causal = false;
  bool padding = false;
  bool sinusoidal = false;
  std::int64_t seed = 0;
  std::int64_t tile_keys = 0;

  std::int64_t sentences() const { return static_cast<std::int64_t>(batch.tokens.size()); }
};

/// The keys that describe what is computed (a pipeline says which of them it uses).
std::span<const Key> recipe_keys();

/// Throws Error naming the value, the rule it breaks and the nearest valid choices.
Recipe make_recipe(const Settings& settings);

/// Names of the tokens for the rows and columns of a trace.
Labels labels(const Recipe& recipe);

/// Bytes that one more token adds to the KV cache of one layer and one sentence, in float32:
/// h_kv * (d_k + d_v) * 4.
Count kv_cache_per_token(const Recipe& recipe);

/// The tensors that one run may keep, in bytes: 1 GiB, which a browser tab's 32-bit memory allows.
/// The same natively, so that a link shows the same everywhere.
inline constexpr std::int64_t memory_limit = std::int64_t{1} << 30;

}  // namespace headwise
