#include "engine/attention/recipe.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/attention/pipeline.hpp"
#include "engine/tensor/error.hpp"

namespace headwise {

namespace {

std::vector<std::string> pipeline_names() {
  std::vector<std::string> names;
  for (const Pipeline& pipeline : pipelines()) names.emplace_back(pipeline.name);
  return names;
}

/// The nearest divisors of `whole` below and above `value`: `2 or 4`.
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

/// Counts are 64-bit integers. None of a recipe's exceeds about 20 times this product, however its
/// factors are shared out between projections, scores and tiles.
void refuse_uncountable(const Recipe& r) {
  const auto number = [](std::int64_t n) { return static_cast<double>(n); };
  const double product = number(r.sentences()) * number(r.tokens) * number(r.num_heads) *
                         number(r.head_dim + r.v_dim) * number(2 * r.d_model + r.tokens);
  if (product < 1e17) return;
  throw Error("sizes multiply to more operations than can be counted (" + std::to_string(r.sentences()) +
              " sentences of " + std::to_string(r.tokens) + " tokens, d_model=" + std::to_string(r.d_model) +
              ", num_heads=" + std::to_string(r.num_heads) + ", head_dim=" + std::to_string(r.head_dim) +
              ", v_dim=" + std::to_string(r.v_dim) + "): make some of them smaller");
}

std::string says(const std::string& key, std::int64_t value) { return key + "=" + std::to_string(value); }

}  // namespace

std::span<const Key> recipe_keys() {
  using Type = Key::Type;
  static const std::vector<Key> keys{
      {"pipeline", Type::choice, "attention", 0, 0, pipeline_names(), "pipeline", "Which computation to step through."},
      {"tokens", Type::text, "The bank by the river was flooded.", 0, 65536, {}, "sentence",
       "The sentence. Several separated by ' | ' make a batch; shorter ones are filled up with <pad>."},
      {"d_model", Type::count, "8", 1, 65536, {}, "d_model", "Numbers in each token's vector."},
      {"num_heads", Type::count, "2", 1, 4096, {}, "heads h", "Query heads. Divides d_model unless head_dim is set."},
      {"num_kv_heads", Type::auto_count, "auto", 1, 4096, {}, "KV heads",
       "Key/value heads: h gives multi-head (MHA), 1 multi-query (MQA), between grouped-query attention (GQA). "
       "Divides h. auto: h."},
      {"head_dim", Type::auto_count, "auto", 1, 65536, {}, "head_dim d_k",
       "Numbers in each head's queries and keys. auto: d_model / h."},
      {"v_dim", Type::auto_count, "auto", 1, 65536, {}, "v_dim d_v",
       "Numbers in each head's values. auto: the same as head_dim."},
      {"scale", Type::auto_number, "auto", -1000, 1000, {}, "scale", "What scores are multiplied by. auto: 1/\u221ad_k."},
      {"mask", Type::choices, "none", 0, 0, {"none", "causal", "padding"}, "mask",
       "causal: no query sees later keys. padding: no query sees <pad>."},
      {"position", Type::choice, "none", 0, 0, {"none", "sinusoidal"}, "position",
       "How positions enter: not at all, or fixed waves added to the embeddings."},
      {"bias", Type::toggle, "0", 0, 1, {}, "bias", "Adds b_q, b_k, b_v and b_o to the projections."},
      {"seed", Type::count, "0", 0, 4294967295, {}, "seed", "Draws other random weights; the same seed, the same weights."},
      {"tile_keys", Type::auto_count, "auto", 1, 65536, {}, "keys per tile",
       "Flash attention: how many keys a tile holds. auto: a third of them, so three tiles."},
      {"edits", Type::edits, "", 0, 0, {}, "set by hand",
       "Cells of inputs, weights and masks that are set by hand: w_q:0,1=0.5;mask:0,2,3=0."},
  };
  return keys;
}

Recipe make_recipe(const Settings& settings) {
  const Pipeline& pipeline = find_pipeline(settings.get("pipeline"));
  for (const Key& key : recipe_keys()) {
    if (!settings.is_default(key.name) && !uses(pipeline, key.name)) {
      throw Error(key.name + "=" + settings.get(key.name) + ": pipeline=" + std::string(pipeline.name) +
                  " has no such setting; leave it out, or choose the pipeline that has it");
    }
  }
  Recipe r;
  r.batch = split_batch("tokens", settings.get("tokens"));
  r.tokens = static_cast<std::int64_t>(r.batch.tokens[0].size());
  r.d_model = settings.count("d_model");
  r.num_heads = settings.count("num_heads");
  r.num_kv_heads = settings.is_auto("num_kv_heads") ? r.num_heads : settings.count("num_kv_heads");
  if (settings.is_auto("head_dim") && r.d_model % r.num_heads != 0) {
    throw Error(says("num_heads", r.num_heads) + " does not divide " + says("d_model", r.d_model) +
                " (head_dim = d_model / num_heads must be whole): use num_heads=" +
                nearest_divisors(r.d_model, r.num_heads) + ", or set head_dim");
  }
  if (r.num_heads % r.num_kv_heads != 0) {
    throw Error(says("num_kv_heads", r.num_kv_heads) + " does not divide " + says("num_heads", r.num_heads) +
                " (every KV head serves the same number of query heads): use num_kv_heads=" +
                nearest_divisors(r.num_heads, r.num_kv_heads));
  }
  r.head_dim = settings.is_auto("head_dim") ? r.d_model / r.num_heads : settings.count("head_dim");
  r.v_dim = settings.is_auto("v_dim") ? r.head_dim : settings.count("v_dim");
  if (settings.is_auto("scale")) {
    r.scale = 1 / std::sqrt(static_cast<double>(r.head_dim));
    r.scale_meaning = "1/\u221a" + std::to_string(r.head_dim);
  } else {
    r.scale = settings.number("scale");
    r.scale_meaning = "set by hand";
  }
  r.bias = settings.toggle("bias");
  r.causal = settings.has("mask", "causal");
  r.padding = settings.has("mask", "padding");
  r.sinusoidal = settings.get("position") == "sinusoidal";
  r.seed = settings.count("seed");
  r.tile_keys = settings.is_auto("tile_keys") ? (r.tokens + 2) / 3 : std::min(r.tokens, settings.count("tile_keys"));
  refuse_uncountable(r);
  return r;
}

Labels labels(const Recipe& recipe) { return {recipe.batch.tokens, recipe.batch.tokens}; }

Count kv_cache_per_token(const Recipe& r) {
  Count count{Count::Kind::bytes, "keys and values of one more token, float32", "h_kv \u00d7 (d_k + d_v) \u00d7 4", {}, 0};
  count.numbers = std::to_string(r.num_kv_heads) + " \u00d7 (" + std::to_string(r.head_dim) + " + " +
                  std::to_string(r.v_dim) + ") \u00d7 4";
  count.value = r.num_kv_heads * (r.head_dim + r.v_dim) * 4;
  return count;
}

}  // namespace headwise
