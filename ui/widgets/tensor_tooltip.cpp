#include "ui/widgets/tensor_tooltip.hpp"

#include <string>

namespace headwise {

void tensor_words(const Context& ui, const Node& node) {
  ImGui::PushTextWrapPos(ui.em * 28);
  ui.push(ui.strong_font, 1.0F);
  ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->role(node.role));
  ImGui::TextUnformatted(node.title.c_str());
  ImGui::PopStyleColor();
  Context::pop();
  ui.push(ui.mono_font, 0.9F);
  ImGui::TextUnformatted((node.id() + " " + axis_names(node.axes()) + " = " + axis_sizes(node.axes())).c_str());
  Context::pop();
  ImGui::TextUnformatted(node.op->summary().c_str());
  ui.push(ui.mono_font, 0.9F);
  ImGui::TextUnformatted(node.op->formula(node.signature).c_str());
  Context::pop();
  ImGui::PopTextWrapPos();
  if (const std::string source(node.op->source()); !source.empty()) muted(ui, source);
}

void tensor_tooltip(const Context& ui, const Node& node) {
  if (!ImGui::IsItemHovered(ImGuiHoveredFlags_DelayNormal) || !ImGui::BeginTooltip()) return;
  tensor_words(ui, node);
  ImGui::EndTooltip();
}

}  // namespace headwise
