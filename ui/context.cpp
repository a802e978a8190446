#include "ui/context.hpp"

namespace headwise {

ImVec2 operator+(ImVec2 a, ImVec2 b) { return {a.x + b.x, a.y + b.y}; }
ImVec2 operator-(ImVec2 a, ImVec2 b) { return {a.x - b.x, a.y - b.y}; }

void heading(const Context& ui, const char* text) {
  ui.push(ui.strong_font, 0.85F);
  ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->muted);
  ImGui::TextUnformatted(text);
  ImGui::PopStyleColor();
  Context::pop();
}

void muted(const Context& ui, const std::string& text) {
  ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->muted);
  ImGui::PushTextWrapPos(0);
  ImGui::TextUnformatted(text.c_str());
  ImGui::PopTextWrapPos();
  ImGui::PopStyleColor();
}

bool choice_button(const Context& ui, const char* label, bool chosen) {
  if (chosen) {
    ImGui::PushStyleColor(ImGuiCol_Button, ui.theme->accent);
    ImGui::PushStyleColor(ImGuiCol_ButtonHovered, ui.theme->accent);
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->on_accent);
  }
  const bool pressed = ImGui::Button(label);
  if (chosen) ImGui::PopStyleColor(3);
  return pressed;
}

void beside_or_below(const Context& ui, float width) {
  const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  if (ImGui::GetItemRectMax().x + ui.em + width <= right) ImGui::SameLine(0, ui.em);
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
