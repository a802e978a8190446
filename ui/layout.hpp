#pragma once
#include "ui/context.hpp"

namespace headwise {

/// Draws every panel in its place: columns on a wide window, one column on a narrow one.
void draw_panels(Context& ui);

}  // namespace headwise
