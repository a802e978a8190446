#pragma once
#include "ui/context.hpp"

namespace headwise {

/// ` = ` and the cursor's value in a line that has begun: as text, or as a field that sets it where its
/// tensor can be edited, with what else can be done to it.
void draw_cell_value(Context& ui);

/// Can the cell at the cursor be set?
bool cursor_is_editable(const Session& session);
/// What sets the cursor's cell, without the value: `edit w_q 0,1 `.
std::string edit_command(const Session& session);
/// What lets it be computed again.
std::string reset_command(const Session& session);
/// What lets all cells of the tensor be computed again that were set by hand; empty where these are none,
/// or the cursor's alone.
std::string reset_tensor_command(const Session& session);
/// In a mask, what switches the cursor's cell between 1 and 0.
std::string switch_command(const Session& session);

}  // namespace headwise
