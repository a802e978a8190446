#include "engine/attention/memory.hpp"

#include "engine/attention/pipeline.hpp"

namespace headwise {

Count heads_cache_per_token(const Recipe& r, std::int64_t bytes) {
  const std::string each = std::to_string(bytes);
  return {Count::Kind::bytes, "keys and values of one more token", "h_kv \u00d7 (d_k + d_v) \u00d7 " + each,
          std::to_string(r.num_kv_heads) + " \u00d7 (" + std::to_string(r.head_dim) + " + " + std::to_string(r.v_dim) +
              ") \u00d7 " + each,
          r.num_kv_heads * (r.head_dim + r.v_dim) * bytes};
}

Count kv_cache_per_token(const Recipe& r, std::int64_t bytes) {
  return find_pipeline(r.settings.get("pipeline")).cache_per_token(r, bytes);
}

Count kv_cache(const Recipe& r, std::int64_t bytes) {
  const Count token = kv_cache_per_token(r, bytes);
  const std::int64_t layers = uses(find_pipeline(r.settings.get("pipeline")), "layers") ? r.settings.count("layers") : 1;
  const std::string by = " \u00d7 ";
  return {Count::Kind::bytes, "KV cache", "layers" + by + "B" + by + "T_kv" + by + token.formula,
          std::to_string(layers) + by + std::to_string(r.sentences()) + by + std::to_string(r.keys) + by + token.numbers,
          layers * r.sentences() * r.keys * token.value};
}

std::vector<Memory> memory(const Recipe& r, const Graph& g) {
  const Pipeline& pipeline = find_pipeline(r.settings.get("pipeline"));
  const Count token = kv_cache_per_token(r);
  std::vector<Memory> all{{"KV cache per token", "What generating one more token adds to memory, in one layer and one sentence.",
                           token.value, {token}}};
  if (const auto more = pipeline.memory) {
    for (Memory& each : more(r, g)) all.push_back(std::move(each));
  }
  return all;
}

}  // namespace headwise
