#pragma once
#include <algorithm>
#include <cstdint>
#include <string>

#include "engine/attention/picture.hpp"
#include "ui/context.hpp"

namespace headwise {

/// The sweep as the cursor has it.
struct TileSweep {
  TilesPicture picture;
  std::int64_t queries = 0, keys = 0;
  std::int64_t blocks = 0, tiles = 0;
  bool begun = false, over = false;
  std::int64_t block = 0, tile = 0;  // now; the first before it, the last after it
  std::int64_t query = 0;            // the row that is chosen

  Range rows(std::int64_t b) const {
    return {b * picture.tile_queries, std::min(queries, (b + 1) * picture.tile_queries)};
  }
  Range columns(std::int64_t t) const { return {t * picture.tile_keys, std::min(keys, (t + 1) * picture.tile_keys)}; }
  /// A cell of what is carried along, of the chosen head.
  Cell cell(const Session& session, std::size_t node, std::int64_t t, std::int64_t row, std::int64_t entry = 0) const {
    Cell at = session.first_cell(node);
    at.index[0] = t;
    at.index[3] = row;
    if (at.index.size() > 4) at.index[4] = entry;
    return at;
  }
  /// Of the loop as a whole: a kernel carries all three along together.
  bool is_done(const Cell& cell) const {
    const std::int64_t b = cell.index[3] / picture.tile_queries;
    return over || (begun && (cell.index[0] < tile || (cell.index[0] == tile && b <= block)));
  }
  std::int64_t tiles_done() const {
    if (over) return blocks * tiles;
    return begun ? tile * blocks + block : 0;
  }
};

/// `3 to 5`.
std::string range_text(Range range);

/// What is carried from tile to tile: of every query of the block now, and of the chosen query tile by
/// tile; the height used. Every number is a cell: landmarks `tiles:m:QUERY`, `tiles:l:QUERY`,
/// `tiles:acc:QUERY:ENTRY`, `tiles:history:m:TILE`.
float draw_carried(Context& ui, const TileSweep& sweep, ImVec2 at, float width);

}  // namespace headwise
