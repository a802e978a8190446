#include "ui/widgets/exercise.hpp"

#include <imgui_stdlib.h>

#include <algorithm>

#include "ui/widgets/field.hpp"

namespace headwise {

namespace {

class ExerciseDrawer {
 public:
  ExerciseDrawer(Context& ui, const OpenExercise& exercise) : ui_(ui), e_(exercise), answer_(ui.answers[exercise.key]) {}

  std::string draw() {
    ImGui::PushID(e_.id.c_str());
    const float indent = ui_.em * 0.9F;
    const ImVec2 top = ImGui::GetCursorScreenPos();
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(ui_.em * 0.5F, ui_.em * 0.35F));
    ImGui::Indent(indent);
    ui_.push(ui_.strong_font);
    ImGui::TextUnformatted(e_.title.c_str());
    Context::pop();
    if (e_.problem.empty()) {
      prose("ask", e_.ask);
      input();
      result();
      if (!e_.hint.empty()) labelled("Hint", e_.hint);
      if (!e_.steps.empty()) labelled("Worked steps", e_.steps);
      buttons();
    } else {
      note(e_.problem);
    }
    ImGui::Unindent(indent);
    ImGui::PopStyleVar();
    const float bottom = ImGui::GetCursorScreenPos().y;
    ImGui::GetWindowDrawList()->AddRectFilled(top, {top.x + ui_.em * 0.25F, bottom}, ui_.theme->accent, ui_.em * 0.12F);
    ui_.landmark("exercise:" + e_.id, top, {top.x + ImGui::GetContentRegionAvail().x, bottom});
    ImGui::PopID();
    return std::move(command_);
  }

 private:
  void prose(const char* part, const Prose& text) {
    ImGui::PushID(part);
    if (std::string does = draw_prose(ui_, text); !does.empty()) command_ = std::move(does);
    ImGui::PopID();
  }

  void labelled(const char* label, const Prose& text) {
    muted(ui_, label);
    prose(label, text);
  }

  static void note(const std::string& text) {
    ImGui::PushTextWrapPos(0);
    ImGui::TextUnformatted(text.c_str());
    ImGui::PopTextWrapPos();
  }

  void press(const char* label, const std::string& does) {
    if (does.empty()) return;
    beside_or_below(ui_, ImGui::CalcTextSize(label).x + ImGui::GetStyle().FramePadding.x * 2);
    if (button(ui_, label)) command_ = does;
    ui_.landmark_item(e_.id + ":" + label);
  }

  void typing() {
    muted(ui_, e_.label);
    const float width = std::min(ImGui::GetContentRegionAvail().x, ui_.em * 14);
    if (ui_.options.outside_text) {
      outside_field(ui_, TextEdit{.key = "answer", .label = e_.label, .value = e_.given, .command = e_.answer_with + " "}, width);
    } else {
      ImGui::BeginDisabled(e_.right);
      ImGui::SetNextItemWidth(width);
      std::string& text = e_.right ? (answer_ = e_.given) : answer_;
      if (ImGui::InputText("##answer", &text, ImGuiInputTextFlags_EnterReturnsTrue)) command_ = e_.answer_with + " " + text;
      ImGui::EndDisabled();
    }
    ui_.landmark_item(e_.id + ":answer");
    if (!e_.unit.empty()) {
      beside_or_below(ui_, ImGui::CalcTextSize(e_.unit.c_str()).x);
      muted(ui_, e_.unit);
    }
    if (!e_.right) press("check##answer", e_.answer_with + " " + answer_);
  }

  void choosing() {
    ImGui::BeginDisabled(e_.right);
    const std::string& chosen = answer_.empty() || e_.right ? e_.given : answer_;
    for (const OpenExercise::Option& option : e_.options) {
      ImGui::PushID(option.answer.c_str());
      if (ImGui::RadioButton("##choice", chosen == option.answer)) answer_ = option.answer;
      ui_.landmark_item(e_.id + ":" + option.answer);
      ImGui::SameLine();
      ImGui::BeginGroup();
      prose("text", option.text);
      ImGui::EndGroup();
      if (ImGui::IsItemClicked() && !e_.right) answer_ = option.answer;
      ImGui::PopID();
    }
    ImGui::EndDisabled();
    if (!e_.right) press("check##choice", e_.answer_with + " " + chosen);
  }

  void ordering() {
    int place = 0;
    for (const OpenExercise::Option& option : e_.options) {
      ImGui::PushID(++place);
      const auto arrow = [&](const char* id, ImGuiDir direction, const std::string& does) {
        if (e_.right) return;
        ImGui::BeginDisabled(does.empty());
        if (ImGui::ArrowButton((std::string("##") + id).c_str(), direction)) command_ = does;
        ImGui::EndDisabled();
        ui_.landmark_item(e_.id + ":" + id + ":" + option.answer);
        ImGui::SameLine(0, ui_.em * 0.2F);
      };
      arrow("up", ImGuiDir_Up, option.up);
      arrow("down", ImGuiDir_Down, option.down);
      ImGui::Text("%d.", place);
      ImGui::SameLine();
      ImGui::BeginGroup();
      prose("text", option.text);
      ImGui::EndGroup();
      ImGui::PopID();
    }
  }

  void input() {
    if (e_.by == AnswerBy::typing) typing();
    if (e_.by == AnswerBy::choosing) choosing();
    if (e_.by == AnswerBy::ordering) ordering();
  }

  void result() {
    if (!e_.note.empty()) return note(e_.note);
    if (!e_.tried) return;
    ui_.push(ui_.strong_font);
    note(e_.right ? "Right. " + e_.points + "." : "Not right.");
    Context::pop();
    prose("feedback", e_.feedback);
  }

  void buttons() {
    ImGui::Dummy({0, 0});
    press(e_.tried ? "set it up again" : "set it up", e_.set_up);
    press(e_.by == AnswerBy::ordering ? "check this order" : "check", e_.check);
    press("hint", e_.show_hint);
    press("worked steps", e_.show_steps);
    press("other numbers", e_.again);
  }

  Context& ui_;
  const OpenExercise& e_;
  std::string& answer_;
  std::string command_;
};

}  // namespace

std::string draw_exercise(Context& ui, const OpenExercise& exercise) { return ExerciseDrawer(ui, exercise).draw(); }

std::string draw_prose(Context& ui, const Prose& prose, const DrawInsert& insert) {
  const auto clicked = draw_markdown(prose, {ui.text_font, ui.strong_font, ui.mono_font}, ui.theme->accent,
                                     [&](const std::string& target, ImVec2 low, ImVec2 high) { ui.landmark("link:" + target, low, high); }, insert);
  if (clicked && clicked->starts_with("https:")) {
    ui.requests.open = *clicked;
    return {};
  }
  return clicked.value_or("");
}

}  // namespace headwise
