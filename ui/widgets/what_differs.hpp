#pragma once
#include "ui/context.hpp"
#include "ui/description.hpp"

namespace headwise {

/// What the session's two runs have apart, once shapes and counts of both are there: settings, weights, counts, and of
/// each stage the largest difference, which leads to its cell.
void draw_what_differs(Context& ui);
void describe_what_differs(const Context& ui, Description& out);

}  // namespace headwise
