#pragma once
#include <functional>
#include <string>

namespace headwise {

/// One frame: called with a fresh Dear ImGui frame open; true to be called again soon even
/// without input (something is moving).
using FrameFunction = std::function<bool()>;

/// Opens the window (desktop) or takes the page's canvas (web), and calls `frame` whenever there is
/// input or something moves, until the window is closed. On the web it returns at once and the
/// browser drives. `start` is called when Dear ImGui's context exists. Returns the exit status;
/// without a display or OpenGL 3, prints what is missing. `drop` is told of files that are dropped on
/// the window, by their paths; the page takes these itself.
int run_window(const std::string& title, std::function<void()> start, FrameFunction frame,
               std::function<void(const std::string& path)> drop = {});

/// Asks for another frame, from outside one (the page's scripts).
void wake_window();

}  // namespace headwise
