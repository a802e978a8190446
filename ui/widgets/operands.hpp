#pragma once
#include "ui/context.hpp"

namespace headwise {

/// What the current stage reads and what comes out, side by side (one below the other on a narrow
/// window): the regions that the cursor's step reads are outlined; hovering lights what depends on
/// a cell, clicking an operand follows it, clicking the result moves the cursor.
void draw_operands(Context& ui, ImVec2 at, float width, float height);

/// All heads of the current tensor as small multiples.
void draw_all_heads(Context& ui, ImVec2 at, float width, float height);

}  // namespace headwise
