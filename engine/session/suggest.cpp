#include "engine/session/suggest.hpp"

#include "engine/ops/op.hpp"
#include "engine/tensor/error.hpp"

namespace headwise {

std::string resolved(const Run& run, const std::string& key) {
  const Recipe& r = run.recipe;
  if (key == "scale") return code_number(r.scale);
  if (const auto it = r.resolved.find(key); it != r.resolved.end()) return std::to_string(it->second);
  return run.settings.get(key);
}

std::optional<std::string> next_valid(const Settings& settings, const std::string& key, std::int64_t now,
                                      int direction) {
  const Key& k = settings.key(key);
  Settings next = settings;
  constexpr int tries = 4096;
  for (int i = 0; i < tries; ++i) {
    now += direction;
    if (now < k.lowest || now > k.highest) return std::nullopt;
    try {
      next.set(key, std::to_string(now));
      make_recipe(next);
      return std::to_string(now);
    } catch (const Error&) {
      continue;
    }
  }
  return std::nullopt;
}

std::string variant_name(const Recipe& r) {
  if (r.num_kv_heads == r.num_heads) return "multi-head attention (MHA)";
  if (r.num_kv_heads == 1) return "multi-query attention (MQA)";
  return "grouped-query attention (GQA)";
}

}  // namespace headwise
