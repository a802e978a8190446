#include <algorithm>
#include <vector>

#include "engine/tensor/print.hpp"
#include "ui/panels/panel.hpp"
#include "ui/widgets/legend.hpp"
#include "ui/widgets/operands.hpp"
#include "ui/widgets/view_parts.hpp"

namespace headwise {

namespace {

void draw_head_choice(Context& ui) {
  Session& session = ui.session;
  const std::int64_t heads = session.run().recipe.num_heads;
  const bool by_head = find_head_axis(session.node().axes()).has_value();
  if (draw_sentence_choice(ui)) ImGui::SameLine(0, ui.em * 1.5F);
  ImGui::BeginDisabled(!by_head);
  ImGui::AlignTextToFramePadding();
  muted(ui, "heads");
  ImGui::SameLine();
  if (choice_button(ui, "all", by_head && session.all_heads())) session.show_head(std::nullopt);
  ui.landmark_item("heads:all");
  const float right = ImGui::GetWindowPos().x + ImGui::GetWindowWidth() - ui.em * 2.5F;
  for (std::int64_t h = 0; h < heads; ++h) {
    ImGui::SameLine();
    if (ImGui::GetCursorScreenPos().x > right) {
      muted(ui, "\u2026");
      break;
    }
    ImGui::PushID(static_cast<int>(h));
    const bool chosen = by_head && !session.all_heads() && session.head() == h;
    if (choice_button(ui, std::to_string(h).c_str(), chosen)) session.show_head(h);
    ui.landmark_item("heads:" + std::to_string(h));
    ImGui::PopID();
  }
  ImGui::EndDisabled();
}

void draw_title(Context& ui) {
  Session& session = ui.session;
  const Node& node = session.node();
  ui.push(ui.strong_font, 1.3F);
  ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->role(node.role));
  ImGui::TextUnformatted(node.title.c_str());
  ImGui::PopStyleColor();
  Context::pop();
  ImGui::SameLine(0, ui.em * 0.7F);
  ui.push(ui.mono_font, 0.95F);
  ImGui::AlignTextToFramePadding();
  const std::string shape = node.id() + " " + axis_names(node.axes()) + " = " + axis_sizes(node.axes());
  if (ui.narrow) ImGui::NewLine();
  ImGui::TextUnformatted(shape.c_str());
  Context::pop();
  const Change& change = session.change(session.cursor().node);
  if (change.any()) {
    ImGui::SameLine(0, ui.em * 0.7F);
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->changed);
    ImGui::TextUnformatted(change.added ? "\u25cf new" : change.shape ? "\u25cf new shape" : "\u25cf new values");
    ImGui::PopStyleColor();
  }
  muted(ui, node.op->summary());
}

}  // namespace

void draw_stage(Context& ui) {
  Session& session = ui.session;
  draw_title(ui);
  draw_head_choice(ui);
  if (!session.trace().has_values()) {
    draw_missing(ui);
    return;
  }
  beside_or_below(ui, ui.em * 26);
  draw_legend(ui, session.cursor().node, ui.em * 6);
  if (!ui.block_note.empty()) {
    ui.push(ui.text_font, 0.85F);
    beside_or_below(ui, ImGui::CalcTextSize(ui.block_note.c_str()).x);
    muted(ui, ui.block_note);  // as the last frame found it
    Context::pop();
    ui.block_note.clear();
  }
  ImGui::Spacing();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float height = ui.narrow ? ui.em * 16 * static_cast<float>(session.node().inputs.size() + 1) : room.y;
  if (session.all_heads() && find_head_axis(session.node().axes())) {
    draw_all_heads(ui, at, room.x, ui.narrow ? ui.em * 24 : height);
  } else {
    draw_operands(ui, at, room.x, std::max(height, ui.em * 6));
  }
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
  if (session.change(session.cursor().node).any()) out.text("Changed by the last setting.", "stage-changed");
  if (!trace.has_values()) {
    out.text(session.why_no_values(), "slice-missing", true);
    if (session.is_computing()) {
      session.is_stopped() ? out.button("Go on computing", "go") : out.button("Stop computing", "stop");
    }
    return;
  }
  constexpr std::int64_t most = 64;
  const Axes& axes = node.axes();
  const Index& cursor = session.cursor().index;
  const Slice slice = slice_at(axes, cursor);
  const auto around = [](std::int64_t size, std::int64_t at) {
    const std::int64_t begin = std::clamp<std::int64_t>(at - most / 2, 0, std::max<std::int64_t>(0, size - most));
    return Range{begin, std::min(size, begin + most)};
  };
  const Range rows = around(slice.rows(axes), slice.row ? cursor[*slice.row] : 0);
  const Range columns = around(slice.columns(axes), slice.column ? cursor[*slice.column] : 0);
  std::string where;
  for (std::size_t a = 0; a < axes.size(); ++a) {
    if (a != slice.row && a != slice.column) where += ", " + trace.label(axes[a], cursor[a], session.batch_item());
  }
  Block& table = out.table(node.id() + where + (slice.row ? "; rows " + axes[*slice.row].name : "") +
                               (slice.column ? ", columns " + axes[*slice.column].name : ""),
                           "slice");
  for (std::int64_t c = columns.begin; c < columns.end; ++c) {
    table.columns.push_back(slice.column ? trace.label(axes[*slice.column], c, session.batch_item()) : "");
  }
  for (std::int64_t r = rows.begin; r < rows.end; ++r) {
    table.row_headers.push_back(slice.row ? trace.label(axes[*slice.row], r, session.batch_item()) : node.id());
    std::vector<std::string>& cells = table.rows.emplace_back();
    for (std::int64_t c = columns.begin; c < columns.end; ++c) {
      cells.push_back(print_number(static_cast<double>(trace.value({session.cursor().node, slice.index(r, c)}))));
    }
  }
}

}  // namespace headwise
