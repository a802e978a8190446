#include <algorithm>
#include <vector>

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

struct FooterButton {
  const char* label;
  std::string command;
  const char* landmark;
};

std::vector<FooterButton> footer_buttons(const OpenPage& page) {
  std::vector<FooterButton> all{{"previous", page.previous, "lesson:previous"},
                                {"next", page.next, "lesson:next"},
                                {"start of page", page.restart, "lesson:restart"},
                                {"close", page.close, "lesson:close"}};
  if (page.score.exercises > 0) all.push_back({"result code", "hand in", "lesson:hand in"});
  return all;
}

float width_of(const FooterButton& button) { return ImGui::CalcTextSize(button.label).x + ImGui::GetStyle().FramePadding.x * 2; }

/// How many rows beside_or_below() makes of them.
int rows_of(const Context& ui, const std::vector<FooterButton>& buttons) {
  int rows = 1;
  float right = -ui.em;
  for (const FooterButton& button : buttons) {
    const bool fits = right + ui.em + width_of(button) <= ImGui::GetContentRegionAvail().x;
    rows += fits ? 0 : 1;
    right = (fits ? right + ui.em : 0) + width_of(button);
  }
  return rows;
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
  heading(ui, page->lesson->title.c_str());
  const std::vector<FooterButton> buttons = footer_buttons(*page);
  const float footer = static_cast<float>(rows_of(ui, buttons) + 1) * ImGui::GetFrameHeightWithSpacing() + ImGui::GetStyle().ItemSpacing.y;
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
  muted(ui, page->place() + (page->score_text().empty() ? "" : ", " + page->score_text()));
  for (const FooterButton& button : buttons) {
    if (&button != buttons.data()) beside_or_below(ui, width_of(button));
    ImGui::BeginDisabled(button.command.empty());
    if (ImGui::Button(button.label)) command = button.command;
    ImGui::EndDisabled();
    ui.landmark_item(button.landmark);
  }
  if (!link.empty()) command = link;
  if (!exercise_does.empty()) command = exercise_does;
  if (!command.empty()) run_command(ui, command);
}

}  // namespace headwise
