#include <cmath>

#include "engine/attention/layer.hpp"
#include "engine/ops/catalog.hpp"

namespace headwise {

/// The same input and the same weights through one head of d_model entries and through h heads of
/// d_model / h: equal parameters, equal matmul FLOPs, different answers.
Graph build_one_head(const Recipe& r) {
  Graph g;
  const Places at = places(r);
  Recipe one = r;
  one.num_heads = one.num_kv_heads = 1;
  one.head_dim = r.num_heads * r.head_dim;
  one.v_dim = r.num_heads * r.v_dim;
  if (r.settings.is_auto("scale")) {
    one.scale = 1 / std::sqrt(static_cast<double>(one.head_dim));
    one.scale_meaning = "1/\u221a" + std::to_string(one.head_dim);
  }
  Recipe many = r;
  many.num_kv_heads = r.num_heads;
  const Inputs in = inputs(g, r);                                                // (B, T, d_model)
  const PositionTables tables;
  const LayerWeights w = layer_weights(g, many);
  g.enter("one/");
  const NodeRef alone = attention_layer(g, one, in, w, tables, at);              // (B, T, d_model)
  g.enter_part("many/");
  const NodeRef together = attention_layer(g, many, in, w, tables, at);          // (B, T, d_model)
  g.enter("");
  g.stage("difference", "Many heads less one", Role::output,
          make_op("difference", {{"summary", std::string("Same input, same weights, same cost: only the number of softmaxes differs. "
                                                         "One head has one weighting for each token, many heads have several.")},
                                 {"first", std::int64_t{0}}}),
          {together, alone});
  return g;
}

}  // namespace headwise
