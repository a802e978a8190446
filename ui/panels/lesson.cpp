#include "ui/keys.hpp"
#include "ui/panels/panel.hpp"
#include "ui/widgets/markdown.hpp"

namespace headwise {

bool lesson_visible(const Context& ui) {
  return !ui.options.outside_lessons && !ui.session.settings().get("lesson").empty();
}

void draw_lesson(Context& ui) {
  const auto page = ui.lessons.open(ui.session);
  if (!page) {
    muted(ui, "There is no lesson called " + ui.session.settings().get("lesson") + ".");
    if (ImGui::Button("close")) run_command(ui, "set lesson=");
    return;
  }
  std::string command;
  const auto button = [&](const char* label, const std::string& does, const char* landmark) {
    ImGui::BeginDisabled(does.empty());
    if (ImGui::Button(label)) command = does;
    ImGui::EndDisabled();
    ui.landmark_item(landmark);
    ImGui::SameLine();
  };
  heading(ui, page->lesson->title.c_str());
  const float footer = ImGui::GetFrameHeight() + ImGui::GetStyle().ItemSpacing.y * 2;
  const float height = ui.narrow ? 0 : ImGui::GetContentRegionAvail().y - footer;
  // A new page starts at its top.
  ImGui::BeginChild((page->lesson->name + page->place()).c_str(), {0, height},
                    ui.narrow ? ImGuiChildFlags_AutoResizeY : 0);
  ui.push(ui.strong_font, 1.3F);
  ImGui::PushTextWrapPos(0);
  ImGui::TextUnformatted(page->title().c_str());
  ImGui::PopTextWrapPos();
  Context::pop();
  ImGui::Spacing();
  const auto clicked = draw_markdown(page->blocks, {ui.text_font, ui.strong_font, ui.mono_font}, ui.theme->accent,
                                     [&](const std::string& target, ImVec2 low, ImVec2 high) {
                                       ui.landmark("link:" + target, low, high);
                                     });
  ImGui::EndChild();
  button("previous", page->previous, "lesson:previous");
  button("next", page->next, "lesson:next");
  button("start of page", page->restart, "lesson:restart");
  button("close", page->close, "lesson:close");
  ImGui::AlignTextToFramePadding();
  muted(ui, page->place());
  if (clicked && !clicked->starts_with("https:")) command = *clicked;
  if (clicked && clicked->starts_with("https:")) ui.requests.open = *clicked;
  if (!command.empty()) run_command(ui, command);
}

}  // namespace headwise
