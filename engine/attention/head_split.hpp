#pragma once
#include <cstddef>
#include <optional>
#include <vector>

#include "engine/graph/graph.hpp"
#include "engine/tensor/strides.hpp"

namespace headwise {

/// Where a graph cuts long vectors into heads, or lays heads side by side again, as it happens in
/// memory. `stored` is the order in which the numbers lie; `right` walks them with two strides
/// exchanged; `wrong` is the beginners' bug, the right shape without the transpose.
struct HeadSplit {
  std::size_t whole = 0;                // (B, T, h*d)
  std::size_t heads = 0;                // (B, h, T, d)
  bool back = false;                    // `whole` is put together from `heads`, else cut into them
  std::optional<std::size_t> reshaped;  // the stage that does it wrong, where there is one
  Strides stored;                       // (B, T, h, d), on the way back (B, h, T, d)
  Strides right;                        // (B, h, T, d), on the way back (B, T, h, d)
  Strides wrong;                        // the axes of `right`, contiguous

  /// The nodes whose memory is shown, and what is made of it.
  std::size_t source() const { return back ? heads : whole; }
  std::size_t result() const { return back ? whole : heads; }
  /// Only where there are several heads and several tokens do the two differ.
  bool differ() const { return !right.is_contiguous(); }
  /// The same cell by four indices, in the order of `stored` or `right`, and in a node.
  Index in_node(const Graph& graph, std::size_t node, const Index& four) const;
  Index of_node(const Graph& graph, std::size_t node, const Index& index) const;
};

/// Whose memory a node's cells lie in, and how it walks that; its own, row-major, but for views.
struct Placement {
  std::size_t owner = 0;
  Strides strides;
};
/// Nothing for a view that strides cannot say (a shared KV head).
std::optional<Placement> placement(const Graph& graph, std::size_t node);

/// All of them, in order.
std::vector<HeadSplit> head_splits(const Graph& graph);
/// The one that a node belongs to: the nearest that it comes from, else the first after it. Position
/// in `all`; nothing where there are none.
std::optional<std::size_t> nearest_split(const Graph& graph, const std::vector<HeadSplit>& all, std::size_t node);
/// The address in the split's memory of a cell of one of its nodes, or of a view of them.
std::optional<std::int64_t> address_of(const Graph& graph, const HeadSplit& split, std::size_t node,
                                       const Index& index);

}  // namespace headwise
