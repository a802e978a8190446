#pragma once
#include <utility>
#include <vector>

#include "ui/context.hpp"

namespace headwise {

class HeatMap;

/// What moves towards the result: a region of an operand, in its picture as it was just drawn.
struct MovingRegion {
  const HeatMap* map = nullptr;
  Region region;
  ImU32 color = 0;
};

/// Begins to move where the cursor has just taken a step: for 0.2 seconds, but not where steps come
/// faster than that, nor where the host wants little motion.
void begin_motion(Context& ui);
/// The cells that are read light up one after the other, in every operand at once, and their outlines
/// close in on the result.
void draw_motion(const Context& ui, const std::vector<MovingRegion>& operands, std::pair<ImVec2, ImVec2> result);

}  // namespace headwise
