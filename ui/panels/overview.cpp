#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "engine/attention/pipeline.hpp"
#include "engine/tensor/print.hpp"
#include "ui/keys.hpp"
#include "ui/panels/panel.hpp"
#include "ui/widgets/lit.hpp"
#include "ui/widgets/overview_drawing.hpp"
#include "ui/widgets/tensor_tooltip.hpp"

namespace headwise {

namespace {

using Map = OverviewMap;
using Hit = OverviewHit;

/// Divisors of the query heads: what the KV heads can be.
std::vector<std::int64_t> possible_kv_heads(const Recipe& recipe) {
  std::vector<std::int64_t> all;
  for (std::int64_t n = 1; n <= recipe.num_heads; ++n) {
    if (recipe.num_heads % n == 0) all.push_back(n);
  }
  return all;
}

bool can_share_heads(const Session& session) {
  return uses(find_pipeline(session.settings().get("pipeline")), "num_kv_heads") && session.run().recipe.num_heads > 1 &&
         !session.is_hidden("num_kv_heads");
}

/// From multi-head over grouped-query to multi-query attention.
void draw_sharing(Context& ui) {
  Session& session = ui.session;
  if (!can_share_heads(session)) return;
  const Recipe& recipe = session.run().recipe;
  const std::vector<std::int64_t> choices = possible_kv_heads(recipe);
  int at = static_cast<int>(std::find(choices.rbegin(), choices.rend(), recipe.num_kv_heads) - choices.rbegin());
  ImGui::AlignTextToFramePadding();
  muted(ui, "KV heads");
  ImGui::SameLine();
  ImGui::SetNextItemWidth(ui.em * 8);
  ImGui::BeginDisabled(session.is_locked("num_kv_heads"));
  if (ImGui::SliderInt("##sharing", &at, 0, static_cast<int>(choices.size()) - 1, "", ImGuiSliderFlags_NoInput)) {
    session.set("num_kv_heads", std::to_string(choices[choices.size() - 1 - static_cast<std::size_t>(at)]));
  }
  ImGui::EndDisabled();
  ui.landmark_item("overview:sharing");
  tooltip(ui, "Left: every query head has keys and values of its own (multi-head). Right: all share one (multi-query).");
  ImGui::SameLine();
  ImGui::TextUnformatted((std::to_string(recipe.num_kv_heads) + " of " + std::to_string(recipe.num_heads)).c_str());
  ImGui::SameLine();
  muted(ui, recipe.num_kv_heads == recipe.num_heads ? "MHA" : recipe.num_kv_heads == 1 ? "MQA" : "GQA");
}

void draw_tools(Context& ui) {
  draw_sharing(ui);
  const float zoom_width = ui.em * 12;
  if (can_share_heads(ui.session)) beside_or_below(ui, zoom_width);
  struct Tool {
    const char *label, *command, *help;
  };
  for (const Tool& tool : {Tool{"\u2212", "zoom out", "further away (minus key, or the wheel)"},
                           Tool{"+", "zoom in", "closer to the chosen cell (plus key, or the wheel)"},
                           Tool{"whole", "zoom all", "the whole pipeline (0 key)"}}) {
    if (ImGui::Button(tool.label, {tool.label[1] || tool.label[0] < 0 ? 0 : ui.em * 1.8F, 0})) run_command(ui, tool.command);
    ui.landmark_item(std::string("overview:") + tool.command);
    tooltip(ui, tool.help);
    ImGui::SameLine();
  }
  if (!ui.narrow && ui.session.trace().has_values()) {
    if (ImGui::GetContentRegionAvail().x < ui.em * 12) ImGui::NewLine();
    draw_lit_choice(ui);
    ImGui::SameLine();
  }
  ui.push(ui.text_font, 0.85F);
  const std::string hint = ui.narrow ? "drag, pinch, tap" : "drag to move, wheel to zoom, double-click a tensor to fill the view with it";
  if (ImGui::CalcTextSize(hint.c_str()).x < ImGui::GetContentRegionAvail().x) {
    ImGui::AlignTextToFramePadding();
    muted(ui, hint);
  } else {
    ImGui::NewLine();
  }
  Context::pop();
}

const Map& current_map(Context& ui, ImVec2 room) {
  const Session& session = ui.session;
  Overview& overview = ui.overview;
  const auto key = std::tuple{session.trace().id(), session.batch_item(), room.x, room.y, ui.em};
  if (overview.drawn_for == key) return overview.map;
  overview.drawn_for = key;
  const Graph& graph = session.graph();
  const auto map = [&](bool all_words) {
    const auto caption = [&, all_words](std::size_t node) { return overview_caption(ui, graph, node, all_words); };
    return lay_out(session.trace(), [&](std::size_t node) { return session.first_cell(node).index; },
                   {room, ui.em, ui.em * overview_words_above(), caption});
  };
  // Names alone where all words would leave the tensors little room.
  overview.map = map(true);
  Map names = map(false);
  const auto scale = [&](const Map& all) { return std::min({1.0F, room.x / all.size.x, room.y / all.size.y}); };
  if (overview.map.cell * scale(overview.map) < names.cell * scale(names) * 0.7F) overview.map = std::move(names);
  return overview.map;
}

void show_tooltip(const Context& ui, const Hit& hovered) {
  if (!ImGui::BeginTooltip()) return;
  const Trace& trace = ui.session.trace();
  const Node& node = trace.graph()[hovered.block->node];
  if (hovered.cell) {
    ui.push(ui.mono_font, 0.9F);
    ImGui::Text("%s = %s", trace.cell_name(*hovered.cell).c_str(),
                print_number(static_cast<double>(trace.value(*hovered.cell)), 4).c_str());
    Context::pop();
  }
  tensor_words(ui, node);
  ImGui::PushTextWrapPos(ui.em * 28);
  for (const Count& count : counts(trace.graph(), hovered.block->node)) {
    muted(ui, count.what + ": " + count.formula + " = " + print_count(count.value));
  }
  ImGui::PopTextWrapPos();
  ImGui::EndTooltip();
}

void handle_mouse(Context& ui, OverviewCamera& camera, const Hit& hovered) {
  ImGuiIO& io = ImGui::GetIO();
  if (ImGui::IsItemActive() && ImGui::IsMouseDragging(ImGuiMouseButton_Left)) camera.pan(io.MouseDelta);
  if (!ImGui::IsItemHovered()) return;
  ui.takes_drag = true;
  ImGui::SetItemKeyOwner(ImGuiKey_MouseWheelY);
  ImGui::SetItemKeyOwner(ImGuiKey_MouseWheelX);
  if (io.MouseWheel != 0) camera.zoom(ui.session, std::pow(1.25, static_cast<double>(io.MouseWheel)), io.MousePos);
  if (io.MouseWheelH != 0) camera.pan({io.MouseWheelH * ui.em * 3, 0});
  if (!hovered.block) return;
  show_tooltip(ui, hovered);
  ui.holds_pointer = !ui.chose_by_tap;
  const float still = io.MouseDragThreshold * io.MouseDragThreshold;
  if (!ImGui::IsMouseReleased(ImGuiMouseButton_Left) || io.MouseDragMaxDistanceSqr[0] > still) return;
  if (io.MouseClickedLastCount[0] == 2) return camera.show(ui.session, hovered.block->box);
  if (!hovered.cell) return ui.session.go_to_stage(hovered.block->node);
  if (ui.chooses(*hovered.cell)) ui.session.go_to(*hovered.cell);
}

/// What a square stands for: of so many cells at most.
std::string squares_text(std::int64_t cells) {
  return std::string("Every square is a cell, all tensors to one scale") +
         (cells > 1 ? "; where a pixel holds several (up to " + print_count(cells) + "), the largest by size is shown." : ".");
}

}  // namespace

void zoom_overview(Context& ui, double factor) { ui.overview.camera.ask(factor); }

void draw_overview(Context& ui) {
  draw_tools(ui);
  if (!ui.session.trace().has_values()) muted(ui, ui.session.why_no_values());
  const ImVec2 low = ImGui::GetCursorScreenPos();
  ImVec2 room = ImGui::GetContentRegionAvail();
  if (ui.narrow) room.y = std::max(room.y, ui.em * 34);
  // For the longest words below: with others the map would change, and so the words.
  ui.push(ui.text_font, 0.75F);
  const float foot = ImGui::CalcTextSize(squares_text(1 << 20).c_str(), nullptr, false, room.x).y + ImGui::GetStyle().ItemSpacing.y;
  Context::pop();
  room = {std::max(room.x, ui.em * 8), std::max(room.y - foot, ui.em * 8)};
  OverviewCamera& camera = ui.overview.camera;
  const Map& map = current_map(ui, room - ImVec2{ui.em, ui.em});
  camera.look(ui.session, map, {low, low + room});

  ImGui::InvisibleButton("##map", room);
  ui.landmark_item("overview:map");
  const ImVec2 mouse = ImGui::GetMousePos();
  OverviewDrawing drawing(ui, map, camera);
  Hit hovered = ImGui::IsItemHovered() ? drawing.under(mouse) : Hit{};
  ImGui::GetWindowDrawList()->PushClipRect(low, low + room, true);
  drawing.links(hovered);
  for (const Map::Block& block : map.blocks) {
    drawing.block(block, hovered, mouse);
    const ImVec2 corner = camera.at(block.box.first);
    const ImVec2 size = camera.at(block.box.second) - corner;
    ui.landmark("overview:" + ui.session.graph()[block.node].id(), corner, corner + size);
  }
  ImGui::GetWindowDrawList()->PopClipRect();
  handle_mouse(ui, camera, hovered);
  ui.next_hovered = hovered.cell ? hovered.cell : ui.next_hovered;
  ui.push(ui.text_font, 0.75F);
  muted(ui, squares_text(drawing.block_cells()));
  Context::pop();
}

void describe_overview(const Context& ui, Description& out) {
  const Session& session = ui.session;
  const Graph& graph = session.graph();
  out.heading("Overview");
  if (can_share_heads(session)) {
    const Recipe& recipe = session.run().recipe;
    out.text(std::to_string(recipe.num_heads) + " query heads share " + std::to_string(recipe.num_kv_heads) +
                 (recipe.num_kv_heads == 1 ? " KV head." : " KV heads."),
             "overview-sharing");
    for (const std::int64_t n : possible_kv_heads(recipe)) {
      out.button("KV heads: " + std::to_string(n), "set num_kv_heads=" + std::to_string(n));
    }
  }
  Block& table = out.table("Every tensor, what it is computed from, and what it takes", "overview");
  table.columns = {"kind", "shape", "computed from", "FLOPs", "parameters", "bytes"};
  for (std::size_t n = 0; n < graph.nodes().size(); ++n) {
    const Node& node = graph[n];
    std::string from;
    for (const std::size_t input : node.inputs) from += (from.empty() ? "" : ", ") + graph[input].id();
    const std::vector<Count> all = counts(graph, n);
    const std::int64_t flops = total(all, Count::Kind::matmul_flops) + total(all, Count::Kind::other_flops);
    const bool is_weight = node.kind == NodeKind::weight;
    table.row_headers.push_back(node.id());
    table.rows.push_back({is_weight ? "weight" : node.kind == NodeKind::input ? "input" : "stage",
                          axis_names(node.axes()) + " = " + axis_sizes(node.axes()), from, print_count(flops),
                          print_count(is_weight ? cell_count(node.axes()) : 0),
                          print_bytes(total(all, Count::Kind::bytes))});
  }
  out.button("Closer", "zoom in");
  out.button("Further away", "zoom out");
  out.button("The whole", "zoom all");
}

}  // namespace headwise
