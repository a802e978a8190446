#include "engine/session/presets.hpp"

#include <algorithm>
#include <optional>

#include "engine/session/compared.hpp"
#include "engine/tensor/error.hpp"

namespace headwise {

namespace {

std::vector<Preset> all_presets(const Settings& settings) {
  const std::int64_t heads = settings.count("num_heads");
  std::int64_t groups = heads / 2;
  while (groups > 1 && heads % groups != 0) --groups;
  const Assignments every_head{{"num_kv_heads", "auto"}};
  return {
      {"MHA vs MQA", "One key and one value head for all queries: fewer parameters, a smaller cache.", every_head,
       {{"num_kv_heads", "1"}}},
      groups > 1 ? Preset{"MHA vs GQA", "Groups of queries share a key and a value head: between MHA and MQA.", every_head,
                          {{"num_kv_heads", std::to_string(groups)}}}
                 : Preset{"MHA vs GQA", "Four heads; pairs of queries share a key and a value head: between MHA and MQA.",
                          {{"num_heads", "4"}, {"num_kv_heads", "auto"}}, {{"num_kv_heads", "2"}}},
      {"MHA vs MLA", "All heads' keys and values from one small latent vector, which is all that is cached.",
       {{"pipeline", "attention"}}, {{"pipeline", "latent"}}},
      {"no mask vs causal", "Causal: no token sees later ones. Their weights are 0, and the others share what that frees.",
       {{"mask", "none"}}, {{"mask", "causal"}}},
      {"mask before vs after softmax", "The classic mistake: masked after softmax, rows do not sum to 1.",
       {{"mask", "causal"}, {"mask_when", "before"}}, {{"mask_when", "after"}}, "head_outputs"},
      {"no positions vs RoPE", "Without positions attention does not see the order of tokens; RoPE turns queries and keys by their place.",
       {{"position", "none"}}, {{"position", "rope"}}},
      {"RoPE vs ALiBi", "Queries and keys turned by their place, or distance taken off the scores.", {{"position", "rope"}},
       {{"position", "alibi"}}},
      {"scaled vs unscaled", "Without 1/\u221ad_k scores grow with the width of heads, and softmax gives almost all to one key.",
       {{"scale", "auto"}}, {{"scale", "1"}}},
      {"standard vs flash", "The same numbers in another order of computing: flash attention is exact.",
       {{"pipeline", "attention"}}, {{"pipeline", "flash"}}, "head_outputs"},
      {"recompute vs cache", "All tokens at once, or the last ones one by one with a KV cache: the same numbers.",
       {{"pipeline", "attention"}, {"mask", "causal"}}, {{"pipeline", "decode"}}},
      {"pre-norm vs post-norm", "Normalising what goes into a layer, or what comes out of it.", {{"norm_place", "pre"}},
       {{"norm_place", "post"}}, "output"},
  };
}

/// The stage of that id, else the last of the computation.
std::string stage_of(const Settings& settings, const std::string& id) {
  const Graph graph = find_pipeline(settings.get("pipeline")).build(make_recipe(settings));
  if (graph.find(id)) return id;
  const auto last = std::find_if(graph.stages().rbegin(), graph.stages().rend(), [&](std::size_t n) { return !graph[n].comparison; });
  return graph[*last].id();
}

/// As the session would apply it; none where that cannot be.
std::optional<Preset> offered(const Settings& settings, Preset preset) {
  std::erase_if(preset.first, [&](const auto& a) { return settings.get(a.first) == a.second; });
  if (std::any_of(preset.first.begin(), preset.first.end(), [&](const auto& a) { return settings.has("lock", a.first); })) {
    return std::nullopt;
  }
  try {
    const Settings first = compared_settings(settings, to_text(preset.first));
    if (same_recipe(first, compared_settings(first, to_text(preset.second)))) return std::nullopt;
    preset.stage = stage_of(first, preset.stage);
  } catch (const Error&) {
    return std::nullopt;
  }
  return preset;
}

}  // namespace

Assignments first_screen() {
  return {{"tokens", "The team that won the tournament has disbanded because it lost."},
          {"weights", "constructed"},
          {"stage", "attn_weights"},
          {"head", "all"},
          {"cell", "3,9,1"}};  // coreference: from `it` to `team`
}

std::string Preset::command() const {
  Assignments all = first;
  all.emplace_back("compare", to_text(second));
  all.emplace_back("view", "compare");
  all.emplace_back("stage", stage);
  return "change " + to_query(all);
}

std::vector<Preset> presets(const Settings& settings) {
  std::vector<Preset> all;
  for (Preset& preset : all_presets(settings)) {
    if (std::optional<Preset> fits = offered(settings, std::move(preset))) all.push_back(std::move(*fits));
  }
  return all;
}

}  // namespace headwise
