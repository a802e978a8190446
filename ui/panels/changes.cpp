#include <string>
#include <vector>

#include "engine/tensor/print.hpp"
#include "ui/keys.hpp"
#include "ui/panels/panel.hpp"

namespace headwise {

namespace {

std::string count_of(std::size_t n, const char* one) {
  return print_count(static_cast<std::int64_t>(n)) + " " + one + (n == 1 ? "" : "s");
}

/// Stages that have no differences to show: `New shape: q, k.`
std::vector<std::string> shape_notes(const Session& session) {
  std::string fresh;
  std::string shaped;
  for (const std::size_t stage : session.graph().stages()) {
    const Change& change = session.change(stage);
    std::string& list = change.added ? fresh : shaped;
    if (change.added || change.shape) list += (list.empty() ? "" : ", ") + session.graph()[stage].id();
  }
  std::string gone;
  for (const std::size_t stage : session.previous()->trace.graph().stages()) {
    const std::string& id = session.previous()->trace.graph()[stage].id();
    if (!session.graph().find(id)) gone += (gone.empty() ? "" : ", ") + id;
  }
  std::vector<std::string> notes;
  if (!fresh.empty()) notes.push_back("New: " + fresh + ".");
  if (!shaped.empty()) notes.push_back("New shape: " + shaped + ".");
  if (!gone.empty()) notes.push_back("Gone: " + gone + ".");
  return notes;
}

void draw_row(Context& ui, std::size_t stage) {
  Session& session = ui.session;
  const Change& change = session.change(stage);
  const Cell cell{stage, change.at};
  const std::string name = session.trace().cell_name(cell);
  const std::string size = print_number(change.largest);
  ImGui::PushID(static_cast<int>(stage));
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 room{ImGui::GetContentRegionAvail().x, ImGui::GetTextLineHeight() * 1.25F};
  const bool pressed = ImGui::InvisibleButton("##row", room);
  ui.landmark_item("changed:" + session.graph()[stage].id());
  const bool hovered = ImGui::IsItemHovered();
  tooltip(ui, name + " was " + print_number(static_cast<double>(change.before), 4) + ", is " +
                  print_number(static_cast<double>(change.after), 4));
  ImGui::PopID();
  const ImU32 color = ui.theme->role(session.graph()[stage].role);
  ImDrawList* draw = ImGui::GetWindowDrawList();
  if (hovered) {
    draw->AddRectFilled(at - ImVec2{2, 0}, at + room + ImVec2{2, 0}, with_alpha(color, 0.16F), 3);
    ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    ui.next_hovered = cell;
  }
  const float column = ui.em * 3.6F;
  draw->AddText({at.x + column - ui.em * 0.6F - ImGui::CalcTextSize(size.c_str()).x, at.y}, ui.theme->text, size.c_str());
  draw->PushClipRect(at, at + room, true);
  draw->AddText({at.x + column, at.y}, color, name.c_str());
  draw->PopClipRect();
  if (pressed) session.follow(cell);
}

}  // namespace

bool changes_visible(const Context& ui) { return ui.session.previous() != nullptr || !ui.session.edits().empty(); }

void draw_changes(Context& ui) {
  Session& session = ui.session;
  heading(ui, "WHAT CHANGED");
  if (!session.edits().empty()) {
    const std::string label = "reset " + count_of(session.edits().size(), "cell");
    const float width = ImGui::CalcTextSize(label.c_str()).x + ImGui::GetStyle().FramePadding.x * 2;
    ImGui::SameLine(ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x - width);
    ImGui::BeginDisabled(session.is_locked("edits"));
    if (ImGui::SmallButton(label.c_str())) run_command(ui, "unedit all");
    ImGui::EndDisabled();
    ui.landmark_item("edit:reset_all");
    tooltip(ui, "Set by hand: " + print_text(to_text(session.edits()), 300));
  }
  const Run* before = session.previous();
  if (!before) return muted(ui, "Nothing since this view was opened.");
  ui.push(ui.text_font, 0.9F);
  ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->changed);
  ImGui::PushTextWrapPos(0);
  for (const std::string& line : what_was_set(*before, session.run())) ImGui::TextUnformatted(line.c_str());
  if (!session.notice().empty()) ImGui::TextUnformatted(session.notice().c_str());
  ImGui::PopTextWrapPos();
  ImGui::PopStyleColor();
  Context::pop();
  const std::vector<std::size_t> stages = largest_first(session.graph(), session.changes());
  ui.push(ui.mono_font, 0.85F);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ImGui::GetStyle().ItemSpacing.x, 1});
  for (const std::size_t stage : stages) draw_row(ui, stage);
  ImGui::PopStyleVar();
  Context::pop();
  ui.push(ui.text_font, 0.9F);
  const std::vector<std::string> notes = shape_notes(session);
  for (const std::string& note : notes) muted(ui, note);
  if (stages.empty() && notes.empty()) muted(ui, "No stage differs.");
  Context::pop();
}

void describe_changes(const Context& ui, Description& out) {
  const Session& session = ui.session;
  if (!changes_visible(ui)) return;
  out.heading("What changed");
  if (const Run* before = session.previous()) {
    std::string set;
    for (const std::string& line : what_was_set(*before, session.run())) set += (set.empty() ? "" : "; ") + line;
    out.text(set, "changes-set");
    out.text(session.notice(), "changes-notice", true);
    for (const std::string& note : shape_notes(session)) out.text(note);
    const std::vector<std::size_t> stages = largest_first(session.graph(), session.changes());
    Block& table = out.table("Largest difference in each stage, the largest first", "changes");
    table.columns = {"difference", "cell", "before", "now"};
    for (const std::size_t stage : stages) {
      const Change& change = session.change(stage);
      table.row_headers.push_back(session.graph()[stage].id());
      table.rows.push_back({print_number(change.largest), session.trace().cell_name({stage, change.at}),
                            print_number(static_cast<double>(change.before)),
                            print_number(static_cast<double>(change.after))});
    }
    for (const std::size_t stage : stages) {
      const std::string& id = session.graph()[stage].id();
      out.button("Go to the cell of " + id + " that changed most",
                 "follow " + id + " " + index_text(session.change(stage).at));
    }
  }
  if (session.edits().empty()) return;
  out.text(count_of(session.edits().size(), "cell") + " set by hand: " + to_text(session.edits()), "edits");
  out.button("Reset every cell set by hand", "unedit all");
}

}  // namespace headwise
