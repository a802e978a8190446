#include "ui/context.hpp"

#include <algorithm>
#include <cfloat>

namespace headwise {

ImVec2 operator+(ImVec2 a, ImVec2 b) { return {a.x + b.x, a.y + b.y}; }
ImVec2 operator-(ImVec2 a, ImVec2 b) { return {a.x - b.x, a.y - b.y}; }

bool Context::chooses(const Cell& cell) {
  if (ImGui::GetIO().MouseSource != ImGuiMouseSource_TouchScreen) return true;
  chose_by_tap = tapped == cell;
  tapped = cell;
  return chose_by_tap;
}

void heading(const Context& ui, const char* text) {
  ui.push(ui.strong_font, 0.85F);
  ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->muted);
  ImGui::TextUnformatted(text);
  ImGui::PopStyleColor();
  Context::pop();
}

bool title_and_close(const Context& ui, const char* text) {
  ui.push(ui.strong_font, 1.15F);
  ImGui::AlignTextToFramePadding();
  ImGui::TextUnformatted(text);
  Context::pop();
  const float width = ImGui::CalcTextSize("close").x + ImGui::GetStyle().FramePadding.x * 2;
  ImGui::SameLine(ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x - width);
  return ImGui::Button("close");
}

void muted(const Context& ui, const std::string& text) {
  ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->muted);
  ImGui::PushTextWrapPos(0);
  ImGui::TextUnformatted(text.c_str());
  ImGui::PopTextWrapPos();
  ImGui::PopStyleColor();
}

bool button(const Context& ui, const char* label, float width) {
  const float needed = ImGui::CalcTextSize(label, nullptr, true).x + ImGui::GetStyle().FramePadding.x * 2;
  return ImGui::Button(label, {width > 0 ? width : std::max(needed, ui.target), 0});
}

bool choice_button(const Context& ui, const char* label, bool chosen, float width) {
  if (chosen) {
    ImGui::PushStyleColor(ImGuiCol_Button, ui.theme->accent);
    ImGui::PushStyleColor(ImGuiCol_ButtonHovered, ui.theme->accent);
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->on_accent);
  }
  const bool pressed = button(ui, label, width);
  if (chosen) ImGui::PopStyleColor(3);
  return pressed;
}

void beside_or_below(const Context& ui, float width, float ems_between) {
  const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  if (ImGui::GetItemRectMax().x + ui.em * ems_between + width <= right) ImGui::SameLine(0, ui.em * ems_between);
}

float combo_width(const std::string& longest) {
  return ImGui::CalcTextSize(longest.c_str()).x + ImGui::GetStyle().FramePadding.x * 2 + ImGui::GetFrameHeight();
}

bool list_item(const Context& ui, const char* label, bool chosen) {
  ImGui::PushStyleVarY(ImGuiStyleVar_SelectableTextAlign, 0.5F);
  const bool pressed = ImGui::Selectable(label, chosen, 0, {0, ui.target});
  ImGui::PopStyleVar();
  return pressed;
}

std::string shortened(ImFont* font, float size, const std::string& text, float width) {
  const auto width_of = [&](const char* what) { return font->CalcTextSizeA(size, FLT_MAX, 0, what).x; };
  if (width_of(text.c_str()) <= width) return text;
  const char* end = text.c_str();
  font->CalcTextSizeA(size, std::max(width - width_of("\u2026"), 0.0F), 0, text.c_str(), nullptr, &end);
  return std::string(text.c_str(), end) + "\u2026";
}

void tooltip(const Context& ui, const std::string& text) {
  if (!ImGui::IsItemHovered(ImGuiHoveredFlags_DelayNormal | ImGuiHoveredFlags_AllowWhenDisabled)) return;
  if (!ImGui::BeginTooltip()) return;
  ImGui::PushTextWrapPos(ui.em * 24);
  ImGui::TextUnformatted(text.c_str());
  ImGui::PopTextWrapPos();
  ImGui::EndTooltip();
}

}  // namespace headwise
