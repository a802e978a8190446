#include <imgui.h>
#include <imgui_stdlib.h>

#include <cmath>
#include <string>
#include <utility>

#include "ui/handout.hpp"
#include "ui/keys.hpp"
#include "ui/panels/panel.hpp"
#include "ui/widgets/field.hpp"

namespace headwise {

namespace {

/// A button with an arrow that turns back (undo) or on.
void arrow_button(Context& ui, const char* command, bool can, const char* help) {
  const float side = ImGui::GetFrameHeight();
  const bool back = command[0] == 'u';
  ImGui::BeginDisabled(!can);
  if (ImGui::Button((std::string("##") + command).c_str(), {side * 1.15F, side})) run_command(ui, command);
  const ImU32 ink = ImGui::GetColorU32(ImGuiCol_Text);
  ImGui::EndDisabled();
  ui.landmark_item(std::string("header:") + command);
  tooltip(ui, help);
  const ImVec2 low = ImGui::GetItemRectMin();
  const ImVec2 high = ImGui::GetItemRectMax();
  const ImVec2 c{(low.x + high.x) * 0.5F, (low.y + high.y) * 0.5F + side * 0.06F};
  const float r = side * 0.24F;
  const float way = back ? 1.0F : -1.0F;
  const auto at = [&](float angle, float radius) {
    return c + ImVec2{way * radius * std::cos(angle), radius * std::sin(angle)};
  };
  ImDrawList* draw = ImGui::GetWindowDrawList();
  constexpr float from = -2.5F;
  constexpr float to = 1.6F;
  for (int i = 0; i <= 16; ++i) draw->PathLineTo(at(from + (to - from) * static_cast<float>(i) / 16, r));
  draw->PathStroke(ink, 0, ui.em * 0.12F);
  const ImVec2 tip = at(from, r) + ImVec2{way * r * 0.95F * std::sin(from), r * -0.95F * std::cos(from)};
  draw->AddTriangleFilled(at(from, r * 1.55F), tip, at(from, r * 0.45F), ink);
}

void history_buttons(Context& ui) {
  arrow_button(ui, "undo", ui.session.can_undo(), "Undo the last setting or edit (Ctrl+Z).");
  ImGui::SameLine();
  arrow_button(ui, "redo", ui.session.can_redo(), "Redo (Ctrl+Shift+Z).");
}

void sentence(Context& ui, float width) {
  Session& session = ui.session;
  const Key& key = session.settings().key("tokens");
  const std::string& value = session.settings().get("tokens");
  ImGui::BeginDisabled(session.is_locked("tokens"));
  if (ui.options.outside_text) {
    outside_field(
        ui, {.key = key.name, .label = key.label, .value = value, .command = "type tokens=", .live = true}, width);
  } else {
    static std::string text;
    ImGui::SetNextItemWidth(width);
    if (ImGui::InputText("##sentence", &text)) session.type("tokens", text);
    if (ImGui::IsItemDeactivated()) session.end_typing();
    if (!ImGui::IsItemActive()) text = session.settings().get("tokens");
  }
  ImGui::EndDisabled();
  ui.landmark_item("control:tokens");
  tooltip(ui, key.help);
}

/// Four files of what is on screen, in a list that opens.
void export_button(Context& ui) {
  constexpr std::pair<const char*, const char*> choices[] = {{"This view as SVG", "export svg"},
                                                             {"This view as PNG", "export png"},
                                                             {"The whole window as SVG", "export svg window"},
                                                             {"The whole window as PNG", "export png window"}};
  if (ImGui::Button("export")) ImGui::OpenPopup("export");
  ui.landmark_item("header:export");
  tooltip(ui, "Saves a picture for slides or print: SVG stays sharp at any size, PNG goes anywhere.");
  if (!ImGui::BeginPopup("export")) return;
  for (const auto& [label, command] : choices) {
    if (list_item(ui, label)) run_command(ui, command);
    ui.landmark_item(std::string("header:") + command);
  }
  ImGui::EndPopup();
}

void check_button(Context& ui, const char* label) {
  const Session& session = ui.session;
  ImGui::BeginDisabled(!session.trace().has_values());
  if (ImGui::Button(label)) run_command(ui, "check");
  ImGui::EndDisabled();
  ui.landmark_item("header:check");
  tooltip(ui, handout_note(session.run()));
}

void lesson_button(Context& ui) {
  const bool has_lesson = !ui.session.settings().get("lesson").empty();
  ImGui::BeginDisabled(ui.lessons.all().empty());
  if (choice_button(ui, "lessons", has_lesson)) ImGui::OpenPopup("lessons");
  ImGui::EndDisabled();
  ui.landmark_item("header:lesson");
  tooltip(ui, "All lessons: one opens beside the simulator.");
  ImGui::SetNextWindowSizeConstraints({0, 0}, {ImGui::GetIO().DisplaySize.x, ImGui::GetIO().DisplaySize.y * 0.85F});
  if (!ImGui::BeginPopup("lessons")) return;
  for (const Lesson& lesson : ui.lessons.all()) {
    const bool is_open = lesson.name == ui.session.settings().get("lesson");
    if (list_item(ui, lesson.title.c_str(), is_open)) run_command(ui, "set lesson=" + lesson.name);
    ui.landmark_item("lesson:open:" + lesson.name);
    tooltip(ui, lesson.summary + " About " + std::to_string(lesson.minutes) + " minutes.");
  }
  if (has_lesson) {
    ImGui::Separator();
    if (list_item(ui, "close the lesson")) run_command(ui, "set lesson=");
    ui.landmark_item("lesson:open:none");
  }
  ImGui::Separator();
  if (list_item(ui, "for teachers: a link for a class")) run_command(ui, "teacher");
  ui.landmark_item("header:teacher");
  ImGui::EndPopup();
}

}  // namespace

void draw_header(Context& ui) {
  const auto button_width = [](const char* label) {
    return ImGui::CalcTextSize(label).x + ImGui::GetStyle().FramePadding.x * 2 + ImGui::GetStyle().ItemSpacing.x;
  };
  const char* check = "check it in PyTorch";
  const char* theme = ui.theme->dark ? "light" : "dark";
  const float history = 2 * (ImGui::GetFrameHeight() * 1.15F + ImGui::GetStyle().ItemSpacing.x);
  // On a narrow window the list of everything has the rest.
  if (ui.narrow) {
    sentence(ui, ImGui::GetContentRegionAvail().x - button_width("lessons") - history);
    ImGui::SameLine();
    history_buttons(ui);
    ImGui::SameLine();
    lesson_button(ui);
    return;
  }
  const float buttons = button_width("lessons") + button_width("share") + button_width("export") + button_width(check) + button_width(theme) +
                        button_width("find") + button_width("help");
  const float right = ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x;
  ui.push(ui.strong_font, 1.25F);
  ImGui::AlignTextToFramePadding();
  ImGui::TextUnformatted("Headwise");
  Context::pop();
  ImGui::SameLine(0, ui.em * 1.5F);
  ImGui::AlignTextToFramePadding();
  muted(ui, "sentence");
  ImGui::SameLine();
  sentence(ui, right - buttons - history - ui.em * 1.2F - ImGui::GetCursorPosX());
  ImGui::SameLine();
  history_buttons(ui);
  ImGui::SameLine(right - buttons + ImGui::GetStyle().ItemSpacing.x);
  lesson_button(ui);
  ImGui::SameLine();
  if (ImGui::Button("share")) run_command(ui, "share");
  ui.landmark_item("header:share");
  tooltip(ui, "Copies a link that restores exactly this view.");
  ImGui::SameLine();
  export_button(ui);
  ImGui::SameLine();
  check_button(ui, check);
  ImGui::SameLine();
  if (ImGui::Button(theme)) run_command(ui, "theme");
  ui.landmark_item("header:theme");
  ImGui::SameLine();
  if (ImGui::Button("find")) run_command(ui, "palette");
  ui.landmark_item("header:find");
  tooltip(ui, "Everything that can be done, by name (Ctrl+K).");
  ImGui::SameLine();
  if (choice_button(ui, "help", ui.show_help)) run_command(ui, "help");
  ui.landmark_item("header:help");
}

void describe_header(const Context& ui, Description& out) {
  const Session& session = ui.session;
  out.heading("Headwise", "mirror-title");
  const Key& key = session.settings().key("tokens");
  out.field("Sentence", key.name, session.settings().get("tokens"), {}, session.is_locked("tokens"));
  out.text(session.problem(), "problem", true);
  out.button("Undo", "undo");
  out.button("Redo", "redo");
  out.button("Share: copy a link to this view", "share");
  out.button("Save this view as SVG", "export svg");
  out.button("Save this view as PNG", "export png");
  if (ui.saving) {
    out.text("Saving " + ui.saving->name + ": " + std::to_string(ui.saving->tenths() * 10) + " %", "saving");
    out.button("Stop saving " + ui.saving->name, std::string(stop_export));
  }
  if (session.trace().has_values()) out.button("Check it in PyTorch", "check");
  out.text(handout_note(session.run()), "check-note");
  const bool has_lesson = !session.settings().get("lesson").empty();
  if (has_lesson) out.button("Close the lesson", "set lesson=");
  for (const Lesson& lesson : ui.lessons.all()) out.button("Lesson: " + lesson.title, "set lesson=" + lesson.name);
  const Key& view = session.settings().key("view");
  out.field("View", view.name, session.settings().get(view.name), view.choices);
  out.button(session.settings().toggle("projector") ? "Leave projector mode" : "Projector mode: large type, one view", "projector");
  const Key& theme = session.settings().key("theme");
  out.field("Theme", "theme", session.settings().get("theme"), theme.choices);
}

}  // namespace headwise
