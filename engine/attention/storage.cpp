#include "engine/attention/layer.hpp"
#include "engine/ops/catalog.hpp"

namespace headwise {

/// The split into heads as it happens in memory: one row of numbers, walked as (B, T, h*d_k), as
/// (B, T, h, d_k) and, with two strides exchanged, as (B, h, T, d_k); beside it the beginners' bug of
/// reshaping straight to (B, h, T, d_k), which mixes tokens; and the way back.
Graph build_storage(const Recipe& r) {
  Graph g;
  const Places at = places(r);
  const Axis h = head_axis(r);
  const Axis d = entry_axis(r);
  const Axis all{"h*d_k", h.size * d.size, AxisKind::feature, d.size};
  const auto relayout = [&](const std::string& id, const std::string& title, Role role, NodeRef x, Axes axes,
                            const std::string& verb, const std::string& summary) {
    return g.stage(id, title, role, make_op("relayout", {{"axes", std::move(axes)}, {"summary", summary}, {"verb", verb}}), {x});
  };
  const Projection w = projection(g, r, "q", "Queries", Role::query, model_axis(r), all, r.on("bias"));
  const NodeRef q = linear(g, "q", "Queries", Role::query, inputs(g, r).x, at.queries, w);                    // (B, T, h*d_k)
  const Axis memory{"memory", cell_count(g.axes(q))};
  const NodeRef flat = relayout("memory", "The numbers as they lie in memory", Role::query, q, {memory}, "view",
                                "Memory is one long row. All shapes are ways of counting along it: each axis has a stride, the steps "
                                "in memory from one index to the next.");
  const NodeRef view = relayout("q_view", "View: (B, T, h, d_k)", Role::query, flat, {at.batch, at.queries, h, d}, "view",
                                "The long vector of each token counted in pieces, one for each head. The same memory, the same order.");
  const NodeRef heads = g.stage("q_heads", "Transpose: (B, h, T, d_k)", Role::query, make_op("transpose_heads"), {view});
  relayout("wrong_heads", "Wrong: reshaped straight to (B, h, T, d_k)", Role::scores, flat, {at.batch, h, at.queries, d}, "view",
           "The most common beginners' bug: the right shape, and the wrong numbers. Each row is now a piece of another token or of "
           "another head: compare with the row above.");
  const NodeRef back = g.stage("q_back", "Transposed back: (B, T, h, d_k)", Role::query, make_op("transpose_heads"), {heads});
  relayout("concat", "Side by side again", Role::query, back, {at.batch, at.queries, all}, "reshape",
           "The way back: transpose, then lay the heads side by side. PyTorch's view needs .contiguous() first where the order in memory "
           "is not the order of the axes; reshape copies if it must.");
  return g;
}

}  // namespace headwise
