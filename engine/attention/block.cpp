#include "engine/attention/experts.hpp"
#include "engine/attention/feature.hpp"
#include "engine/attention/layer.hpp"
#include "engine/attention/picture.hpp"
#include "engine/ops/catalog.hpp"
#include "engine/tensor/error.hpp"

namespace headwise {

/// What stands around attention: residuals, normalisation, feed-forward, layers.
std::vector<Key> block_keys() {
  using Type = Key::Type;
  return {
      {"layers", Type::count, "2", 1, 256, {}, "layers", "How many blocks stand one after another. Heads run side by side in each."},
      {"norm", Type::choice, "layer", 0, 0, {"layer", "rms"}, "norm", "layer: mean 0, variance 1 (GPT-2). rms: size 1 (Llama)."},
      {"norm_place", Type::choice, "pre", 0, 0, {"pre", "post"}, "norm place",
       "pre: before attention and feed-forward, as today's models. post: after the residual, as in 2017."},
      {"activation", Type::choice, "gelu", 0, 0, {"relu", "gelu", "swiglu"}, "activation", "The bend in the feed-forward network."},
      {"d_ff", Type::auto_count, "auto", 1, 262144, {}, "d_ff", "Width of the feed-forward network. auto: 4 \u00d7 d_model."},
  };
}

void check_block(Recipe& r) { r.resolve("d_ff", 4 * r.d_model); }

namespace {

NodeRef normalised(Graph& g, const Recipe& r, const std::string& id, const std::string& title, NodeRef x) {
  const NodeRef g_ = gain(g, r, "g_" + id, "Gain of " + title, Role::input, model_axis(r));
  if (r.is("norm", "rms")) return g.stage(id, title, Role::input, make_op("rms_norm", {{"epsilon", 1e-6}}), {x, g_});
  const NodeRef b = weight(g, r, "b_" + id, "Shift of " + title, Role::input, {model_axis(r)}, r.d_model);
  return g.stage(id, title, Role::input, make_op("layer_norm", {{"epsilon", 1e-5}}), {x, g_, b});
}

NodeRef residual(Graph& g, const std::string& id, const std::string& title, NodeRef x, NodeRef change) {
  return g.stage(id, title, Role::output,
                 make_op("add", {{"summary", std::string("What came in plus what was found out: every layer only adds to the stream.")}}),
                 {x, change});
}

NodeRef feed_forward(Graph& g, const Recipe& r, NodeRef x) {
  if (r.settings.count("experts") > 0) return experts(g, r, x);
  const Axis tokens = g.axes(x)[1];
  const Axis wide{"d_ff", r.count("d_ff")};
  const bool bias = r.on("bias");
  const bool gated = r.is("activation", "swiglu");
  NodeRef hidden = linear(g, gated ? "gate" : "hidden", gated ? "Gate" : "Hidden", Role::input, x, tokens,
                          projection(g, r, gated ? "gate" : "up", "Feed-forward, in", Role::input, model_axis(r), wide, bias));
  hidden = g.stage("activated", "After the bend", Role::input,
                   make_op("activation", {{"kind", gated ? std::string("silu") : r.settings.get("activation")}}), {hidden});
  if (gated) {
    const NodeRef up = linear(g, "up", "What passes the gate", Role::input, x, tokens,
                              projection(g, r, "up", "Feed-forward, in", Role::input, model_axis(r), wide, bias));
    hidden = g.stage("gated", "Gated", Role::input,
                     make_op("multiply", {{"summary", std::string("SwiGLU: one projection decides how much of the other passes.")},
                                          {"along", std::vector<std::int64_t>{0, 1, 2}}}),
                     {hidden, up});
  }
  return linear(g, "output", "Feed-forward output", Role::output, hidden, tokens,
                projection(g, r, "down", "Feed-forward, out", Role::output, wide, model_axis(r), bias));
}

}  // namespace

/// Layers of attention and feed-forward, each adding to what came in (Vaswani et al. 2017, section
/// 3.1; pre-norm: Xiong et al. 2020). The last block's result is `output`.
Graph build_block(const Recipe& r) {
  Graph g;
  const Places at = places(r);
  NodeRef x = inputs(g, r).x;  // (B, T, d_model)
  const PositionTables tables = position_tables(g, r);
  const bool pre = r.is("norm_place", "pre");
  const std::int64_t layers = r.settings.count("layers");
  for (std::int64_t n = 0; n < layers; ++n) {
    const std::string block = "block" + std::to_string(n) + "/";
    g.enter(block);
    const NodeRef before = pre ? normalised(g, r, "norm1", "Normalised for attention", x) : x;
    g.enter(block + "attn/");
    const LayerWeights w = layer_weights(g, r);
    const NodeRef attention = attention_layer(g, r, {before, before}, w, tables, at);        // (B, T, d_model)
    g.enter(block);
    x = residual(g, "residual1", "Plus what attention found", x, attention);
    if (!pre) x = normalised(g, r, "norm1", "Normalised after attention", x);
    const NodeRef again = pre ? normalised(g, r, "norm2", "Normalised for feed-forward", x) : x;
    g.enter(block + "ffn/");
    const NodeRef thought = feed_forward(g, r, again);                                       // (B, T, d_model)
    g.enter(block);
    x = residual(g, "residual2", "Plus what feed-forward made of it", x, thought);
    if (!pre && n + 1 < layers) x = normalised(g, r, "norm2", "Normalised after feed-forward", x);
  }
  g.enter("");
  normalised(g, r, "output", "Output, normalised", x);
  return g;
}

std::vector<StackedLayer> stacked_layers(const Graph& g) {
  using Kind = LayerPart::Kind;
  std::vector<StackedLayer> all;
  for (const std::size_t stage : g.stages()) {
    const std::string& id = g[stage].id();
    if (!id.starts_with("block")) continue;
    const std::size_t slash = id.find('/');
    const std::string name = id.substr(0, slash);
    const std::string rest = id.substr(slash + 1);
    if (all.empty() || all.back().name != name) all.push_back({name, {}, 0, {}});
    StackedLayer& layer = all.back();
    const Kind kind = rest.starts_with("attn/")       ? Kind::attention
                      : rest.starts_with("ffn/")      ? Kind::feed_forward
                      : rest.starts_with("residual")  ? Kind::add
                                                      : Kind::norm;
    const bool goes_on = !layer.parts.empty() && rest.find('/') != rest.npos &&
                         (layer.parts.back().kind == kind || (kind == Kind::feed_forward && layer.router));
    if (!goes_on) layer.parts.push_back({kind, stage, stage});
    LayerPart& part = layer.parts.back();
    part.last = stage;
    if (rest == "attn/attn_weights") layer.weights = stage;
    if (rest != "ffn/router_weights") continue;
    layer.router = stage;
    part.kind = Kind::experts;
  }
  return all;
}

}  // namespace headwise
