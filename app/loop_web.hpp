#pragma once

namespace headwise {

/// There was input: draw until everything that follows from it is on screen.
void note_input();
/// A frame at once, for what must happen while the browser still handles an event.
void draw_now();

/// Dear ImGui's clipboard, by way of the page's.
void connect_clipboard();

}  // namespace headwise
