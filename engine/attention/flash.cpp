#include "engine/attention/parts.hpp"
#include "engine/attention/pipeline.hpp"
#include "engine/ops/catalog.hpp"

namespace headwise {

/// The same attention as a loop over tiles of keys (Dao et al. 2022, algorithm 1): each tile reads
/// its columns of the scores, and keeps a running maximum, sum and weighted sum. The scores are
/// kept here so that they can be looked at; a real kernel holds one tile of them.
Graph build_flash(const Recipe& recipe) {
  Graph g;
  const Projected p = project(g, recipe);
  const NodeRef scores = score(g, recipe, p);                                        // (B, h, T_q, T_kv)
  const std::int64_t count = (recipe.tokens + recipe.tile_keys - 1) / recipe.tile_keys;
  const Attributes tiles{{"tiles", Axes{{"tile", count, AxisKind::step}}}, {"tile_keys", recipe.tile_keys}};

  const NodeRef m = g.stage("running_max", "Running maximum", Role::scores, make_op("running_max", tiles),
                            {scores});                                               // (tile, B, h, T_q)
  const NodeRef shrink = g.stage("rescale", "Rescaling", Role::weights, make_op("rescale"), {m});
  const NodeRef l = g.stage("running_sum", "Running sum", Role::weights, make_op("running_sum", tiles),
                            {scores, m, shrink});                                    // (tile, B, h, T_q)
  const NodeRef acc = g.stage("accumulator", "Accumulator", Role::output, make_op("accumulate", tiles),
                              {scores, p.v_shared, m, shrink});                      // (tile, B, h, T_q, d_v)
  const NodeRef head_outputs =
      g.stage("head_outputs", "Head outputs", Role::output, make_op("normalise"), {acc, l});  // (B, h, T_q, d_v)
  mix(g, recipe, head_outputs);                                                      // (B, T_q, d_model)
  return g;
}

}  // namespace headwise
