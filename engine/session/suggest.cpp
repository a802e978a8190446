#include "engine/session/suggest.hpp"

#include <algorithm>

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

std::vector<std::string> other_values(const Run& run, const Key& key) {
  if (!uses(find_pipeline(run.settings.get("pipeline")), key.name) || !is_met(key, run.settings)) return {};
  std::vector<std::string> candidates = key.choices;
  if (key.type == Key::Type::toggle) candidates = {"0", "1"};
  if (key.type == Key::Type::auto_count || key.type == Key::Type::auto_number) candidates.push_back("auto");
  if (key.type == Key::Type::count || key.type == Key::Type::auto_count) {
    const std::int64_t now = std::stoll(resolved(run, key.name));
    for (const std::int64_t value : {now / 2, now - 1, now + 1, now * 2}) candidates.push_back(std::to_string(value));
  }
  if (key.type == Key::Type::number || key.type == Key::Type::auto_number) {
    const double now = std::stod(resolved(run, key.name));
    for (const double value : {now / 2, now == 0 ? 1 : now * 2}) candidates.push_back(code_number(value));
  }
  std::vector<std::string> values;
  for (const std::string& value : candidates) {
    const std::string& set = run.settings.get(key.name);
    if (value == set || (set == "auto" && value == resolved(run, key.name))) continue;
    if (std::find(values.begin(), values.end(), value) != values.end()) continue;
    try {
      compared_settings(run.settings, to_text(Assignments{{key.name, value}}));
      values.push_back(value);
    } catch (const Error&) {
      continue;
    }
  }
  return values;
}

std::string variant_name(const Recipe& r) {
  if (r.num_kv_heads == r.num_heads) return "multi-head attention (MHA)";
  if (r.num_kv_heads == 1) return "multi-query attention (MQA)";
  return "grouped-query attention (GQA)";
}

}  // namespace headwise
