#include "ui/widgets/what_differs.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

std::string print_counted(Count::Kind kind, std::optional<std::int64_t> value) {
  if (!value) return "";
  return kind == Count::Kind::bytes ? print_bytes(*value) : print_count(*value);
}

std::string ratio(const CountedTwice& counted) {
  if (!counted.first || !counted.second || *counted.first == 0) return "";
  if (*counted.first == *counted.second) return "same";
  return "\u00d7 " + print_number(static_cast<double>(*counted.second) / static_cast<double>(*counted.first));
}

/// What differs: settings, the current stage's shape, and all that is counted.
struct Row {
  std::string what, a, b, ratio;
};

std::vector<Row> rows(const Session& session) {
  const Compared& compared = *session.compared();
  std::vector<Row> all;
  for (const SettingTwice& setting : settings_that_differ(compared.first(), *compared.second())) {
    all.push_back({setting.label, print_text(setting.first), print_text(setting.second), ""});
  }
  const Counterpart& other = compared.counterpart(session.cursor().node);
  const Graph& second = compared.second()->trace.graph();
  std::string shape = other.unlike ? axis_sizes(second[*other.unlike].axes()) : "";
  for (const Piece& piece : other.pieces) shape += (shape.empty() ? "" : " ") + axis_sizes(second[piece.node].axes());
  const std::string own = axis_sizes(session.node().axes());
  all.push_back({"shape of " + session.node().id(), own, shape, own == shape ? "same" : ""});
  for (const CountedTwice& counted : counted_twice(compared.first(), *compared.second())) {
    all.push_back({counted.what, print_counted(counted.kind, counted.first), print_counted(counted.kind, counted.second), ratio(counted)});
  }
  return all;
}

/// The counts that differ, in a line.
std::string counts_text(const Compared& compared) {
  std::string text;
  for (const CountedTwice& counted : counted_twice(compared.first(), *compared.second())) {
    if (counted.first == counted.second || !counted.first || !counted.second) continue;
    text += (text.empty() ? "" : " \u00b7 ") + counted.what + " " + print_counted(counted.kind, counted.first) + " \u2192 " +
            print_counted(counted.kind, counted.second);
  }
  return text.empty() ? "Parameters, FLOPs and memory are the same." : "A \u2192 B:  " + text;
}

/// The largest difference of a stage, or why there is none.
std::string difference_text(const Compared& compared, std::size_t stage) {
  const Counterpart& other = compared.counterpart(stage);
  if (other.unlike) return "other shape";
  if (!other.exists()) return "only in A";
  const Change* change = compared.difference(stage);
  return !change ? "" : !change->values ? "same" : print_number(change->largest);
}

/// A sentence with the ids of some nodes; without any, nothing.
std::string listed(const std::string& lead, const Graph& graph, const std::vector<std::size_t>& nodes) {
  constexpr std::size_t most = 8;
  std::string ids;
  for (std::size_t i = 0; i < std::min(most, nodes.size()); ++i) ids += (i == 0 ? "" : ", ") + graph[nodes[i]].id();
  if (nodes.size() > most) ids += " and " + std::to_string(nodes.size() - most) + " more";
  return nodes.empty() ? "" : lead + ": " + ids + ".";
}

std::string only_in_second(const Compared& compared, NodeKind kind) {
  const Graph& graph = compared.second()->trace.graph();
  std::vector<std::size_t> nodes = compared.second_alone();
  std::erase_if(nodes, [&](std::size_t n) { return graph[n].kind != kind; });
  return listed("Only in B", graph, nodes);
}

/// Which weights both have in common, and what becomes of the others.
std::string weights_text(const Compared& compared) {
  const Graph& graph = compared.first().trace.graph();
  std::vector<std::size_t> same, unlike, other, alone;
  for (std::size_t n = 0; n < graph.nodes().size(); ++n) {
    if (graph[n].kind != NodeKind::weight) continue;
    const Counterpart& there = compared.counterpart(n);
    const Change* change = compared.difference(n);
    (there.unlike ? unlike : !there.exists() ? alone : change && change->values ? other : same).push_back(n);
  }
  std::string text;
  for (const std::string& sentence :
       {listed("Weights with the same numbers in both", graph, same), listed("Weights with other numbers in B", graph, other),
        listed("Of another shape in B, and drawn for it from the seed, not made from A's", graph, unlike),
        listed("Only in A", graph, alone), only_in_second(compared, NodeKind::weight)}) {
    if (!sentence.empty()) text += (text.empty() ? "" : " ") + sentence;
  }
  return text;
}

