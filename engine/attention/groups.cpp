#include "engine/attention/feature.hpp"
#include "engine/tensor/error.hpp"

namespace headwise {

/// Multi-query (Shazeer 2019) and grouped-query attention (Ainslie et al. 2023).
std::vector<Key> groups_keys() {
  using Type = Key::Type;
  return {
      {"num_kv_heads", Type::auto_count, "auto", 1, 4096, {}, "KV heads",
       "Key/value heads: h gives multi-head (MHA), 1 multi-query (MQA), between grouped-query attention (GQA). "
       "Divides h. auto: h."},
  };
}

void check_groups(Recipe& r) {
  r.resolve("num_kv_heads", r.num_heads);
  r.num_kv_heads = r.count("num_kv_heads");
  if (r.num_heads % r.num_kv_heads != 0) {
    throw Error("num_kv_heads=" + std::to_string(r.num_kv_heads) + " does not divide num_heads=" +
                std::to_string(r.num_heads) + " (every KV head serves the same number of query heads): use num_kv_heads=" +
                nearest_divisors(r.num_heads, r.num_kv_heads));
  }
}

}  // namespace headwise
