#include "ui/widgets/legend.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "engine/tensor/print.hpp"

namespace headwise {

void draw_legend(Context& ui, std::size_t node, float width) {
  const Trace& trace = ui.session.trace();
  const ValueRange range = trace.graph()[node].op->value_range();
  const Extent extent = trace.extent(node);
  const float largest = std::max(std::fabs(extent.lowest), std::fabs(extent.highest));
  const double low = range == ValueRange::unit ? 0 : -static_cast<double>(largest);
  const double high = range == ValueRange::unit ? 1 : static_cast<double>(largest);
  const float height = ui.em * 0.55F;
  const ImVec2 at = ImGui::GetCursorScreenPos() + ImVec2{0, ui.em * 0.25F};
  ImDrawList* draw = ImGui::GetWindowDrawList();
  ui.push(ui.mono_font, 0.8F);
  const std::string left = print_number(low, 2);
  const std::string right = print_number(high, 2);
  const float gap = ui.em * 0.4F;
  const ImVec2 left_size = ImGui::CalcTextSize(left.c_str());
  draw->AddText({at.x, at.y - ui.em * 0.2F}, ui.theme->muted, left.c_str());
  const float bar = at.x + left_size.x + gap;
  constexpr int steps = 48;
  for (int i = 0; i < steps; ++i) {
    const float a = static_cast<float>(i) / steps;
    const float t = range == ValueRange::unit ? a : a * 2 - 1;
    draw->AddRectFilled({bar + width * a, at.y}, {bar + width * (a + 1.0F / steps) + 1, at.y + height},
                        ui.theme->heat(range, t));
  }
  draw->AddRect({bar, at.y}, {bar + width, at.y + height}, ui.theme->border);
  draw->AddText({bar + width + gap, at.y - ui.em * 0.2F}, ui.theme->muted, right.c_str());
  const std::string real = "values " + print_number(static_cast<double>(extent.lowest), 2) + " to " +
                           print_number(static_cast<double>(extent.highest), 2) +
                           (extent.masked ? ", and -\u221e" : "");
  const float end = bar + width + gap + ImGui::CalcTextSize(right.c_str()).x + gap * 2;
  Context::pop();
  ImGui::SetCursorScreenPos({end, ImGui::GetCursorScreenPos().y});
  ui.push(ui.text_font, 0.85F);
  ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->muted);
  ImGui::TextUnformatted(real.c_str());
  ImGui::PopStyleColor();
  Context::pop();
}

}  // namespace headwise
