#pragma once
#include "ui/context.hpp"

namespace headwise {

/// Can the mouse change the cell's value? Where it can be set, but for masks: these are switched.
bool can_scrub(const Session& session, const Cell& cell);

/// For the last item, under which the cell lies, while it is hovered: a drag to the side or the wheel
/// changes the cell's value (with Shift a tenth as much). True where the mouse button is used for that.
bool scrub(Context& ui, const Cell& cell);
/// Goes on with what scrub() began, once a frame, until the button is let go.
void go_on_scrubbing(Context& ui);

/// A handle that scrubs the cursor's cell.
void scrub_handle(Context& ui);

}  // namespace headwise
