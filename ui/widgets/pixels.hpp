#pragma once
#include <imgui.h>

#include <cstdint>
#include <vector>

#include "engine/session/session.hpp"

namespace headwise {

/// The cell of largest size within a block of a slice.
struct BlockCell {
  float value = 0;
  std::int64_t row = 0;
  std::int64_t column = 0;
};

/// For every block of the slice, row-major. Kept until the session computes anew, so that a large
/// tensor is read once and not every frame. With `may_wait`, null where this frame has read enough
/// already: then pictures_waiting(), and a later frame has it.
const std::vector<BlockCell>* largest_of_blocks(const Session& session, std::size_t node, const Slice& slice,
                                                std::int64_t block_rows, std::int64_t block_columns, bool may_wait);
bool pictures_waiting();

/// Text turned to read upwards, starting at `bottom_left` of its column; cut after `length`.
void draw_turned_text(ImDrawList* draw, ImFont* font, float size, ImVec2 bottom_left, ImU32 color, const char* text,
                      float length);

}  // namespace headwise
