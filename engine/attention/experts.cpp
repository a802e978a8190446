#include "engine/attention/experts.hpp"

#include "engine/attention/feature.hpp"
#include "engine/ops/catalog.hpp"
#include "engine/tensor/error.hpp"

namespace headwise {

/// Mixture of experts (Shazeer et al. 2017; top-k softmax router as Mixtral 2024).
std::vector<Key> experts_keys() {
  using Type = Key::Type;
  return {
      {"experts", Type::count, "0", 0, 512, {}, "experts", "Feed-forward networks to choose from. 0: a single one, for all tokens."},
      {"top_k", Type::count, "2", 1, 512, {}, "experts a token", "How many experts the router picks for each token.", "experts"},
  };
}

void check_experts(Recipe& r) {
  const std::int64_t experts = r.settings.count("experts");
  const std::int64_t k = r.settings.count("top_k");
  if (experts > 0 && k > experts) {
    throw Error("top_k=" + std::to_string(k) + " is more than experts=" + std::to_string(experts) + ": use at most " + std::to_string(experts));
  }
}

NodeRef experts(Graph& g, const Recipe& r, NodeRef x) {
  const Axis tokens = g.axes(x)[1];
  const Axis all{"E", r.settings.count("experts"), AxisKind::step};
  const Axis by_token{"E", all.size};
  const Axis wide{"d_ff", r.count("d_ff")};
  const bool gated = r.is("activation", "swiglu");
  const auto table = [&](const std::string& id, const std::string& title, const Axis& in, const Axis& out) {
    return weight(g, r, id, title, Role::input, {all, in, out}, in.size);
  };
  const NodeRef router = linear(g, "router", "Router", Role::scores, x, tokens,
                                projection(g, r, "router", "Router", Role::scores, model_axis(r), by_token, false));  // (B, T, E)
  const NodeRef shares = g.stage("router_probs", "The router's shares", Role::weights, make_op("softmax"), {router});
  const NodeRef choice = g.stage("router_choice", "Chosen experts", Role::mask,
                                 make_op("top_k", {{"k", r.settings.count("top_k")}}), {shares});
  const NodeRef chosen = g.stage("router_weights", "Shares of the chosen", Role::weights, make_op("renormalise"), {shares, choice});
  NodeRef hidden = g.stage(gated ? "gate" : "hidden", gated ? "Gate of each expert" : "Hidden of each expert", Role::input,
                           make_op("expert_linear"), {x, table(gated ? "w_gate" : "w_up", "Experts, in", model_axis(r), wide)});
  hidden = g.stage("activated", "After the bend", Role::input,
                   make_op("activation", {{"kind", gated ? std::string("silu") : r.settings.get("activation")}}), {hidden});
  if (gated) {
    const NodeRef up = g.stage("up", "What passes the gate", Role::input, make_op("expert_linear"),
                               {x, table("w_up", "Experts, in", model_axis(r), wide)});
    hidden = g.stage("gated", "Gated", Role::input,
                     make_op("multiply", {{"summary", std::string("SwiGLU: one projection decides how much of the other passes.")},
                                          {"along", std::vector<std::int64_t>{0, 1, 2, 3}}}),
                     {hidden, up});
  }
  const NodeRef results = g.stage("expert_outputs", "What each expert makes of a token", Role::output, make_op("expert_linear"),
                                  {hidden, table("w_down", "Experts, out", wide, model_axis(r))});  // (B, E, T, d_model)
  return g.stage("output", "Mixed experts", Role::output, make_op("mix_experts"), {results, chosen});  // (B, T, d_model)
}

}  // namespace headwise
