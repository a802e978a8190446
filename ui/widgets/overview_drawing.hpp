#pragma once
#include <imgui.h>

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "ui/context.hpp"
#include "ui/widgets/overview_camera.hpp"

namespace headwise {

/// The height of the words above a block, in ems.
float overview_words_above();
/// The width of a block's words, or of its name alone, and the height of all of them.
ImVec2 overview_caption(const Context& ui, const Graph& graph, std::size_t node, bool all_words);

/// What is under a place of the screen.
struct OverviewHit {
  const OverviewMap::Block* block = nullptr;
  const OverviewMap::Tile* tile = nullptr;
  std::optional<Cell> cell;
};

/// Draws one frame of the map into the window that is open.
class OverviewDrawing {
 public:
  OverviewDrawing(Context& ui, const OverviewMap& map, const OverviewCamera& camera);

  OverviewHit under(ImVec2 point) const;
  /// What each tile is computed from; stronger where that is the chosen tensor or the one that is pointed at.
  void links(const OverviewHit& hovered) const;
  /// A tensor and its words. Finds the cell of `hovered` that `mouse` is over.
  void block(const OverviewMap::Block& block, OverviewHit& hovered, ImVec2 mouse);
  /// How many cells a square stands for, where that is more than one somewhere.
  std::int64_t block_cells() const { return block_cells_; }

 private:
  void draw_link(const OverviewMap::Tile& a, const OverviewMap::Tile& b, Role role, bool strong) const;
  void draw_tile(std::size_t node, const OverviewMap::Tile& tile, ImVec2 mouse, std::optional<Cell>* hovered);
  void bracket(const OverviewMap::Box& group, ImU32 color) const;
  void words(const OverviewMap::Block& block, const Node& node) const;

  Context& ui_;
  const OverviewMap& map_;
  const OverviewCamera& camera_;
  ImDrawList* draw_;
  std::optional<Cell> chosen_;
  std::vector<std::pair<std::size_t, Region>> reads_;
  std::int64_t block_cells_ = 1;
};

}  // namespace headwise
