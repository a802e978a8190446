#pragma once
#include "ui/context.hpp"

namespace headwise {

/// A colour bar with the tensor's true range.
void draw_legend(Context& ui, std::size_t node, float width);

}  // namespace headwise
