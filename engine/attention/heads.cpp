#include <algorithm>

#include "engine/attention/feature.hpp"
#include "engine/attention/layer.hpp"
#include "engine/ops/catalog.hpp"
#include "engine/tensor/error.hpp"

namespace headwise {

/// Looking at heads one by one: switching them off, and what each adds to the output.
std::vector<Key> heads_keys() {
  using Type = Key::Type;
  return {
      {"heads_off", Type::indices, "", 0, 0, {}, "heads off", "Heads switched off, counted from 0: 0,2. As if their rows of W_O were zero."},
      {"contributions", Type::toggle, "0", 0, 1, {}, "each head's part",
       "Shows what each head adds to the output (its result times its rows of W_O) instead of concatenating."},
  };
}

void check_heads(Recipe& r) {
  std::vector<std::int64_t> off = r.settings.indices("heads_off");
  std::sort(off.begin(), off.end());
  for (std::size_t i = 0; i < off.size(); ++i) {
    if (off[i] >= r.num_heads) {
      throw Error("heads_off=" + r.settings.get("heads_off") + ": num_heads=" + std::to_string(r.num_heads) +
                  ", so heads are 0 to " + std::to_string(r.num_heads - 1));
    }
    if (i > 0 && off[i] == off[i - 1]) throw Error("heads_off=" + r.settings.get("heads_off") + " names head " + std::to_string(off[i]) + " twice; once is enough");
  }
}

NodeRef mix(Graph& g, const Recipe& r, NodeRef head_outputs, const LayerWeights& w, const Places& at, const std::string& id) {
  if (const std::vector<std::int64_t> off = r.settings.indices("heads_off"); !off.empty()) {
    const NodeRef gate = g.add(NodeKind::input, "head_gate", "Heads on and off", Role::mask,
                               make_op("head_gate", {{"axes", Axes{head_axis(r)}}, {"off", off}}), {});
    head_outputs = g.stage("kept_outputs", "Outputs of heads that are on", Role::output,
                           make_op("multiply", {{"summary", std::string("Heads that are switched off give zeros from here on.")},
                                                {"along", std::vector<std::int64_t>{1}}}),
                           {head_outputs, gate});
  }
  if (r.on("contributions")) {
    const NodeRef parts = g.stage("head_contributions", "What each head adds", Role::output, make_op("head_contributions"),
                                  {head_outputs, w.o.w});                                   // (B, h, T_q, d_model)
    std::vector<NodeRef> in{parts};
    if (w.o.b) in.push_back(*w.o.b);
    return g.stage(id, "Output", Role::output, make_op("sum_heads"), in);
  }
  const NodeRef concat = g.stage("concat", "Heads side by side", Role::output, make_op("concat_heads"), {head_outputs});
  return linear(g, id, "Output", Role::output, concat, at.queries, w.o);                    // (B, T_q, d_model)
}

}  // namespace headwise
