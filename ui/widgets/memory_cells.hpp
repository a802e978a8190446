#pragma once
#include <cstdint>
#include <string>

#include "engine/attention/head_split.hpp"
#include "ui/context.hpp"

namespace headwise {

/// A split's memory with one address lit: what the pictures of it share.
struct MemoryView {
  const HeadSplit* split = nullptr;
  std::int64_t batch_item = 0;
  std::int64_t lit = 0;     // the address under the mouse, else the cursor's
  std::int64_t chosen = 0;  // the cursor's
  bool is_example = false;  // the cursor is elsewhere: `chosen` is one that the wrong reshape moves
  bool by_token = false;    // colours tell tokens apart, else heads

  /// Token, head and entry that an address holds: {b, h, t, d}.
  Index meaning(std::int64_t address) const;
  /// The four indices {b, h, t, d} of a cell of `strides` (of either order), and back.
  Index by_head(const Strides& strides, const Index& four) const;
  Index in_order(const Strides& strides, const Index& by_head) const;
};

/// The memory as one row of numbered cells, in as many lines as there is room for; the height used.
/// Landmarks `memory:stored:LINE:0,ADDRESS`.
float draw_stored(Context& ui, const MemoryView& view, ImVec2 at, float width, int lines);

/// A matrix for each head, tokens down and entries across, as `strides` counts the memory. Windows
/// of large ones follow the lit cell. Landmarks `memory:NAME:HEAD:TOKEN,ENTRY`.
struct MemoryGrid {
  std::string name;
  const Strides* strides = nullptr;
  bool mark_wrong = false;  // outline what stands where the right one has the lit cell
};
ImVec2 draw_memory_grid(Context& ui, const MemoryView& view, const MemoryGrid& grid, ImVec2 at, ImVec2 room);
/// How wide the grid would like to be, at most.
float memory_grid_width(const Context& ui, const MemoryView& view, float room);

/// Where a click leads: the cursor's cell for an address, seen in the right split.
Cell cell_at(const Context& ui, const MemoryView& view, std::int64_t address, bool stored);

}  // namespace headwise
