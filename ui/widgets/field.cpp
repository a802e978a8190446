#include "ui/widgets/field.hpp"

#include <imgui_stdlib.h>

#include <cmath>
#include <map>
#include <utility>

namespace headwise {

void outside_field(Context& ui, TextEdit field, float width, bool open) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 size{width, ImGui::GetFrameHeight()};
  const bool pressed = ImGui::InvisibleButton("##field", size);
  const bool hovered = ImGui::IsItemHovered();
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->AddRectFilled(at, at + size, ImGui::GetColorU32(hovered ? ImGuiCol_FrameBgHovered : ImGuiCol_FrameBg),
                      ImGui::GetStyle().FrameRounding);
  draw->AddRect(at, at + size, ui.theme->border, ImGui::GetStyle().FrameRounding);
  const ImVec2 pad = ImGui::GetStyle().FramePadding;
  draw->PushClipRect(at + ImVec2{pad.x, 0}, at + ImVec2{size.x - pad.x, size.y}, true);
  draw->AddText(at + pad, ImGui::GetColorU32(ImGuiCol_Text), field.value.c_str());
  draw->PopClipRect();
  if (hovered) ImGui::SetMouseCursor(ImGuiMouseCursor_TextInput);
  if (!pressed && !open) return;
  field.x = at.x;
  field.y = at.y;
  field.width = size.x;
  field.height = size.y;
  field.font_size = ImGui::GetFontSize();
  ui.requests.edit = std::move(field);
}

std::optional<std::string> committed_field(Context& ui, const TextEdit& field, float width, bool open) {
  width = std::floor(width);  // as Dear ImGui's own
  if (ui.options.outside_text) {
    outside_field(ui, field, width, open);
    return std::nullopt;
  }
  // What is being typed into each field.
  static std::map<std::string, std::string> texts;
  std::string& text = texts[field.key];
  if (open) ImGui::SetKeyboardFocusHere();
  ImGui::SetNextItemWidth(width);
  ImGui::InputText("##field", &text, ImGuiInputTextFlags_AutoSelectAll);
  const bool done = ImGui::IsItemDeactivatedAfterEdit() && text != field.value;
  std::optional<std::string> typed = done ? std::optional(text) : std::nullopt;
  if (!ImGui::IsItemActive()) text = field.value;
  return typed;
}

}  // namespace headwise
