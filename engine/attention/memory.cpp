#include "engine/attention/memory.hpp"

#include "engine/attention/pipeline.hpp"

namespace headwise {

Count heads_cache_per_token(const Recipe& r) {
  return {Count::Kind::bytes, "keys and values of one more token, float32", "h_kv \u00d7 (d_k + d_v) \u00d7 4",
          std::to_string(r.num_kv_heads) + " \u00d7 (" + std::to_string(r.head_dim) + " + " + std::to_string(r.v_dim) +
              ") \u00d7 4",
          r.num_kv_heads * (r.head_dim + r.v_dim) * 4};
}

Count kv_cache_per_token(const Recipe& r) { return find_pipeline(r.settings.get("pipeline")).cache_per_token(r); }

std::vector<Memory> memory(const Recipe& r, const Graph& g) {
  const Pipeline& pipeline = find_pipeline(r.settings.get("pipeline"));
  const Count token = pipeline.cache_per_token(r);
  std::vector<Memory> all{{"KV cache per token", "What generating one more token adds to memory, in one layer and one sentence.",
                           token.value, {token}}};
  if (const auto more = pipeline.memory) {
    for (Memory& each : more(r, g)) all.push_back(std::move(each));
  }
  return all;
}

}  // namespace headwise
