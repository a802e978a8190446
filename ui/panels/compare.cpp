#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "engine/tensor/print.hpp"
#include "ui/keys.hpp"
#include "ui/panels/panel.hpp"
#include "ui/widgets/compare_choice.hpp"
#include "ui/widgets/missing.hpp"
#include "ui/widgets/side_by_side.hpp"
#include "ui/widgets/stage_line.hpp"
#include "ui/widgets/what_differs.hpp"

namespace headwise {

namespace {

const char* const invitation =
    "Two runs, locked in step: A is what is set now, B the same with something set otherwise. The same stage of both, "
    "side by side, with the difference of every cell.";

/// What is found about the current stage, with the cell that differs most.
struct Finding {
  std::string lead;
  std::optional<Cell> at;
  std::string tail;
};

std::string shape_text(const Node& node) { return axis_names(node.axes()) + " = " + axis_sizes(node.axes()); }

/// The shown stage is the same: where do they part?
Finding same(const Compared& compared, const Graph& graph) {
  for (const std::size_t stage : graph.stages()) {
    const Change& change = *compared.difference(stage);
    if (!change.any()) continue;
    const Index at = change.largest > 0 ? change.at : Index(graph[stage].axes().size(), 0);
    return {"The same in A and B, to the last bit. They first differ at", Cell{stage, at}, ""};
  }
  return {"A and B are the same in every cell that both have, to the last bit.", {}, ""};
}

Finding finding(const Session& session) {
  const Compared& compared = *session.compared();
  const std::size_t node = session.cursor().node;
  const Counterpart& other = compared.counterpart(node);
  const Graph& second = compared.second()->trace.graph();
  if (other.unlike) {
    return {"The shapes differ, so there is no difference to take: A " + shape_text(session.node()) + ", B " +
                shape_text(second[*other.unlike]) + ".", {}, ""};
  }
  if (!other.exists()) return {"B has no " + session.node().id() + ".", {}, ""};
  const Change* change = compared.difference(node);
  if (!change) return {"Comparing every cell\u2026", {}, ""};
  if (!change->values) return same(compared, session.graph());
  if (change->largest == 0) return {"The same in A and B, but for the sign of zeros.", {}, ""};
  const double size = static_cast<double>(compared.largest_value(node));
  const double rounding = rounding_tolerance(size);
  const std::string mean = "mean " + print_number(change->mean()) + " of " + print_count(change->cells - change->infinite) + " cells";
  const std::string values = "A " + print_number(static_cast<double>(change->after)) + ", B " +
                             print_number(static_cast<double>(change->before)) + "; ";
  Finding found{"Largest difference " + print_number(change->largest) + " at", Cell{node, change->at}, values + mean + "."};
  if (change->infinite > 0) {
    found.lead = print_count(change->infinite) + (change->infinite == 1 ? " cell is" : " cells are") + " -\u221e in one alone, like";
    found.tail = values + "the others: " + mean + ".";
  } else if (change->largest <= rounding) {
    found.tail = values + "mean " + print_number(change->mean()) + ": the same up to rounding (tolerance 1e-5 + 1.3e-6 \u00d7 " +
                 print_number(size, 2) + " = " + print_number(rounding, 2) + ").";
  }
  return found;
}

/// Where B's cells come from, if not from a tensor of the same name, and what is blank.
std::string origin(const Session& session) {
  const Compared& compared = *session.compared();
  const Counterpart& other = compared.counterpart(session.cursor().node);
  const Graph& second = compared.second()->trace.graph();
  std::string from;
  bool renamed = false;
  for (const Piece& piece : other.pieces) {
    from += (from.empty() ? "" : ", ") + second[piece.node].id();
    renamed |= second[piece.node].id() != session.node().id();
  }
  if (!renamed) return "";
  return "In B this is " + from + "." + (other.covers(session.node().axes()) ? "" : " Blank: cells that B does not compute.");
}

/// Why there are no pictures; empty where there are some.
std::string why_none(const Session& session) {
  return session.trace().has_values() ? session.compared()->why_no_values() : session.why_no_values();
}

void draw_finding(Context& ui) {
  Session& session = ui.session;
  const Finding found = finding(session);
  ui.push(ui.strong_font, 1.0F);
  ImGui::PushTextWrapPos(0);
  ImGui::TextUnformatted(found.lead.c_str());
  Context::pop();
  if (found.at) {
    const std::string cell = session.trace().cell_name(*found.at);
    ui.push(ui.mono_font, 1.0F);
    beside_or_below(ui, ImGui::CalcTextSize(cell.c_str()).x);
    if (ImGui::TextLink(cell.c_str())) session.go_to(*found.at);
    if (ImGui::IsItemHovered()) ui.next_hovered = found.at;
    Context::pop();
    ui.landmark_item("compare:largest");
    if (!found.tail.empty()) {
      beside_or_below(ui, std::min(ImGui::CalcTextSize(found.tail.c_str()).x, ui.em * 20));
      ImGui::TextUnformatted(found.tail.c_str());
    }
  }
  ImGui::PopTextWrapPos();
  if (const std::string text = origin(session); !text.empty()) muted(ui, text);
}

/// Both runs: pictures where both have values, and what is counted.
void draw_runs(Context& ui) {
  const Session& session = ui.session;
  const Compared& compared = *session.compared();
  if (const std::string why = why_none(session); !why.empty()) {
    draw_missing(ui, why, session.trace().has_values() ? compared.progress() : session.progress());
  } else if (ui.narrow) {
    draw_finding(ui);
    draw_side_by_side(ui, ImGui::GetContentRegionAvail().x, ui.em * 15);
  } else {
    const ImVec2 room = ImGui::GetContentRegionAvail();
    const float below = ui.em * 5.4F;  // what is found, and the counts
    draw_side_by_side(ui, room.x, std::max(room.y - below, ui.em * 7));
    draw_finding(ui);
  }
  if (compared.second()) draw_what_differs(ui);
}

}  // namespace

void draw_compare(Context& ui) {
  Session& session = ui.session;
  const bool empty = session.settings().is_default("compare");
  std::string command = draw_compare_choice(ui);
  if (empty) {
    ImGui::Spacing();
    muted(ui, invitation);
    ImGui::Spacing();
    if (std::string chosen = draw_presets(ui); !chosen.empty()) command = std::move(chosen);
  } else if (!session.compare_problem().empty()) {
    ImGui::PushTextWrapPos(0);
    ImGui::TextColored(ImGui::ColorConvertU32ToFloat4(ui.theme->warning), "%s", session.compare_problem().c_str());
    ImGui::PopTextWrapPos();
  } else if (session.compared()) {
    draw_stage_name(ui);
    ImGui::SameLine(0, ui.em * 1.5F);
    if (ImGui::GetContentRegionAvail().x < ui.em * 14) ImGui::NewLine();
    draw_head_choice(ui, false);
    draw_runs(ui);
  }
  if (!command.empty()) run_command(ui, command);
}

void describe_compare(const Context& ui, Description& out) {
  const Session& session = ui.session;
  out.heading("Compare");
  out.field("B is A with: " + allowed(session.settings().key("compare")), "compare", session.settings().get("compare"), {},
            session.is_locked("compare"));
  const Compared* compared = session.compared();
  if (!compared) {
    const std::string& problem = session.compare_problem();
    out.text(problem.empty() ? invitation : problem, problem.empty() ? "compare-invitation" : "compare-problem", true);
    for (const Preset& preset : known_presets(session)) out.button(preset.title + ": " + preset.about, preset.command());
    return;
  }
  out.button("Swap A and B", "compare swap");
  out.button("Go on with B alone", "compare take");
  out.button("Compare with nothing", "set compare=");
  if (const std::string why = why_none(session); !why.empty()) {
    describe_missing(ui, out, why, "compare-missing");
  } else {
    const Finding found = finding(session);
    const std::string cell = found.at ? " " + session.trace().cell_name(*found.at) : "";
    out.text(found.lead + cell + (found.tail.empty() ? "" : "; " + found.tail), "compare-largest", true);
    if (found.at) out.button("Go to" + cell, "follow " + session.node().id() + " " + index_text(found.at->index));
    if (const std::string text = origin(session); !text.empty()) out.text(text, "compare-origin");
    describe_side_by_side(ui, out);
  }
  if (compared->second()) describe_what_differs(ui, out);
}

}  // namespace headwise
