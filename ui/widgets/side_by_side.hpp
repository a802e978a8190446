#pragma once
#include "ui/context.hpp"
#include "ui/description.hpp"

namespace headwise {

/// The slice through the cursor in the session's two runs (A and B) and what B has more (B - A), one below the
/// other on a narrow window. A and B share one scale of colours, the difference has its own. All three show
/// the same cells: what is hovered or chosen in one is so in the others. Where B's tensor has
/// another shape it is shown as it is, and where B has none, that is said.
void draw_side_by_side(Context& ui, float width, float height);
/// B and the difference as tables; A is the stage's own.
void describe_side_by_side(const Context& ui, Description& out);

}  // namespace headwise
