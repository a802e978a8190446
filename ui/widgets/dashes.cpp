#include "ui/widgets/dashes.hpp"

#include <algorithm>
#include <cmath>

namespace headwise {

void draw_dashes(ImDrawList* draw, ImVec2 from, ImVec2 to, ImU32 color, float thickness) {
  const float length = std::max(to.x - from.x, to.y - from.y);
  const ImVec2 way{to.x > from.x ? 1.0F : 0.0F, to.y > from.y ? 1.0F : 0.0F};
  const float dash = std::max(thickness * 2, length / 128);
  // Whole dashes, so that corners are closed.
  const float count = std::max(1.0F, std::round((length / dash + 1) / 2));
  const float each = length / (2 * count - 1);
  const auto at = [&](float along) { return ImVec2{from.x + way.x * along, from.y + way.y * along}; };
  for (float i = 0; i < count; ++i) {
    draw->AddLine(at(i * 2 * each), at(std::min((i * 2 + 1) * each, length)), color, thickness);
  }
}

}  // namespace headwise
