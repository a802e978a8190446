#pragma once
#include <optional>
#include <vector>

#include "engine/graph/trace.hpp"

namespace headwise {

/// A tensor of another graph that has some cells of one here: cell i of `region` is cell i + shift there.
struct Piece {
  std::size_t node = 0;
  Region region;
  Index shift;
};

/// What stands in another graph for a tensor.
struct Counterpart {
  std::vector<Piece> pieces;           // a cell is in the first that has it, if in any
  std::optional<std::size_t> unlike;   // without pieces: the node of the same name, which has another shape

  bool exists() const { return !pieces.empty(); }
  /// Is every cell of a tensor with these axes there?
  bool covers(const Axes& axes) const { return exists() && pieces.front().region == whole(axes); }
};

/// For each node of `graph` what stands for it in `other`: the same tensor under the same name, or those that
/// hold some of its tokens (Node::stands_for). Tokens are matched by their place in the sentence where both
/// have as many; all other axes must agree in name and size.
std::vector<Counterpart> counterparts(const Graph& graph, const Graph& other);
/// The same, of equal ids and equal axes alone.
std::vector<Counterpart> same_ids(const Graph& graph, const Graph& other);

/// The cell that stands in the other graph for one here; none where none does.
std::optional<Cell> cell_there(const Counterpart& counterpart, const Index& index);
/// The values that stand in `other` for a region, row-major; NaN where nothing does.
std::vector<float> read(const Trace& other, const Counterpart& counterpart, const Region& region);

}  // namespace headwise
