#include "ui/widgets/cell_value.hpp"

#include <algorithm>

#include "engine/session/command.hpp"
#include "engine/tensor/print.hpp"
#include "ui/widgets/field.hpp"
#include "ui/widgets/scrub.hpp"

namespace headwise {

namespace {

std::string cell_words(const Session& session) {
  return session.node().id() + " " + index_text(session.cursor().index);
}

bool is_edited(const Session& session) {
  return find_edit(session.edits(), session.node().id(), session.cursor().index) != nullptr;
}

std::int64_t edited_cells(const Session& session) {
  return std::count_if(session.edits().begin(), session.edits().end(),
                       [&](const CellEdit& edit) { return edit.node == session.node().id(); });
}

/// For the cell, and where others of its tensor are set by hand too, for all of them.
void reset_buttons(Context& ui) {
  std::string command;
  if (is_edited(ui.session)) {
    ImGui::SameLine(0, ui.em * 0.4F);
    if (ImGui::Button("reset")) command = reset_command(ui.session);
    ui.landmark_item("edit:reset");
    tooltip(ui, "Lets the cell be what it was.");
  }
  if (const std::string all = reset_tensor_command(ui.session); !all.empty()) {
    ImGui::SameLine(0, ui.em * 0.4F);
    const std::string label = "reset " + ui.session.node().id();
    if (ImGui::Button(label.c_str())) command = all;
    ui.landmark_item("edit:reset_tensor");
    tooltip(ui, "Lets all " + print_count(edited_cells(ui.session)) + " cells of this tensor that were set by hand be what they were.");
  }
  if (!command.empty()) perform(ui.session, command);
}

}  // namespace

bool cursor_is_editable(const Session& session) {
  return session.trace().has_values() && is_editable(session.node()) && !session.is_locked("edits");
}

std::string edit_command(const Session& session) { return "edit " + cell_words(session) + " "; }
std::string reset_command(const Session& session) { return "unedit " + cell_words(session); }

std::string reset_tensor_command(const Session& session) {
  const std::int64_t others = edited_cells(session) - (is_edited(session) ? 1 : 0);
  return others > 0 ? "unedit " + session.node().id() : "";
}

std::string switch_command(const Session& session) {
  if (is_edited(session)) return reset_command(session);
  return edit_command(session) + (session.trace().value(session.cursor()) == 0 ? "1" : "0");
}

void draw_cell_value(Context& ui) {
  Session& session = ui.session;
  const float value = session.trace().value(session.cursor());
  const std::string shown = print_number(static_cast<double>(value), 4);
  ui.value_active = false;
  const float needed = cursor_is_editable(session) ? ui.em * 11 : ImGui::CalcTextSize((" = " + shown).c_str()).x;
  if (ImGui::GetContentRegionAvail().x < needed) ImGui::NewLine();  // after a long name
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
    reset_buttons(ui);
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
  if (ImGui::IsItemHovered() && !ui.value_active) scrub(ui, session.cursor());
  ImGui::SameLine(0, ui.em * 0.2F);
  scrub_handle(ui);
  if (typed) perform(session, field.command + *typed);
  reset_buttons(ui);
}

}  // namespace headwise
