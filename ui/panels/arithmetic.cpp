#include <algorithm>
#include <string>
#include <vector>

#include "engine/tensor/print.hpp"
#include "ui/panels/panel.hpp"
#include "ui/widgets/cell_value.hpp"
#include "ui/widgets/lit.hpp"
#include "ui/widgets/terms.hpp"
#include "ui/widgets/trail.hpp"

namespace headwise {

namespace {

constexpr std::int64_t few_terms = 12;
constexpr std::int64_t many_terms = 400;

/// The hovered cell of the shown tensor, else the chosen one.
Cell shown_cell(const Context& ui) {
  const Cell& cursor = ui.session.cursor();
  const bool preview = ui.hovered && ui.hovered->node == cursor.node && !ui.value_active && !ui.open_value;
  return preview ? *ui.hovered : cursor;
}

std::string note_of(const Expression& e) {
  return e.kind() == Expression::Kind::constant ? e.note() : std::string();
}

void describe_edit(const Session& session, Description& out) {
  const float value = session.trace().value(session.cursor());
  const std::string name = session.trace().cell_name(session.cursor());
  if (session.node().role == Role::mask) {
    out.button((value == 0 ? "Let it attend: " : "Mask it: ") + name, switch_command(session));
  } else {
    out.command_field("Value of " + name, "edits", code_number(static_cast<double>(value)), edit_command(session));
  }
  if (find_edit(session.edits(), session.node().id(), session.cursor().index)) {
    out.button("Reset " + name, reset_command(session));
  }
  if (const std::string all = reset_tensor_command(session); !all.empty()) {
    out.button("Reset all of " + session.node().id(), all);
  }
}

}  // namespace

void draw_arithmetic(Context& ui) {
  Session& session = ui.session;
  const Trace& trace = session.trace();
  if (!trace.has_values()) return muted(ui, session.why_no_values());
  draw_trail(ui);
  const Cell cell = shown_cell(ui);
  const Node& node = session.node();
  const Expression expression = trace.explain(cell);
  const std::int64_t generation = session.generation();
  const auto formula = [&] {
    ui.push(ui.mono_font, 0.9F);
    muted(ui, node.op->formula(node.signature));
    Context::pop();
  };
  if (!ui.narrow) formula();
  ui.push(ui.mono_font, 1.0F);
  ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->role(node.role));
  if (!ui.narrow || (cell == session.cursor() && cursor_is_editable(session))) ImGui::AlignTextToFramePadding();
  const std::string name = trace.cell_name(cell);
  const float value_width = ui.em * 7;
  const bool fits = ImGui::CalcTextSize(name.c_str()).x + value_width < ImGui::GetContentRegionAvail().x;
  ImGui::TextWrapped("%s", name.c_str());
  ImGui::PopStyleColor();
  if (fits) ImGui::SameLine(0, 0);
  if (cell == session.cursor()) {
    draw_cell_value(ui);
  } else {
    ImGui::Text(" = %s", print_number(static_cast<double>(trace.value(cell)), 4).c_str());
  }
  Context::pop();
  if (session.generation() != generation) return;  // the expression is of a run that is over
  if (cell != session.cursor() && !ui.narrow) {
    ImGui::SameLine();
    muted(ui, "(preview; choose the cell to keep it)");
  }
  if (const std::string note = note_of(expression); !note.empty()) {
    muted(ui, note);
  } else {
    std::vector<Span> spans = print(expression, ui.show_all_terms ? many_terms : few_terms);
    spans.insert(spans.begin(), Span{"= ", std::nullopt, {}});
    if (const auto to = draw_terms(ui, spans)) session.follow(*to);
  }
  if (print(expression, few_terms).size() != print(expression, few_terms * 2).size() || ui.show_all_terms) {
    if (ImGui::SmallButton(ui.show_all_terms ? "fewer terms" : "all terms")) ui.show_all_terms = !ui.show_all_terms;
  }
  if (ui.narrow) formula();
  ui.push(ui.mono_font, 0.85F);
  const std::string source(node.op->source());
  muted(ui, "PyTorch:  " + node.op->pytorch(in_code(node.signature)) + (source.empty() ? "" : "     (" + source + ")"));
  Context::pop();
}

void describe_arithmetic(const Context& ui, Description& out) {
  const Session& session = ui.session;
  const Trace& trace = session.trace();
  out.heading("Arithmetic");
  if (!trace.has_values()) {
    out.text(session.why_no_values(), "explanation");
    return describe_lit(session, out);
  }
  const Cell& cell = session.cursor();
  const Expression expression = trace.explain(cell);
  const std::string note = note_of(expression);
  const std::string value = print_number(static_cast<double>(trace.value(cell)));
  const std::string terms = note.empty() ? plain_text(print(expression, few_terms)) + " = " + value : value + ": " + note;
  out.text(trace.cell_name(cell) + " = " + terms, "explanation", true);
  out.text(change_text(session.previous(), session.run(), cell), "cell-change");
  if (cursor_is_editable(session)) describe_edit(session, out);
  std::int64_t shown = 0;
  std::vector<Cell> told;  // a cell may stand in several places
  expression.for_each_leaf([&](const Cell& leaf, double leaf_value) {
    if (++shown > 2 * few_terms || std::find(told.begin(), told.end(), leaf) != told.end()) return;
    told.push_back(leaf);
    std::string index;
    for (const std::int64_t i : leaf.index) index += (index.empty() ? "" : ",") + std::to_string(i);
    out.button(trace.cell_name(leaf) + " = " + print_number(leaf_value),
               "follow " + trace.graph()[leaf.node].id() + " " + index);
  });
  describe_trail(session, out);
  describe_lit(session, out);
  out.text("PyTorch: " + session.node().op->pytorch(in_code(session.node().signature)), "stage-pytorch");
}

}  // namespace headwise
