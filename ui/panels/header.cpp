#include <imgui.h>
#include <imgui_stdlib.h>

#include <string>

#include "ui/handout.hpp"
#include "ui/keys.hpp"
#include "ui/panels/panel.hpp"

namespace headwise {

namespace {

/// A field as a box with its text; the host puts its own input over it while it is edited.
void outside_field(Context& ui, const Key& key, const std::string& value, float width) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 size{width, ImGui::GetFrameHeight()};
  const bool pressed = ImGui::InvisibleButton("##sentence", size);
  const bool hovered = ImGui::IsItemHovered();
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->AddRectFilled(at, at + size, ImGui::GetColorU32(hovered ? ImGuiCol_FrameBgHovered : ImGuiCol_FrameBg),
                      ImGui::GetStyle().FrameRounding);
  draw->AddRect(at, at + size, ui.theme->border, ImGui::GetStyle().FrameRounding);
  const ImVec2 pad = ImGui::GetStyle().FramePadding;
  draw->PushClipRect(at + ImVec2{pad.x, 0}, at + ImVec2{size.x - pad.x, size.y}, true);
  draw->AddText(at + pad, ui.theme->text, value.c_str());
  draw->PopClipRect();
  if (hovered) ImGui::SetMouseCursor(ImGuiMouseCursor_TextInput);
  if (pressed) {
    ui.requests.edit = TextEdit{key.name, key.label, value, at.x, at.y, size.x, size.y, ImGui::GetFontSize()};
  }
}

void sentence(Context& ui, float width) {
  Session& session = ui.session;
  const Key& key = session.settings().key("tokens");
  const std::string& value = session.settings().get("tokens");
  ImGui::BeginDisabled(session.is_locked("tokens"));
  if (ui.options.outside_text) {
    outside_field(ui, key, value, width);
  } else {
    static std::string text;
    ImGui::SetNextItemWidth(width);
    if (ImGui::InputText("##sentence", &text)) session.set("tokens", text);
    if (!ImGui::IsItemActive()) text = session.settings().get("tokens");
  }
  ImGui::EndDisabled();
  ui.landmark_item("control:tokens");
  tooltip(ui, key.help);
}

void check_button(Context& ui, const char* label) {
  const Session& session = ui.session;
  ImGui::BeginDisabled(!session.trace().has_values());
  if (ImGui::Button(label)) run_command(ui, "check");
  ImGui::EndDisabled();
  ui.landmark_item("header:check");
  tooltip(ui, handout_note(session.run()));
}

}  // namespace

void draw_header(Context& ui) {
  Session& session = ui.session;
  const auto button_width = [](const char* label) {
    return ImGui::CalcTextSize(label).x + ImGui::GetStyle().FramePadding.x * 2 + ImGui::GetStyle().ItemSpacing.x;
  };
  const bool has_lesson = !session.settings().get("lesson").empty();
  const char* check = ui.narrow ? "check" : "check it in PyTorch";
  const char* theme = ui.theme->dark ? "light" : "dark";
  const float buttons = button_width("lesson") + button_width("share") +
                        (ui.narrow ? 0 : button_width(check)) + button_width(theme) + button_width("help");

  const float right = ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x;
  ui.push(ui.strong_font, 1.25F);
  ImGui::AlignTextToFramePadding();
  ImGui::TextUnformatted("Headwise");
  Context::pop();
  if (!ui.narrow) {
    ImGui::SameLine(0, ui.em * 1.5F);
    ImGui::AlignTextToFramePadding();
    muted(ui, "sentence");
    ImGui::SameLine();
    sentence(ui, right - buttons - ui.em * 1.2F - ImGui::GetCursorPosX());
  }
  ImGui::SameLine(right - buttons + ImGui::GetStyle().ItemSpacing.x);
  ImGui::BeginDisabled(ui.lessons.all().empty());
  if (choice_button(ui, "lesson", has_lesson)) {
    run_command(ui, has_lesson ? "set lesson=" : "set lesson=" + ui.lessons.all().front().name);
  }
  ImGui::EndDisabled();
  ui.landmark_item("header:lesson");
  tooltip(ui, "Opens the first lesson beside the simulator.");
  ImGui::SameLine();
  if (ImGui::Button("share")) run_command(ui, "share");
  ui.landmark_item("header:share");
  tooltip(ui, "Copies a link that restores exactly this view.");
  ImGui::SameLine();
  if (!ui.narrow) {
    check_button(ui, check);
    ImGui::SameLine();
  }
  if (ImGui::Button(theme)) run_command(ui, "theme");
  ui.landmark_item("header:theme");
  ImGui::SameLine();
  if (choice_button(ui, "help", ui.show_help)) run_command(ui, "help");
  ui.landmark_item("header:help");
  if (ui.narrow) {
    sentence(ui, ImGui::GetContentRegionAvail().x - button_width(check));
    ImGui::SameLine();
    check_button(ui, check);
  }
}

void describe_header(const Context& ui, Description& out) {
  const Session& session = ui.session;
  out.heading("Headwise", "mirror-title");
  const Key& key = session.settings().key("tokens");
  out.field("Sentence", key.name, session.settings().get("tokens"), {}, session.is_locked("tokens"));
  out.text(session.problem(), "problem", true);
  out.button("Share: copy a link to this view", "share");
  if (session.trace().has_values()) out.button("Check it in PyTorch", "check");
  out.text(handout_note(session.run()), "check-note");
  const bool has_lesson = !session.settings().get("lesson").empty();
  if (has_lesson) out.button("Close the lesson", "set lesson=");
  for (const Lesson& lesson : ui.lessons.all()) out.button("Lesson: " + lesson.title, "set lesson=" + lesson.name);
  const Key& theme = session.settings().key("theme");
  out.field("Theme", "theme", session.settings().get("theme"), theme.choices);
}

}  // namespace headwise
