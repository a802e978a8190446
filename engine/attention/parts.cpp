#include "engine/attention/parts.hpp"

#include "engine/ops/catalog.hpp"

namespace headwise {

namespace {

Axis batch_axis(const Recipe& r) { return {"B", r.sentences(), AxisKind::batch}; }
Axis query_axis(const Recipe& r) { return {"T_q", r.tokens, AxisKind::query}; }
Axis key_axis(const Recipe& r) { return {"T_kv", r.tokens, AxisKind::key}; }
Axis model_axis(const Recipe& r) { return {"d_model", r.d_model}; }

/// h heads of d entries side by side: (h*d).
Axis heads_of(const std::string& h, std::int64_t heads, const std::string& d, std::int64_t entries) {
  return {h + "*" + d, heads * entries, AxisKind::feature, entries};
}

NodeRef random_weight(Graph& g, const Recipe& r, const std::string& id, const std::string& title, Role role,
                      Axes axes, std::int64_t fan_in) {
  return g.add(NodeKind::weight, id, title, role,
               make_op("random_weight", {{"axes", std::move(axes)}, {"fan_in", fan_in}, {"seed", r.seed}, {"id", id}}),
               {});
}

/// y = x W + b, with W (in, out) called w_NAME and b (out) b_NAME.
NodeRef linear(Graph& g, const Recipe& r, const std::string& id, const std::string& title, Role role, NodeRef x,
               const std::string& name, const Axis& tokens, const Axis& out) {
  const Axis in = g.axes(x).back();
  std::vector<NodeRef> inputs{
      x, random_weight(g, r, "w_" + name, "Weights of " + title, role, {in, out}, in.size)};
  if (r.bias) inputs.push_back(random_weight(g, r, "b_" + name, "Bias of " + title, role, {out}, in.size));
  return g.stage(id, title, role, make_op("linear", {{"tokens", Axes{tokens}}}), inputs);
}

NodeRef split(Graph& g, const std::string& id, const std::string& title, Role role, NodeRef x, const Axis& head,
              const Axis& entry) {
  return g.stage(id, title, role, make_op("split_heads", {{"axes", Axes{head, entry}}}), {x});
}

NodeRef share(Graph& g, const Recipe& r, const std::string& id, const std::string& title, Role role, NodeRef heads) {
  if (r.num_kv_heads == r.num_heads) return heads;
  return g.stage(id, title, role, make_op("share_kv", {{"axes", Axes{{"h", r.num_heads, AxisKind::head}}}}), {heads});
}

/// x (B, T_q, d_model): embeddings, with positions where the recipe has them.
NodeRef input(Graph& g, const Recipe& r) {
  const Axes axes{batch_axis(r), query_axis(r), model_axis(r)};
  std::vector<std::string> tokens;
  for (const auto& sentence : r.batch.tokens) tokens.insert(tokens.end(), sentence.begin(), sentence.end());
  auto embed = make_op("token_embeddings",
                       {{"axes", axes}, {"tokens", std::move(tokens)}, {"padding", std::string(padding_token)}});
  if (!r.sinusoidal) return g.stage("x", "Input", Role::input, std::move(embed), {});
  const NodeRef embeddings = g.stage("embeddings", "Embeddings", Role::input, std::move(embed), {});
  const NodeRef positions = g.stage("positions", "Positions", Role::input,
                                    make_op("sinusoidal_positions", {{"axes", Axes{query_axis(r), model_axis(r)}}}), {});
  return g.stage("x", "Input", Role::input, make_op("add_positions"), {embeddings, positions});
}

}  // namespace

Projected project(Graph& g, const Recipe& r) {
  const Axis h{"h", r.num_heads, AxisKind::head};
  const Axis h_kv{"h_kv", r.num_kv_heads, r.num_kv_heads == r.num_heads ? AxisKind::head : AxisKind::kv_head};
  const Axis d_k{"d_k", r.head_dim};
  const Axis d_v{"d_v", r.v_dim};
  const Axis all_q = heads_of("h", r.num_heads, "d_k", r.head_dim);
  const Axis all_k = heads_of("h_kv", r.num_kv_heads, "d_k", r.head_dim);
  const Axis all_v = heads_of("h_kv", r.num_kv_heads, "d_v", r.v_dim);

  const NodeRef x = input(g, r);                                                              // (B, T_q, d_model)
  const NodeRef q = linear(g, r, "q", "Queries", Role::query, x, "q", query_axis(r), all_q);  // (B, T_q, h*d_k)
  const NodeRef k = linear(g, r, "k", "Keys", Role::key, x, "k", key_axis(r), all_k);         // (B, T_kv, h_kv*d_k)
  const NodeRef v = linear(g, r, "v", "Values", Role::value, x, "v", key_axis(r), all_v);     // (B, T_kv, h_kv*d_v)

  const NodeRef q_heads = split(g, "q_heads", "Queries by head", Role::query, q, h, d_k);   // (B, h, T_q, d_k)
  const NodeRef k_heads = split(g, "k_heads", "Keys by head", Role::key, k, h_kv, d_k);     // (B, h_kv, T_kv, d_k)
  const NodeRef v_heads = split(g, "v_heads", "Values by head", Role::value, v, h_kv, d_v); // (B, h_kv, T_kv, d_v)

  return {q_heads,
          share(g, r, "k_shared", "Keys, shared", Role::key, k_heads),       // (B, h, T_kv, d_k)
          share(g, r, "v_shared", "Values, shared", Role::value, v_heads)};  // (B, h, T_kv, d_v)
}

NodeRef score(Graph& g, const Recipe& r, const Projected& p) {
  const NodeRef scores = g.stage("scores", "Scores", Role::scores, make_op("matmul_transposed"),
                                 {p.q_heads, p.k_shared});                                  // (B, h, T_q, T_kv)
  const NodeRef scaled =
      g.stage("scaled_scores", "Scaled scores", Role::scores,
              make_op("scale", {{"factor", r.scale}, {"meaning", r.scale_meaning}}), {scores});  // (B, h, T_q, T_kv)
  if (!r.causal && !r.padding) return scaled;
  const NodeRef mask = g.add(
      NodeKind::input, "mask", "Mask", Role::mask,
      make_op("attention_mask", {{"axes", Axes{batch_axis(r), query_axis(r), key_axis(r)}},
                                 {"causal", std::int64_t{r.causal}},
                                 {"lengths", r.padding ? r.batch.lengths : std::vector<std::int64_t>{}}}),
      {});                                                                                  // (B, T_q, T_kv)
  return g.stage("masked_scores", "Masked scores", Role::scores, make_op("mask"), {scaled, mask});
}

NodeRef mix(Graph& g, const Recipe& r, NodeRef head_outputs) {
  const NodeRef concat = g.stage("concat", "Heads side by side", Role::output, make_op("concat_heads"),
                                 {head_outputs});                                           // (B, T_q, h*d_v)
  return linear(g, r, "output", "Output", Role::output, concat, "o", query_axis(r), model_axis(r));
}

}  // namespace headwise
