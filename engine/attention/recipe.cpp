#include "engine/attention/recipe.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/attention/constructed.hpp"
#include "engine/attention/feature.hpp"
#include "engine/attention/pipeline.hpp"
#include "engine/tensor/error.hpp"

namespace headwise {

std::vector<Key> groups_keys();

namespace {

std::vector<std::string> pipeline_names() {
  std::vector<std::string> names;
  for (const Pipeline& pipeline : pipelines()) names.emplace_back(pipeline.name);
  return names;
}

/// Counts are 64-bit integers. None of a recipe's exceeds about 20 times this product, however its
/// factors are shared out between projections, scores and tiles.
void refuse_uncountable(const Recipe& r) {
  const auto number = [](std::int64_t n) { return static_cast<double>(n); };
  const double product = number(r.sentences()) * number(std::max(r.tokens, r.keys)) * number(r.num_heads) *
                         number(r.head_dim + r.v_dim) * number(2 * std::max(r.d_model, r.d_context) + r.keys);
  if (product < 1e17) return;
  throw Error("sizes multiply to more operations than can be counted (" + std::to_string(r.sentences()) +
              " sentences of " + std::to_string(r.tokens) + " tokens, d_model=" + std::to_string(r.d_model) +
              ", num_heads=" + std::to_string(r.num_heads) + ", head_dim=" + std::to_string(r.head_dim) +
              ", v_dim=" + std::to_string(r.v_dim) + "): make some of them smaller");
}

std::string says(const std::string& key, std::int64_t value) { return key + "=" + std::to_string(value); }

/// What every pipeline uses. The KV heads of groups.cpp stand beside the heads.
std::vector<Key> core_keys() {
  using Type = Key::Type;
  return {
      {"pipeline", Type::choice, "attention", 0, 0, pipeline_names(), "pipeline", "Which computation to step through."},
      {"tokens", Type::text, "The bank by the river was flooded.", 0, 65536, {}, "sentence",
       "The sentence. Several separated by ' | ' make a batch; shorter ones are filled up with <pad>."},
      {"d_model", Type::count, "8", 1, 65536, {}, "d_model", "Numbers in each token's vector."},
      {"num_heads", Type::count, "2", 1, 4096, {}, "heads h", "Query heads. Divides d_model unless head_dim is set."},
      {"head_dim", Type::auto_count, "auto", 1, 65536, {}, "head_dim d_k",
       "Numbers in each head's queries and keys. auto: d_model / h."},
      {"v_dim", Type::auto_count, "auto", 1, 65536, {}, "v_dim d_v",
       "Numbers in each head's values. auto: the same as head_dim."},
      {"bias", Type::toggle, "0", 0, 1, {}, "bias", "Adds b_q, b_k, b_v and b_o to the projections."},
      {"scale", Type::auto_number, "auto", -1000, 1000, {}, "scale", "What scores are multiplied by. auto: 1/\u221ad_k."},
      {"seed", Type::count, "0", 0, 4294967295, {}, "seed", "Draws other random weights; the same seed, the same weights."},
  };
}

void check_core(Recipe& r) {
  const Settings& s = r.settings;
  r.batch = split_batch("tokens", s.get("tokens"));
  r.tokens = r.keys = static_cast<std::int64_t>(r.batch.tokens[0].size());
  r.d_model = r.d_context = s.count("d_model");
  r.num_heads = r.num_kv_heads = s.count("num_heads");
  if (s.is_auto("head_dim") && r.d_model % r.num_heads != 0) {
    throw Error(says("num_heads", r.num_heads) + " does not divide " + says("d_model", r.d_model) +
                " (head_dim = d_model / num_heads must be whole): use num_heads=" +
                nearest_divisors(r.d_model, r.num_heads) + ", or set head_dim");
  }
  r.resolve("head_dim", r.d_model / r.num_heads);
  r.head_dim = r.count("head_dim");
  r.resolve("v_dim", r.head_dim);
  r.v_dim = r.count("v_dim");
  if (s.is_auto("scale")) {
    r.scale = 1 / std::sqrt(static_cast<double>(r.head_dim));
    r.scale_meaning = "1/\u221a" + std::to_string(r.head_dim);
  } else {
    r.scale = s.number("scale");
    r.scale_meaning = "set by hand";
  }
}

}  // namespace

std::int64_t Recipe::count(std::string_view key) const {
  const auto it = resolved.find(key);
  return it != resolved.end() ? it->second : settings.count(key);
}

std::string nearest_divisors(std::int64_t whole, std::int64_t value) {
  std::int64_t below = 0;
  std::int64_t above = 0;
  for (std::int64_t d = 1; d <= whole; ++d) {
    if (whole % d != 0) continue;
    if (d <= value) below = d;
    if (d >= value && above == 0) above = d;
  }
  if (below == 0) return std::to_string(above);
  if (above == 0) return std::to_string(below);
  return std::to_string(below) + " or " + std::to_string(above);
}

std::span<const Key> recipe_keys() {
  static const std::vector<Key> keys = [] {
    std::vector<Key> all;
    for (Key& key : core_keys()) {
      all.push_back(std::move(key));
      if (all.back().name != "num_heads") continue;
      for (Key& beside : groups_keys()) all.push_back(std::move(beside));
    }
    for (const Feature& feature : features()) {
      if (feature.keys == groups_keys) continue;
      for (Key& key : feature.keys()) all.push_back(std::move(key));
    }
    all.push_back({"edits", Key::Type::edits, "", 0, 0, {}, "set by hand",
                   "Cells of inputs, weights and masks that are set by hand: w_q:0,1=0.5;mask:0,2,3=0."});
    return all;
  }();
  return keys;
}

Recipe make_recipe(const Settings& settings) {
  const Pipeline& pipeline = find_pipeline(settings.get("pipeline"));
  for (const Key& key : recipe_keys()) {
    if (!settings.is_default(key.name) && !uses(pipeline, key.name)) {
      throw Error(key.name + "=" + settings.get(key.name) + ": pipeline=" + std::string(pipeline.name) +
                  " has no such setting; leave it out, or choose the pipeline that has it");
    }
    if (!settings.is_default(key.name) && !is_met(key, settings)) {
      const bool any = key.needs.find('=') == key.needs.npos;
      throw Error(key.name + "=" + settings.get(key.name) + (any ? " needs " : " is only for ") + key.needs +
                  (any ? " to be set: set it" : ": set that") + ", or leave " + key.name + " out");
    }
  }
  Recipe r(settings);
  check_core(r);
  for (const Feature& feature : features()) {
    if (uses(pipeline, feature)) feature.check(r);
  }
  refuse_uncountable(r);
  return r;
}

Labels labels(const Recipe& recipe) { return {recipe.batch.tokens, recipe.key_batch().tokens, head_names(recipe)}; }

}  // namespace headwise