void draw_rows(Context& ui) {
  constexpr ImGuiTableFlags flags = ImGuiTableFlags_SizingFixedFit | ImGuiTableFlags_BordersInnerH | ImGuiTableFlags_NoHostExtendX;
  if (!ImGui::BeginTable("rows", 4, flags)) return;
  for (const char* title : {"what differs", "A", "B", "B \u00f7 A"}) ImGui::TableSetupColumn(title);
  ImGui::TableHeadersRow();
  for (const Row& row : rows(ui.session)) {
    const bool same = row.a == row.b;
    if (same) ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->muted);
    ImGui::TableNextColumn();
    ImGui::TextUnformatted(row.what.c_str());
    ui.push(ui.mono_font, 0.9F);
    for (const std::string* text : {&row.a, &row.b, &row.ratio}) {
      ImGui::TableNextColumn();
      ImGui::TextUnformatted(text->c_str());
    }
    Context::pop();
    if (same) ImGui::PopStyleColor();
  }
  ImGui::EndTable();
}

void draw_stages(Context& ui) {
  Session& session = ui.session;
  const Compared& compared = *session.compared();
  constexpr ImGuiTableFlags flags = ImGuiTableFlags_SizingFixedFit | ImGuiTableFlags_BordersInnerH | ImGuiTableFlags_NoHostExtendX;
  if (!ImGui::BeginTable("stages", 2, flags)) return;
  for (const char* title : {"stage", "largest difference"}) ImGui::TableSetupColumn(title);
  ImGui::TableHeadersRow();
  std::optional<std::size_t> chosen;
  ui.push(ui.mono_font, 0.9F);
  for (const std::size_t stage : session.graph().stages()) {
    const Node& node = session.graph()[stage];
    ImGui::TableNextColumn();
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->role(node.role));
    if (ImGui::Selectable(node.id().c_str(), stage == session.cursor().node, ImGuiSelectableFlags_SpanAllColumns)) chosen = stage;
    ImGui::PopStyleColor();
    ui.landmark_item("compare:stage:" + node.id());
    ImGui::TableNextColumn();
    ImGui::TextUnformatted(difference_text(compared, stage).c_str());
  }
  Context::pop();
  ImGui::EndTable();
  if (const std::string text = only_in_second(compared, NodeKind::stage); !text.empty()) muted(ui, text);
  if (!chosen) return;
  const Change* change = compared.difference(*chosen);
  change && change->largest > 0 ? session.go_to({*chosen, change->at}) : session.go_to_stage(*chosen);
}

}  // namespace

void draw_what_differs(Context& ui) {
  const Compared& compared = *ui.session.compared();
  muted(ui, counts_text(compared));
  if (!compared.is_computing() && compared.has_values()) muted(ui, weights_text(compared));
  ImGui::Spacing();
  ImGui::BeginGroup();
  draw_rows(ui);
  ImGui::EndGroup();
  if (!ui.narrow) ImGui::SameLine(0, ui.em * 2);
  ImGui::BeginGroup();
  draw_stages(ui);
  ImGui::EndGroup();
}

void describe_what_differs(const Context& ui, Description& out) {
  const Session& session = ui.session;
  const Compared* compared = session.compared();
  if (!compared->is_computing() && compared->has_values()) out.text(weights_text(*compared), "compare-weights");
  Block& table = out.table("What differs", "compare-table");
  table.columns = {"A", "B", "B divided by A"};
  for (const Row& row : rows(session)) {
    table.row_headers.push_back(row.what);
    table.rows.push_back({row.a, row.b, row.ratio});
  }
  Block& stages = out.table("Largest difference in each stage", "compare-stages");
  stages.columns = {"largest difference"};
  for (const std::size_t stage : session.graph().stages()) {
    stages.row_headers.push_back(session.graph()[stage].id());
    stages.rows.push_back({difference_text(*compared, stage)});
  }
  if (const std::string text = only_in_second(*compared, NodeKind::stage); !text.empty()) out.text(text, "compare-only-b");
}

}  // namespace headwise
