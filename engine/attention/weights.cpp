#include "engine/attention/feature.hpp"
#include "engine/attention/layer.hpp"
#include "engine/ops/catalog.hpp"
#include "engine/tensor/error.hpp"

namespace headwise {

/// What is done to attention weights: sinks (gpt-oss), and dropout in training.
std::vector<Key> weights_keys() {
  using Type = Key::Type;
  return {
      {"sink", Type::toggle, "0", 0, 1, {}, "sinks", "A learned logit for each head that takes a share and gives nothing (gpt-oss)."},
      {"training", Type::toggle, "0", 0, 1, {}, "training", "Dropout works in training alone."},
      {"dropout", Type::number, "0.1", 0, 1, {}, "dropout", "The share of weights left out by chance, below 1.", "training=1"},
      {"dropout_on", Type::choice, "weights", 0, 0, {"weights", "outputs"}, "dropout on",
       "weights is right. outputs shows a common bug: whole numbers of head outputs vanish instead.", "training=1"},
      {"dropout_seed", Type::count, "0", 0, 4294967295, {}, "dropout seed", "Draws another dropout mask.", "training=1"},
  };
}

void check_weights(Recipe& r) {
  const double rate = r.settings.number("dropout");
  if (rate >= 1) {
    throw Error("dropout=" + r.settings.get("dropout") + " would leave nothing: use a number from 0 to below 1, like 0.1");
  }
}

namespace {

NodeRef dropped(Graph& g, const Recipe& r, const std::string& id, const std::string& title, Role role, NodeRef x,
                const std::string& summary) {
  const double rate = r.settings.number("dropout");
  const NodeRef mask = g.add(NodeKind::input, "dropout_mask", "Dropout mask", Role::mask,
                             make_op("dropout_mask", {{"axes", g.axes(x)}, {"rate", rate},
                                                      {"seed", r.settings.count("dropout_seed")}}), {});
  return g.stage(id, title, role, make_op("dropout", {{"rate", rate}, {"summary", summary}}), {x, mask});
}

}  // namespace

NodeRef attend(Graph& g, const Recipe& r, NodeRef scores, NodeRef v_shared, const LayerWeights& w, const Places& at) {
  NodeRef weights = w.sink ? g.stage("attn_weights", "Attention weights", Role::weights, make_op("softmax_sink"), {scores, *w.sink})
                           : g.stage("attn_weights", "Attention weights", Role::weights, make_op("softmax"), {scores});
  if (r.is("mask_when", "after")) {
    weights = g.stage("masked_weights", "Masked weights (a mistake)", Role::weights,
                      make_op("multiply", {{"summary", std::string("The classic mistake: masking after softmax. Forbidden keys get "
                                                                   "0, but they already took their share: look at the row sums.")},
                                           {"along", std::vector<std::int64_t>{0, 2, 3}}}),
                      {weights, mask_node(g, r, at).value()});
    g.stage("row_sums", "Row sums", Role::weights, make_op("row_sums"), {weights});
  }
  const bool training = r.on("training");
  if (training && r.is("dropout_on", "weights")) {
    weights = dropped(g, r, "dropped_weights", "Weights after dropout", Role::weights, weights,
                      "In training some weights are left out by chance and the rest made larger by 1/(1 \u2212 dropout), so that "
                      "sums stay the same on average and evaluation needs no change.");
  }
  NodeRef outputs;
  if (w.relative_v) {
    const NodeRef content = g.stage("content_outputs", "Outputs from values", Role::output, make_op("weighted_sum"), {weights, v_shared});
    const NodeRef index = g.find_ref("relative_index");
    const NodeRef relative = g.stage("relative_outputs", "Outputs from distances", Role::output, make_op("relative_values"),
                                     {weights, *w.relative_v, index});
    outputs = g.stage("head_outputs", "Head outputs", Role::output,
                      make_op("add", {{"summary", std::string("What the keys say, plus what their distances add.")}}), {content, relative});
  } else {
    outputs = g.stage("head_outputs", "Head outputs", Role::output, make_op("weighted_sum"), {weights, v_shared});
  }
  if (training && r.is("dropout_on", "outputs")) {
    outputs = dropped(g, r, "dropped_outputs", "Head outputs after dropout (a common bug)", Role::output, outputs,
                      "A common bug: dropout on the head outputs, where comment and paper say weights. Entries of vectors vanish, "
                      "not the attention to a key.");
  }
  return outputs;
}

}  // namespace headwise
