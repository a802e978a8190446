#pragma once
#include <string>

#include "ui/context.hpp"
#include "ui/widgets/markdown.hpp"

namespace headwise {

/// Draws an exercise at the cursor. Returns the command of what was pressed in it; often empty.
std::string draw_exercise(Context& ui, const OpenExercise& exercise);

/// Prose as lessons show it; returns the command of a link that was clicked, having asked the host for
/// pages of the web.
std::string draw_prose(Context& ui, const Prose& prose, const DrawInsert& insert = {});

}  // namespace headwise
