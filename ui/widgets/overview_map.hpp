#pragma once
#include <imgui.h>

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "engine/graph/trace.hpp"
#include "engine/session/cursor.hpp"

namespace headwise {

/// Where everything stands in a picture of a whole graph: every tensor a block, drawn to proportion,
/// with a tile for each head.
struct OverviewMap {
  using Box = std::pair<ImVec2, ImVec2>;  // low and high corner
  struct Tile {
    Slice slice;
    Region region;  // its cells
    Box box;
  };
  struct Block {
    std::size_t node = 0;
    Box box;  // of all tiles
    std::vector<Tile> tiles;
    std::vector<Box> groups;  // query heads that share a KV head
    std::int64_t left_out = 0;  // tiles there is no room for
  };
  /// What a tile is computed from. Positions in `blocks` and their `tiles`.
  struct Link {
    std::size_t from, from_tile, to, to_tile;
  };

  ImVec2 size;
  float cell = 0;  // the side of one; an edge that would be thinner than a line is drawn as one
  std::vector<Block> blocks;
  std::vector<Link> links;

  const Block* find(std::size_t node) const;
};

/// Room that words need at every block.
struct OverviewSpace {
  ImVec2 room;
  float em = 16;
  float words_above = 0;   // the height of those above a block
  std::function<ImVec2(std::size_t)> caption;  // of a node: the least width, and the height of all words
};

/// From left to right, in several bands where that makes the cells larger. They are as large as `space.room`
/// allows, words included; where words alone need more, the map is larger than the room. `at` chooses the
/// sentence, and the one tile of a tensor that has too many.
OverviewMap lay_out(const Trace& trace, const std::function<Index(std::size_t)>& at, const OverviewSpace& space);

}  // namespace headwise
