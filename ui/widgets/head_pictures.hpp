#pragma once
#include <cstdint>
#include <vector>

#include "ui/context.hpp"

namespace headwise {

/// The attention weights of all heads as small multiples, in the given order; below each its number, what
/// its pattern is called, and what it is sorted by. A click chooses the head, or a cell of it.
/// Landmarks `heads:picture:H`, with cells `heads:picture:H:ROW,COLUMN`.
void draw_head_pictures(Context& ui, const HeadPatterns& all, const std::vector<std::int64_t>& order, ImVec2 size);

/// One head large, with its tokens and numbers. Landmarks `heads:cell:ROW,COLUMN`.
void draw_head_large(Context& ui, const HeadPatterns& all, std::int64_t head, ImVec2 at, ImVec2 size);

/// A head's number in its colour.
void draw_head_badge(const Context& ui, std::int64_t head);

}  // namespace headwise
