#include "ui/widgets/stage_line.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace headwise {

namespace {

/// One of more heads than there is room for.
void draw_head_list(Context& ui, std::int64_t heads, bool none_chosen) {
  Session& session = ui.session;
  const std::string whole = none_chosen ? "one of " + std::to_string(heads) : session.trace().head_name(session.head());
  const float around = ImGui::GetStyle().FramePadding.x * 2 + ImGui::GetFrameHeight();
  const float room = ImGui::GetContentRegionAvail().x;
  const std::string shown = shortened(ui.text_font, ImGui::GetFontSize(), whole, room - around - 1);
  ImGui::SetNextItemWidth(std::min(std::max(ui.em * 6, ImGui::CalcTextSize(shown.c_str()).x + around + 1), room));
  const bool open = ImGui::BeginCombo("##heads", shown.c_str());
  ui.landmark_item("heads:list");
  if (!open) return;
  for (std::int64_t h = 0; h < heads; ++h) {
    if (list_item(ui, session.trace().head_name(h).c_str(), !none_chosen && session.head() == h)) session.show_head(h);
    ui.landmark_item("heads:" + std::to_string(h));
  }
  ImGui::EndCombo();
}

}  // namespace

void draw_stage_name(Context& ui) {
  const Node& node = ui.session.node();
  ui.push(ui.strong_font, 1.3F);
  ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->role(node.role));
  ImGui::TextWrapped("%s", node.title.c_str());
  ImGui::PopStyleColor();
  Context::pop();
  if (!ui.narrow) {
    ImGui::SameLine(0, ui.em * 0.7F);
    ImGui::AlignTextToFramePadding();
  }
  ui.push(ui.mono_font, 0.95F);
  const std::string shape = node.id() + " " + axis_names(node.axes()) + " = " + axis_sizes(node.axes());
  if (ImGui::CalcTextSize(shape.c_str()).x > ImGui::GetContentRegionAvail().x && !ui.narrow) ImGui::NewLine();
  ImGui::TextWrapped("%s", shape.c_str());
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
  const bool none_chosen = !by_head || (together && session.all_heads());
  const float widest = ImGui::CalcTextSize(std::to_string(heads - 1).c_str()).x + ImGui::GetStyle().FramePadding.x * 2;
  const float needed = (std::max(widest, ui.target) + ImGui::GetStyle().ItemSpacing.x) * static_cast<float>(heads);
  ImGui::SameLine();
  if (needed > ImGui::GetContentRegionAvail().x) {
    draw_head_list(ui, heads, none_chosen);
  } else {
    for (std::int64_t h = 0; h < heads; ++h) {
      ImGui::PushID(static_cast<int>(h));
      if (choice_button(ui, std::to_string(h).c_str(), !none_chosen && session.head() == h)) session.show_head(h);
      ui.landmark_item("heads:" + std::to_string(h));
      ImGui::PopID();
      if (h + 1 < heads) ImGui::SameLine();
    }
  }
  ImGui::EndDisabled();
}

void describe_place(const Context& ui, Description& out) {
  const Session& session = ui.session;
  const auto counted = [](std::int64_t count) {
    std::vector<std::string> all;
    for (std::int64_t i = 0; i < count; ++i) all.push_back(std::to_string(i));
    return all;
  };
  if (find_head_axis(session.node().axes())) {
    std::vector<std::string> heads = counted(session.run().recipe.num_heads);
    heads.insert(heads.begin(), "all");
    out.field("Head", "head", session.settings().get("head"), heads);
  }
  if (const std::int64_t sentences = session.run().recipe.sentences(); sentences > 1) {
    out.field("Sentence of the batch", "batch_item", session.settings().get("batch_item"), counted(sentences));
  }
  out.field("Chosen cell: row,column", "cell", session.state().get("cell"));
}

}  // namespace headwise
