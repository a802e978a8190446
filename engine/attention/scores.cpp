#include "engine/attention/feature.hpp"
#include "engine/attention/layer.hpp"
#include "engine/ops/catalog.hpp"
#include "engine/tensor/error.hpp"

namespace headwise {

/// What today's open models do to scores: QK-norm (Qwen3, Gemma 3), logit soft-cap (Gemma 2).
std::vector<Key> scores_keys() {
  using Type = Key::Type;
  return {
      {"qk_norm", Type::toggle, "0", 0, 1, {}, "QK-norm",
       "Brings every head's queries and keys to one size before they meet (Qwen3, Gemma 3)."},
      {"softcap", Type::number, "0", 0, 1000, {}, "soft-cap", "Keeps scores between \u2212cap and cap (Gemma 2). 0: none."},
  };
}

void check_scores(Recipe& r) {
  const double cap = r.settings.number("softcap");
  if (cap > 0 && cap < 0.001) {
    throw Error("softcap=" + r.settings.get("softcap") + " is too small: use 0 for none, or at least 0.001");
  }
}

NodeRef logits(Graph& g, const Recipe& r, NodeRef q_heads, NodeRef k_shared, const LayerWeights& w, const Places& at) {
  NodeRef scores = g.stage("scores", "Scores", Role::scores, make_op("matmul_transposed"), {q_heads, k_shared});
  const std::int64_t first = at.queries.first + (r.is("align", "bottom-right") ? r.keys - r.tokens : 0);
  if (w.relative_k) {  // Shaw et al. 2018, equation 4: before scaling
    const NodeRef index = g.add(NodeKind::input, "relative_index", "Distances", Role::index,
                                make_op("relative_index", {{"axes", Axes{at.queries, at.keys}},
                                                           {"clip", r.settings.count("clip_distance")}, {"first", first}}), {});
    const NodeRef relative = g.stage("relative_scores", "Scores of distances", Role::scores, make_op("relative_scores"),
                                     {q_heads, *w.relative_k, index});
    scores = g.stage("position_scores", "Scores with positions", Role::scores,
                     make_op("add", {{"summary", std::string("How well the key's content matches, plus how well its distance does.")}}),
                     {scores, relative});
  }
  scores = g.stage("scaled_scores", "Scaled scores", Role::scores,
                   make_op("scale", {{"factor", r.scale}, {"meaning", r.scale_meaning}}), {scores});
  if (r.is("position", "alibi")) {
    const NodeRef slopes = g.add(NodeKind::input, "slopes", "Slopes of the heads", Role::scores,
                                 make_op("alibi_slopes", {{"axes", Axes{head_axis(r)}}}), {});
    scores = g.stage("biased_scores", "Scores less distance", Role::scores, make_op("add_alibi", {{"first", first}}),
                     {scores, slopes});
  }
  if (const double cap = r.settings.number("softcap"); cap > 0) {
    scores = g.stage("capped_scores", "Capped scores", Role::scores, make_op("soft_cap", {{"cap", cap}}), {scores});
  }
  if (r.is("mask_when", "after")) return scores;
  const std::optional<NodeRef> mask = mask_node(g, r, at);
  if (!mask) return scores;
  return g.stage("masked_scores", "Masked scores", Role::scores, make_op("mask"), {scores, *mask});
}

}  // namespace headwise
