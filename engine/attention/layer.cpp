#include "engine/attention/layer.hpp"

#include "engine/attention/constructed.hpp"
#include "engine/ops/catalog.hpp"

namespace headwise {

namespace {

/// h heads of d entries side by side: (h*d).
Axis side_by_side(const Axis& heads, const Axis& entry) {
  return {heads.name + "*" + entry.name, heads.size * entry.size, AxisKind::feature, entry.size};
}

Axis kv_head_axis(const Recipe& r) {
  return {"h_kv", r.num_kv_heads, r.num_kv_heads == r.num_heads ? AxisKind::head : AxisKind::kv_head};
}

}  // namespace

Places places(const Recipe& r) {
  return {{"B", r.sentences(), AxisKind::batch}, {"T_q", r.tokens, AxisKind::query}, {"T_kv", r.keys, AxisKind::key}};
}
Axis model_axis(const Recipe& r) { return {"d_model", r.d_model}; }
Axis head_axis(const Recipe& r) { return {"h", r.num_heads, AxisKind::head}; }
Axis entry_axis(const Recipe& r) { return {"d_k", r.head_dim}; }
Axis value_axis(const Recipe& r) { return {"d_v", r.v_dim}; }

NodeRef weight(Graph& g, const Recipe& r, const std::string& id, const std::string& title, Role role, Axes axes,
               std::int64_t fan_in) {
  if (is_constructed(r)) return g.add(NodeKind::weight, id, title, role, constructed_weight(id, axes), {});
  return g.add(NodeKind::weight, id, title, role,
               make_op("random_weight", {{"axes", std::move(axes)}, {"fan_in", fan_in}, {"seed", r.seed()},
                                         {"id", g.path() + id}, {"mean", 0.0}}), {});
}

NodeRef gain(Graph& g, const Recipe& r, const std::string& id, const std::string& title, Role role, const Axis& axis) {
  return g.add(NodeKind::weight, id, title, role,
               make_op("random_weight", {{"axes", Axes{axis}}, {"fan_in", std::int64_t{100}}, {"seed", r.seed()},
                                         {"id", g.path() + id}, {"mean", 1.0}}), {});
}

Projection projection(Graph& g, const Recipe& r, const std::string& name, const std::string& title, Role role,
                      const Axis& in, const Axis& out, bool bias) {
  Projection p{weight(g, r, "w_" + name, "Weights of " + title, role, {in, out}, in.size), {}};
  if (bias) p.b = weight(g, r, "b_" + name, "Bias of " + title, role, {out}, in.size);
  return p;
}

NodeRef linear(Graph& g, const std::string& id, const std::string& title, Role role, NodeRef x, const Axis& tokens,
               const Projection& p) {
  std::vector<NodeRef> in{x, p.w};
  if (p.b) in.push_back(*p.b);
  return g.stage(id, title, role, make_op("linear", {{"tokens", Axes{tokens}}}), in);
}

NodeRef split(Graph& g, const std::string& id, const std::string& title, Role role, NodeRef x, const Axis& head,
              const Axis& entry) {
  return g.stage(id, title, role, make_op("split_heads", {{"axes", Axes{head, entry}}}), {x});
}

NodeRef shared(Graph& g, const Recipe& r, const std::string& id, const std::string& title, Role role, NodeRef heads) {
  if (g.axes(heads)[1].size == r.num_heads) return heads;
  return g.stage(id, title, role, make_op("share_kv", {{"axes", Axes{head_axis(r)}}}), {heads});
}

LayerWeights layer_weights(Graph& g, const Recipe& r) {
  const Axis kv = kv_head_axis(r);
  const Axis context{r.context ? "d_context" : "d_model", r.d_context};
  const bool bias = r.on("bias");
  LayerWeights w;
  w.q = projection(g, r, "q", "Queries", Role::query, model_axis(r), side_by_side(head_axis(r), entry_axis(r)), bias);
  w.k = projection(g, r, "k", "Keys", Role::key, context, side_by_side(kv, entry_axis(r)), bias);
  w.v = projection(g, r, "v", "Values", Role::value, context, side_by_side(kv, value_axis(r)), bias);
  if (r.on("qk_norm")) {
    w.q_gain = gain(g, r, "g_q", "Gain of queries", Role::query, entry_axis(r));
    w.k_gain = gain(g, r, "g_k", "Gain of keys", Role::key, entry_axis(r));
  }
  if (r.is("position", "shaw")) {
    const Axis distances{"2k+1", 2 * r.settings.count("clip_distance") + 1};
    w.relative_k = weight(g, r, "relative_k", "Vectors of distances, for scores", Role::key,
                                 {distances, entry_axis(r)}, r.head_dim);
    if (r.on("shaw_values")) {
      w.relative_v = weight(g, r, "relative_v", "Vectors of distances, for values", Role::value,
                                   {distances, value_axis(r)}, r.v_dim);
    }
  }
  if (r.on("sink")) w.sink = weight(g, r, "sink", "Attention sinks", Role::weights, {head_axis(r)}, 1);
  w.o = projection(g, r, "o", "Output", Role::output, side_by_side(head_axis(r), value_axis(r)), model_axis(r), bias);
  return w;
}

Heads project(Graph& g, const Recipe& r, const Inputs& in, const LayerWeights& w, const PositionTables& tables,
              const Places& at) {
  const Axis h = head_axis(r);
  const Axis h_kv = kv_head_axis(r);
  const NodeRef q = linear(g, "q", "Queries", Role::query, in.x, at.queries, w.q);            // (B, T_q, h*d_k)
  const NodeRef k = linear(g, "k", "Keys", Role::key, in.x_kv, at.keys, w.k);                 // (B, T_kv, h_kv*d_k)
  const NodeRef v = linear(g, "v", "Values", Role::value, in.x_kv, at.keys, w.v);             // (B, T_kv, h_kv*d_v)

  Heads heads{split(g, "q_heads", "Queries by head", Role::query, q, h, entry_axis(r)),       // (B, h, T_q, d_k)
              split(g, "k_heads", "Keys by head", Role::key, k, h_kv, entry_axis(r)),         // (B, h_kv, T_kv, d_k)
              split(g, "v_heads", "Values by head", Role::value, v, h_kv, value_axis(r))};    // (B, h_kv, T_kv, d_v)
  if (w.q_gain) {
    const Attributes epsilon{{"epsilon", 1e-6}};
    heads.q = g.stage("q_norm", "Queries, normalised", Role::query, make_op("rms_norm", epsilon), {heads.q, *w.q_gain});
    heads.k = g.stage("k_norm", "Keys, normalised", Role::key, make_op("rms_norm", epsilon), {heads.k, *w.k_gain});
  }
  const auto or_else = [](const auto& first, const auto& second) { return first ? first : second; };
  heads.q = rotated(g, r, "q_rot", "Queries, turned", Role::query, heads.q, tables.cosines, tables.sines, 0,
                    at.queries.first);
  heads.k = rotated(g, r, "k_rot", "Keys, turned", Role::key, heads.k, or_else(tables.key_cosines, tables.cosines),
                    or_else(tables.key_sines, tables.sines), 0, at.keys.first);
  return heads;
}

NodeRef attention_layer(Graph& g, const Recipe& r, const Inputs& in, const LayerWeights& w,
                        const PositionTables& tables, const Places& at, const std::string& id) {
  const Heads heads = project(g, r, in, w, tables, at);
  const NodeRef k = shared(g, r, "k_shared", "Keys, shared", Role::key, heads.k);             // (B, h, T_kv, d_k)
  const NodeRef v = shared(g, r, "v_shared", "Values, shared", Role::value, heads.v);         // (B, h, T_kv, d_v)
  const NodeRef scores = logits(g, r, heads.q, k, w, at);                                     // (B, h, T_q, T_kv)
  const NodeRef head_outputs = attend(g, r, scores, v, w, at);                                // (B, h, T_q, d_v)
  return mix(g, r, head_outputs, w, at, id);                                                  // (B, T_q, d_model)
}

}  // namespace headwise
