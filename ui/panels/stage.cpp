#include <imgui_internal.h>

#include <algorithm>

#include "ui/panels/panel.hpp"
#include "ui/widgets/cell_value.hpp"
#include "ui/widgets/changed.hpp"
#include "ui/widgets/legend.hpp"
#include "ui/widgets/lit.hpp"
#include "ui/widgets/missing.hpp"
#include "ui/widgets/operands.hpp"
#include "ui/widgets/slice_table.hpp"
#include "ui/widgets/stage_line.hpp"

namespace headwise {

namespace {

/// Are changed cells outlined?
void outline_switch(Context& ui) {
  const Key& key = ui.session.settings().key("outline_changes");
  bool on = ui.session.settings().toggle(key.name);
  ImGui::SameLine(0, ui.em * 0.7F);
  ImGui::SetCursorPosY(ImGui::GetCursorPosY() + ImGui::GetStyle().FramePadding.y);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {0, 0});
  if (ImGui::Checkbox("outline", &on)) ui.session.set(key.name, on ? "1" : "0");
  ImGui::PopStyleVar();
  ui.landmark_item("control:" + key.name);
  tooltip(ui, key.help);
}

/// With or without a scroll bar alike: what fits would bring it or send it away, and then fit no more.
float steady_width() { return ImGui::GetWindowWidth() - ImGui::GetStyle().WindowPadding.x * 2 - ImGui::GetStyle().ScrollbarSize; }

/// What the stage does: in a low window in one line, beside the name where there is room, and whole on hover, so
/// that the picture has the rest.
void draw_summary(Context& ui, const std::string& text) {
  const bool wraps = ImGui::CalcTextSize(text.c_str()).x > steady_width();
  if (ui.narrow || ImGui::GetWindowHeight() > ui.em * (wraps ? 23.0F : 19.0F)) return muted(ui, text);
  const float left = ImGui::GetItemRectMax().x - ImGui::GetWindowPos().x + ui.em;
  const float beside = steady_width() + ImGui::GetStyle().WindowPadding.x - left;
  const bool is_beside = beside >= ui.em * 16;
  if (is_beside) {
    ImGui::SameLine(0, ui.em);
    ImGui::AlignTextToFramePadding();
  }
  const std::string shown = shortened(ui.text_font, ImGui::GetFontSize(), text, is_beside ? beside : steady_width());
  ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->muted);
  ImGui::TextUnformatted(shown.c_str());
  ImGui::PopStyleColor();
  if (shown != text) tooltip(ui, text);
}

void draw_title(Context& ui) {
  Session& session = ui.session;
  const Node& node = session.node();
  draw_stage_name(ui);
  const Change& change = session.change(session.cursor().node);
  if (change.any()) {
    const std::string cells = changed_words(ui);
    const std::string what = std::string("\u25cf ") + (change.added ? "new" : change.shape ? "new shape" : cells.empty() ? "new values" : cells);
    const float outline = change.values ? ImGui::CalcTextSize("outline").x + ImGui::GetFrameHeight() + ui.em : 0;
    beside_or_below(ui, ImGui::CalcTextSize(what.c_str()).x + outline);
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->changed);
    ImGui::TextUnformatted(what.c_str());
    ImGui::PopStyleColor();
    if (change.values) outline_switch(ui);
  }
  draw_summary(ui, node.op->summary());
}

/// What is lit, what colours mean, and what a square stands for.
void draw_looks(Context& ui) {
  draw_lit_choice(ui);
  if (ui.narrow && ui.session.lit().any()) {
    // In a pipeline that is scrolled it would be out of sight.
    ImGui::SameLine(0, ui.em * 0.6F);
    const ImVec2 at = ImGui::GetCursorScreenPos() + ImVec2{0, ImGui::GetStyle().FramePadding.y};
    draw_lit_legend(ui, at, ImGui::GetContentRegionAvail().x);
    ImGui::NewLine();
  }
  beside_or_below(ui, ui.em * 26);
  draw_legend(ui, ui.session.cursor().node, ui.em * 6);
  if (ui.block_note.empty()) return;
  ui.push(ui.text_font, 0.85F);
  beside_or_below(ui, ImGui::CalcTextSize(ui.block_note.c_str()).x);
  muted(ui, ui.block_note);  // as the last frame found it
  Context::pop();
  ui.block_note.clear();
}

}  // namespace

void draw_stage(Context& ui) {
  Session& session = ui.session;
  const bool by_head = find_head_axis(session.node().axes()).has_value();
  draw_title(ui);
  // On a phone the picture comes first, and what changes how it looks after it.
  if (!ui.narrow || by_head || session.run().recipe.sentences() > 1) draw_head_choice(ui);
  if (!session.trace().has_values()) return draw_missing(ui, session.why_no_values(), session.progress());
  if (!ui.narrow) {
    beside_or_below(ui, ui.em * 14);
    draw_looks(ui);
    ImGui::Spacing();
  }
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImVec2 room = ImGui::GetContentRegionAvail();
  if (!ui.narrow) room.x = steady_width();
  if (session.all_heads() && by_head) {
    draw_all_heads(ui, at, room.x, ui.narrow ? ui.em * 24 : room.y);
  } else {
    draw_operands(ui, at, room.x, std::max(room.y, ui.em * 10));
  }
  if (!ui.narrow) return;
  ImGui::SetCursorScreenPos({at.x, ImGui::GetCurrentWindow()->DC.CursorMaxPos.y + ui.em * 0.5F});
  draw_looks(ui);
}

void describe_stage(const Context& ui, Description& out) {
  const Session& session = ui.session;
  const Node& node = session.node();
  const Trace& trace = session.trace();
  out.heading(node.title);
  out.text(node.id(), "stage-id");
  out.text(axis_names(node.axes()) + " = " + axis_sizes(node.axes()), "stage-shape");
  out.text(node.op->formula(node.signature), "stage-formula");
  out.text(node.op->summary(), "stage-summary");
  if (session.change(session.cursor().node).any()) {
    const std::string cells = changed_words(ui);
    out.text("Changed by the last setting" + (cells.empty() ? "." : ": " + cells + " in the part shown."), "stage-changed");
  }
  if (!trace.has_values()) {
    describe_missing(ui, out, session.why_no_values(), "slice-missing");
    return;
  }
  describe_place(ui, out);
  out.button("Copy the chosen cell's number", "copy cell");
  out.button("Copy this table", "copy slice");
  if (cursor_is_editable(session)) {
    out.command_field("Set cells from the chosen one on: numbers with commas between, semicolons between rows", "paste", "", "paste ");
  }
  describe_slice(ui, out, node.id(), "slice");
}

}  // namespace headwise
