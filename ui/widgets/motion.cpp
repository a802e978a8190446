#include "ui/widgets/motion.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "ui/widgets/heat_map.hpp"

namespace headwise {

namespace {

constexpr double seconds = 0.2;

}  // namespace

void begin_motion(Context& ui) {
  const Session& session = ui.session;
  Motion& motion = ui.motion;
  if (motion.cell == session.cursor() && motion.generation == session.generation() && motion.step_by == session.step_by()) return;
  const std::int64_t place = session.position().at;
  const bool is_step = motion.generation == session.generation() && motion.step_by == session.step_by() &&
                       std::abs(place - motion.place) == 1 && session.node().kind == NodeKind::stage;
  const bool faster = ui.time < motion.began + seconds;  // than could be seen
  const bool moves = is_step && !faster && !ui.options.reduced_motion;
  motion = {session.cursor(), place, session.generation(), session.step_by(), ui.time, moves ? seconds : 0};
}

void draw_motion(const Context& ui, const std::vector<MovingRegion>& operands, std::pair<ImVec2, ImVec2> result) {
  if (!ui.motion.runs(ui.time)) return;
  const auto t = static_cast<float>((ui.time - ui.motion.began) / ui.motion.length);
  const float swept = std::min(t / 0.6F, 1.0F);
  const float near = std::clamp((t - 0.3F) / 0.7F, 0.0F, 1.0F);
  const float eased = near * near * (3 - 2 * near);
  ImDrawList* draw = ImGui::GetWindowDrawList();
  for (const MovingRegion& operand : operands) {
    const std::int64_t cells = cell_count(operand.region);
    const auto now = std::min(cells - 1, static_cast<std::int64_t>(swept * static_cast<float>(cells)));
    if (const auto cell = operand.map->place(single(index_in(operand.region, now)))) {
      draw->AddRectFilled(cell->first, cell->second, with_alpha(operand.color, 0.35F), 2);
      draw->AddRect(cell->first - ImVec2{2, 2}, cell->second + ImVec2{2, 2}, operand.color, 3, 0, 4);
    }
    const auto from = operand.map->place(operand.region);
    if (!from || near == 0) continue;
    const auto between = [&](ImVec2 a, ImVec2 b) { return ImVec2{a.x + (b.x - a.x) * eased, a.y + (b.y - a.y) * eased}; };
    const ImVec2 low = between(from->first, result.first);
    const ImVec2 high = between(from->second, result.second);
    draw->AddRectFilled(low, high, with_alpha(operand.color, 0.22F), 3);
    draw->AddRect(low, high, operand.color, 3, 0, 2.5F);
  }
}

}  // namespace headwise
