#pragma once
#include <string>

#include "ui/context.hpp"

namespace headwise {

/// A colour bar with the tensor's true range.
void draw_legend(Context& ui, std::size_t node, float width);
/// The bar of a scale of its own, and what it is for.
void draw_scale(Context& ui, const ColorScale& scale, float width, const std::string& words);

}  // namespace headwise
