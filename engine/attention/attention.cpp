#include "engine/attention/layer.hpp"

namespace headwise {

/// Multi-head attention (Vaswani et al. 2017, section 3.2), multi-query (Shazeer 2019) and
/// grouped-query attention (Ainslie et al. 2023), self or cross:
/// softmax(Q K^T / sqrt(d_k) + mask) V in every head, then W_O.
Graph build_attention(const Recipe& r) {
  Graph g;
  const Inputs in = inputs(g, r);
  const PositionTables tables = position_tables(g, r);
  const LayerWeights weights = layer_weights(g, r);
  attention_layer(g, r, in, weights, tables, places(r));  // (B, T_q, d_model)
  return g;
}

}  // namespace headwise
