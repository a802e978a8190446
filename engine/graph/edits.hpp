#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/graph/graph.hpp"

namespace headwise {

/// A cell set by hand.
struct CellEdit {
  std::string node;
  Index index;
  float value = 0;

  bool same_cell(const CellEdit& other) const { return node == other.node && index == other.index; }
  bool operator==(const CellEdit&) const = default;
};

/// In order of node and index, each cell once.
using Edits = std::vector<CellEdit>;

/// The longest text of edits, in bytes, so that a link stays one that can be sent.
inline constexpr std::size_t most_edit_text = 4096;

/// `w_q:0,1=0.5;mask:0,2,3=0`: node, cell and value. Throws Error naming the edit and what is right;
/// a cell given twice is one. Whether there is such a cell only a graph can tell.
Edits parse_edits(std::string_view text);
/// The one way of writing them: in order, each value with as few digits as give the same float.
std::string to_text(const Edits& edits);
std::string to_text(const CellEdit& edit);

/// A number in plain notation, rounded to float32 (infinite where it is too large); nothing where it is none.
std::optional<float> parse_float(std::string_view text);

/// Can its cells be set? Weights, masks and other inputs, and stages that are computed from nothing.
bool is_editable(const Node& node);
/// What is wrong with an edit in this graph; empty where nothing is.
std::string fault(const Graph& graph, const CellEdit& edit);
/// Edits the graph; throws Error where one of them cannot be.
void apply_edits(Graph& graph, const Edits& edits);

/// The edits with one cell set, or no longer set.
Edits with(Edits edits, CellEdit edit);
Edits without(Edits edits, std::string_view node, const Index& index);
/// The edit of a cell; null where there is none.
const CellEdit* find_edit(const Edits& edits, std::string_view node, const Index& index);

/// `0,1`: an index as edits and commands write it.
std::string index_text(const Index& index);

}  // namespace headwise
