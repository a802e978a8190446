#include "ui/widgets/small_plot.hpp"

#include <algorithm>
#include <cmath>

namespace headwise {

namespace {

/// From values to places between 0 and 1.
struct PlotAxis {
  double low, high;
  bool logarithmic;

  float at(double value) const {
    if (high <= low) return 0.5F;
    const auto scaled = [this](double v) { return logarithmic ? std::log(v) : v; };
    return static_cast<float>((scaled(value) - scaled(low)) / (scaled(high) - scaled(low)));
  }
};

}  // namespace

std::optional<std::size_t> draw_small_plot(Context& ui, const SmallPlot& plot, const std::string& name, ImVec2 low, ImVec2 size) {
  const ImVec2 high = low + size;
  ImDrawList* const draw = ImGui::GetWindowDrawList();
  draw->AddRectFilled(low, high, ui.theme->raised, ui.em * 0.3F);
  ui.landmark(name, low, high);
  if (plot.points.empty()) return std::nullopt;

  const auto by_y = [](const SmallPlot::Point& a, const SmallPlot::Point& b) { return a.y < b.y; };
  const double least = std::min_element(plot.points.begin(), plot.points.end(), by_y)->y;
  const double most = std::max_element(plot.points.begin(), plot.points.end(), by_y)->y;
  const PlotAxis across{plot.logarithmic ? plot.points.front().x : 0, plot.points.back().x, plot.logarithmic};
  const PlotAxis up{plot.logarithmic ? least : 0, most, plot.logarithmic};
  ui.push(ui.mono_font, 0.72F);
  const float line = ImGui::GetFontSize();
  const float left = low.x + ui.em * 0.5F;
  const float right = high.x - ui.em * 0.7F;
  const float top = low.y + line * 1.75F;
  const float bottom = high.y - (plot.last.empty() ? line * 0.5F : line * 1.35F);
  const auto place = [&](const SmallPlot::Point& p) {
    return ImVec2{left + across.at(p.x) * (right - left), bottom - up.at(p.y) * (bottom - top)};
  };

  // The axes, said at their ends.
  draw->AddLine({left, bottom}, {right, bottom}, ui.theme->border);
  const float text_y = bottom + line * 0.2F;
  const auto text_width = [](const std::string& text) { return ImGui::CalcTextSize(text.c_str()).x; };
  draw->AddText({left, text_y}, ui.theme->muted, plot.first.c_str());
  draw->AddText({right - text_width(plot.last), text_y}, ui.theme->muted, plot.last.c_str());
  draw->AddText({low.x + ui.em * 0.4F, low.y + line * 0.3F}, ui.theme->muted, plot.highest.c_str());
  const float used = text_width(plot.highest) + ui.em * 0.9F;
  // Under the higher end of the curve.
  const float lowest_x = plot.points.back().y > plot.points.front().y ? right - text_width(plot.lowest) : left;
  if (!plot.lowest.empty()) draw->AddText({lowest_x, bottom - line * 1.1F}, ui.theme->muted, plot.lowest.c_str());
  Context::pop();

  ui.push(plot.stressed ? ui.strong_font : ui.text_font, 0.75F);
  for (const std::string& note : {plot.note, plot.brief_note}) {
    const float width = text_width(note);
    if (width > size.x - used - ui.em * 0.4F) continue;
    draw->AddText({high.x - width - ui.em * 0.4F, low.y + line * 0.2F}, plot.stressed ? ui.theme->accent : ui.theme->muted, note.c_str());
    break;
  }
  Context::pop();

  const ImU32 ink = ui.theme->accent;
  for (std::size_t i = 0; i < plot.points.size(); ++i) {
    const ImVec2 at = place(plot.points[i]);
    if (i > 0) draw->AddLine(place(plot.points[i - 1]), at, ink, ui.em * 0.11F);
  }
  const bool inside = ImGui::IsWindowHovered() && ImGui::IsMouseHoveringRect(low, high);
  std::optional<std::size_t> nearest;
  for (std::size_t i = 0; i < plot.points.size(); ++i) {
    const ImVec2 at = place(plot.points[i]);
    draw->AddCircleFilled(at, ui.em * 0.14F, ink);
    ui.landmark(name + ":" + std::to_string(i), at - ImVec2{2, 2}, at + ImVec2{2, 2});
    const float mouse = ImGui::GetMousePos().x;
    if (inside && (!nearest || std::fabs(mouse - at.x) < std::fabs(mouse - place(plot.points[*nearest]).x))) nearest = i;
  }
  if (plot.now) {
    const ImVec2 at = place(plot.points[*plot.now]);
    draw->AddLine({at.x, at.y}, {at.x, bottom}, ui.theme->text, 1);
    draw->AddCircleFilled(at, ui.em * 0.3F, ui.theme->text);
    draw->AddCircleFilled(at, ui.em * 0.16F, ui.theme->raised);
  }
  if (nearest) draw->AddCircle(place(plot.points[*nearest]), ui.em * 0.42F, ink, 0, ui.em * 0.12F);
  return nearest;
}

}  // namespace headwise
