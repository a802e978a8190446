#pragma once
#include <imgui.h>

namespace headwise {

/// A dashed line, level or upright.
void draw_dashes(ImDrawList* draw, ImVec2 from, ImVec2 to, ImU32 color, float thickness);

}  // namespace headwise
