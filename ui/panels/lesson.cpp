#include <algorithm>

#include "ui/keys.hpp"
#include "ui/panels/panel.hpp"
#include "ui/widgets/exercise.hpp"
#include "ui/widgets/field.hpp"

namespace headwise {

bool lesson_visible(const Context& ui) {
  return !ui.options.outside_lessons && !ui.session.settings().get("lesson").empty();
}

namespace {

void draw_student(Context& ui) {
  muted(ui, "Your name or number: exercises draw other numbers for each.");
  const TextEdit field{.key = "student", .label = "Your name or number", .value = ui.session.settings().get("student"), .command = "set student="};
  const auto typed = committed_field(ui, field, std::min(ImGui::GetContentRegionAvail().x, ui.em * 14));
  ui.landmark_item("control:student");
  if (typed) run_command(ui, "set student=" + *typed);
}

}  // namespace

void draw_lesson(Context& ui) {
  const auto page = ui.course.open(ui.session);
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
  if (!page->exercises.empty()) draw_student(ui);
  std::string exercise_does;
  const std::string link = draw_prose(ui, page->blocks, [&](const std::string& id) {
    const OpenExercise* exercise = page->find(id);
    if (std::string does = exercise ? draw_exercise(ui, *exercise) : ""; !does.empty()) exercise_does = std::move(does);
  });
  ImGui::EndChild();
  button("previous", page->previous, "lesson:previous");
  button("next", page->next, "lesson:next");
  button("start of page", page->restart, "lesson:restart");
  button("close", page->close, "lesson:close");
  if (page->score.exercises > 0) button("result code", "hand in", "lesson:hand in");
  ImGui::AlignTextToFramePadding();
  muted(ui, page->place() + (page->score_text().empty() ? "" : ", " + page->score_text()));
  if (!link.empty()) command = link;
  if (!exercise_does.empty()) command = exercise_does;
  if (!command.empty()) run_command(ui, command);
}

}  // namespace headwise
