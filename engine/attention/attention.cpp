#include "engine/attention/parts.hpp"
#include "engine/attention/pipeline.hpp"
#include "engine/ops/catalog.hpp"

namespace headwise {

/// Multi-head attention (Vaswani et al. 2017, section 3.2), multi-query (Shazeer 2019) and
/// grouped-query attention (Ainslie et al. 2023):
/// softmax(Q K^T / sqrt(d_k) + mask) V in every head, then W_O.
Graph build_attention(const Recipe& recipe) {
  Graph g;
  const Projected p = project(g, recipe);
  const NodeRef scores = score(g, recipe, p);                                        // (B, h, T_q, T_kv)
  const NodeRef attn_weights =
      g.stage("attn_weights", "Attention weights", Role::weights, make_op("softmax"), {scores});
  const NodeRef head_outputs = g.stage("head_outputs", "Head outputs", Role::output, make_op("weighted_sum"),
                                       {attn_weights, p.v_shared});                  // (B, h, T_q, d_v)
  mix(g, recipe, head_outputs);                                                      // (B, T_q, d_model)
  return g;
}

}  // namespace headwise
