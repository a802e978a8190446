#pragma once
#include "ui/context.hpp"

namespace headwise {

/// In a tooltip: what a tensor is, its axes and shape, its formula and where that is from, as its op says it.
void tensor_words(const Context& ui, const Node& node);
/// The same in a tooltip of its own, while the last item is hovered.
void tensor_tooltip(const Context& ui, const Node& node);

}  // namespace headwise
