#pragma once
#include <imgui.h>

namespace headwise {

/// Text turned to read upwards, starting at `bottom_left` of its column; cut after `length`.
void draw_turned_text(ImDrawList* draw, ImFont* font, float size, ImVec2 bottom_left, ImU32 color, const char* text,
                      float length);

}  // namespace headwise
