#include "ui/widgets/cell_value.hpp"

#include <algorithm>

#include "engine/session/command.hpp"
#include "engine/tensor/print.hpp"
#include "ui/widgets/field.hpp"

namespace headwise {

namespace {

std::string cell_words(const Session& session) {
  return session.node().id() + " " + index_text(session.cursor().index);
}

bool is_edited(const Session& session) {
  return find_edit(session.edits(), session.node().id(), session.cursor().index) != nullptr;
}

void reset_button(Context& ui) {
  if (!is_edited(ui.session)) return;
  ImGui::SameLine(0, ui.em * 0.4F);
  if (ImGui::Button("reset")) perform(ui.session, reset_command(ui.session));
  ui.landmark_item("edit:reset");
  tooltip(ui, "Lets the cell be what it was.");
}

}  // namespace

bool cursor_is_editable(const Session& session) {
  return session.trace().has_values() && is_editable(session.node()) && !session.is_locked("edits");
}

std::string edit_command(const Session& session) { return "edit " + cell_words(session) + " "; }
std::string reset_command(const Session& session) { return "unedit " + cell_words(session); }

std::string switch_command(const Session& session) {
  if (is_edited(session)) return reset_command(session);
  return edit_command(session) + (session.trace().value(session.cursor()) == 0 ? "1" : "0");
}

void draw_cell_value(Context& ui) {
  Session& session = ui.session;
  const float value = session.trace().value(session.cursor());
  const std::string shown = print_number(static_cast<double>(value), 4);
  ui.value_active = false;
  if (ImGui::GetContentRegionAvail().x < ui.em * 11) ImGui::NewLine();  // after a long name
  if (!cursor_is_editable(session)) {
    ImGui::Text(" = %s", shown.c_str());
    return;
  }
  if (session.node().role == Role::mask) {
    ImGui::Text(" = %s", print_number(static_cast<double>(value), 0).c_str());
    ImGui::SameLine(0, ui.em * 0.8F);
    if (ImGui::Button(value == 0 ? "let it attend" : "mask it")) perform(session, switch_command(session));
    ui.landmark_item("edit:switch");
    tooltip(ui, "Double-click in the picture, or Enter, does the same.");
    reset_button(ui);
    return;
  }
  ImGui::TextUnformatted(" = ");
  ImGui::SameLine(0, 0);
  const TextEdit field{.key = "edits", .label = "Value of " + session.trace().cell_name(session.cursor()),
                       .value = code_number(static_cast<double>(value)), .command = edit_command(session)};
  const bool open = ui.open_value;
  const auto typed = committed_field(ui, field, ui.em * 6.5F, open);
  ui.value_active = ImGui::IsItemActive() || open;
  ui.landmark_item("control:edits");
  tooltip(ui, "Set it by hand: type a number and press Enter.");
  if (typed) perform(session, field.command + *typed);
  reset_button(ui);
}

}  // namespace headwise
