#include "ui/widgets/trail.hpp"

#include <string>
#include <vector>

#include "engine/tensor/print.hpp"
#include "ui/keys.hpp"

namespace headwise {

namespace {

/// The first link that is shown after the first one, so that all fit.
std::size_t first_shown(const std::vector<float>& widths, float room, float dots) {
  float needed = 0;
  for (const float width : widths) needed += width;
  std::size_t first = 1;
  // The last link and the end of the trail always stay.
  while (needed > room && first + 2 < widths.size()) {
    needed -= widths[first] - (first == 1 ? dots : 0);
    ++first;
  }
  return first;
}

}  // namespace

void draw_trail(Context& ui) {
  Session& session = ui.session;
  const Trace& trace = session.trace();
  const std::vector<Cell>& trail = session.trail();
  if (trail.empty()) return;
  std::string command;
  if (ImGui::Button("\u2190 back")) command = "back";
  ui.landmark_item("arithmetic:back");
  ui.push(ui.mono_font, 0.95F);
  std::vector<std::string> texts;
  std::vector<float> widths;
  for (std::size_t i = 0; i <= trail.size(); ++i) {
    const bool last = i == trail.size();
    std::string text = trace.brief_name(last ? session.cursor() : trail[i]);
    const bool made_from = !last && trace.is_read(i + 1 < trail.size() ? trail[i + 1] : session.cursor(), trail[i]);
    widths.push_back(ImGui::CalcTextSize((text + (made_from ? " < " : last ? "" : "; ")).c_str()).x);
    texts.push_back(std::move(text));
    if (!last) texts.back() += made_from ? " < " : "; ";
  }
  ImGui::SameLine(0, ui.em * 0.6F);
  const float dots = ImGui::CalcTextSize("\u2026 < ").x;
  const std::size_t first = first_shown(widths, ImGui::GetContentRegionAvail().x, dots);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    ImGui::SameLine(0, i == 0 ? ui.em * 0.6F : 0);
    ImGui::AlignTextToFramePadding();
    if (i == 1 && first > 1) {
      ImGui::TextUnformatted("\u2026 < ");
      std::string hidden;
      for (std::size_t h = 1; h < first; ++h) hidden += texts[h];
      tooltip(ui, hidden.substr(0, hidden.find_last_not_of(" <;") + 1));
      i = first - 1;
      continue;
    }
    const bool last = i == trail.size();
    const Cell& cell = last ? session.cursor() : trail[i];
    const ImU32 color = ui.theme->role(trace.graph()[cell.node].role);
    if (last) {
      ImGui::PushStyleColor(ImGuiCol_Text, color);
      ImGui::TextUnformatted(texts[i].c_str());
      ImGui::PopStyleColor();
      continue;
    }
    const std::string name = trace.brief_name(cell);
    const ImVec2 size = ImGui::CalcTextSize(name.c_str());
    ImGui::PushID(static_cast<int>(i));
    if (ImGui::InvisibleButton("##link", {size.x, ImGui::GetFrameHeight()})) command = "back " + std::to_string(trail.size() - i);
    ImGui::PopID();
    ui.landmark_item("trail:" + std::to_string(i));
    const bool hovered = ImGui::IsItemHovered();
    const ImVec2 at = ImGui::GetItemRectMin() + ImVec2{0, ImGui::GetStyle().FramePadding.y};
    ImDrawList* draw = ImGui::GetWindowDrawList();
    if (hovered) draw->AddRectFilled(at - ImVec2{2, 1}, at + size + ImVec2{2, 1}, with_alpha(color, 0.18F), 3);
    draw->AddText(at, color, name.c_str());
    draw->AddLine({at.x, at.y + size.y}, {at.x + size.x, at.y + size.y}, with_alpha(color, hovered ? 1.0F : 0.45F));
    if (hovered) {
      ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
      ImGui::SetTooltip("back to %s = %s", trace.cell_name(cell).c_str(), print_number(static_cast<double>(trace.value(cell)), 4).c_str());
    }
    ImGui::SameLine(0, 0);
    ImGui::AlignTextToFramePadding();
    muted(ui, texts[i].substr(name.size()));
  }
  Context::pop();
  if (!command.empty()) run_command(ui, command);
}

void describe_trail(const Session& session, Description& out) {
  const std::vector<Cell>& trail = session.trail();
  if (trail.empty()) return;
  out.text(session.trail_text(), "trail");
  for (std::size_t i = trail.size(); i-- > 0;) {
    const std::size_t steps = trail.size() - i;
    out.button("Back to " + session.trace().cell_name(trail[i]), steps == 1 ? "back" : "back " + std::to_string(steps));
  }
}

}  // namespace headwise
