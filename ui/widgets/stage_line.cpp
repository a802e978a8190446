#include "ui/widgets/stage_line.hpp"

#include <algorithm>
#include <string>

namespace headwise {

void draw_stage_name(Context& ui) {
  const Node& node = ui.session.node();
  ui.push(ui.strong_font, 1.3F);
  ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->role(node.role));
  ImGui::TextUnformatted(node.title.c_str());
  ImGui::PopStyleColor();
  Context::pop();
  ImGui::SameLine(0, ui.em * 0.7F);
  ui.push(ui.mono_font, 0.95F);
  ImGui::AlignTextToFramePadding();
  const std::string shape = node.id() + " " + axis_names(node.axes()) + " = " + axis_sizes(node.axes());
  if (ui.narrow) ImGui::NewLine();
  ImGui::TextUnformatted(shape.c_str());
  Context::pop();
}

bool draw_sentence_choice(Context& ui) {
  Session& session = ui.session;
  const std::int64_t sentences = session.run().recipe.sentences();
  if (sentences < 2) return false;
  ImGui::AlignTextToFramePadding();
  muted(ui, "sentence");
  for (std::int64_t b = 0; b < std::min<std::int64_t>(sentences, 16); ++b) {
    ImGui::SameLine();
    ImGui::PushID(static_cast<int>(b) + 10000);
    if (choice_button(ui, std::to_string(b).c_str(), session.batch_item() == b)) session.show_sentence(b);
    ImGui::PopID();
  }
  return true;
}

void draw_head_choice(Context& ui, bool together) {
  Session& session = ui.session;
  const std::int64_t heads = session.run().recipe.num_heads;
  const bool by_head = find_head_axis(session.node().axes()).has_value();
  if (draw_sentence_choice(ui)) ImGui::SameLine(0, ui.em * 1.5F);
  ImGui::BeginDisabled(!by_head);
  ImGui::AlignTextToFramePadding();
  muted(ui, "heads");
  if (together) {
    ImGui::SameLine();
    if (choice_button(ui, "all", by_head && session.all_heads())) session.show_head(std::nullopt);
    ui.landmark_item("heads:all");
  }
  const float right = ImGui::GetWindowPos().x + ImGui::GetWindowWidth() - ui.em * 2.5F;
  for (std::int64_t h = 0; h < heads; ++h) {
    ImGui::SameLine();
    if (ImGui::GetCursorScreenPos().x > right) {
      muted(ui, "\u2026");
      break;
    }
    ImGui::PushID(static_cast<int>(h));
    const bool chosen = by_head && !(together && session.all_heads()) && session.head() == h;
    if (choice_button(ui, std::to_string(h).c_str(), chosen)) session.show_head(h);
    ui.landmark_item("heads:" + std::to_string(h));
    ImGui::PopID();
  }
  ImGui::EndDisabled();
}

}  // namespace headwise
