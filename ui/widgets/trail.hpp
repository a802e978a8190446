#pragma once
#include "ui/context.hpp"

namespace headwise {

/// The way back: every cell that was followed from, as a link, and where it led to. One line; in the
/// middle of a long one stand dots. Landmarks `arithmetic:back` and `trail:N`. Nothing without a trail.
void draw_trail(Context& ui);
void describe_trail(const Session& session, Description& out);

}  // namespace headwise
