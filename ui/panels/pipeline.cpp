#include <algorithm>
#include <cfloat>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "engine/tensor/print.hpp"
#include "ui/panels/panel.hpp"
#include "ui/widgets/heat_map.hpp"
#include "ui/widgets/lit.hpp"
#include "ui/widgets/stage_columns.hpp"
#include "ui/widgets/tensor_tooltip.hpp"

namespace headwise {

namespace {

void draw_card(Context& ui, std::size_t stage, ImVec2 low, ImVec2 high) {
  Session& session = ui.session;
  const Node& node = session.graph()[stage];
  const bool current = stage == session.cursor().node;
  const bool done = stage <= session.cursor().node || session.node().kind != NodeKind::stage;
  const ImU32 color = ui.theme->role(node.role);
  ImGui::SetCursorScreenPos(low);
  ImGui::PushID(static_cast<int>(stage));
  if (ImGui::InvisibleButton("##card", high - low)) session.go_to_stage(stage);
  ui.landmark_item("stage:" + node.id());
  const bool hovered = ImGui::IsItemHovered();
  tensor_tooltip(ui, node);
  ImGui::PopID();

  ImDrawList* draw = ImGui::GetWindowDrawList();
  const float round = ui.em * 0.3F;
  const ImU32 fill = current ? mix(ui.theme->panel, color, ui.theme->dark ? 0.28F : 0.16F)
                             : hovered ? mix(ui.theme->raised, color, 0.12F) : ui.theme->raised;
  draw->AddRectFilled(low, high, fill, round);
  draw->AddRect(low, high, current ? color : hovered ? ui.theme->muted : ui.theme->border, round, 0, current ? 2.5F : 1.0F);
  draw->AddRectFilled(low, {low.x + 3, high.y}, color, round);

  const float size = ui.em * 0.72F;
  const float pad = ui.em * 0.35F;
  const std::size_t slash = node.id().rfind('/') + 1;  // 0 where there is none
  // What does not fit is in the tooltip; the shape goes before the path.
  const float room = high.x - low.x - pad * 1.5F;
  const std::string name = shortened(ui.strong_font, size, node.id().substr(slash), room);
  const std::string path = slash > 0 ? node.id().substr(0, slash - 1) + " " : "";
  draw->AddText(ui.strong_font, size, low + ImVec2{pad, pad * 0.5F}, done ? color : ui.theme->muted, name.c_str());
  const bool has_two_lines = high.y - low.y > pad * 0.5F + size * 2.1F;
  const float small = size * 0.92F;
  const auto fits = [&](const std::string& text) { return ui.mono_font->CalcTextSizeA(small, FLT_MAX, 0, text.c_str()).x <= room; };
  std::string below = lit_count(session, stage);
  if (!fits(below)) below = print_short(session.lit().count(stage)) + " lit";
  if (below.empty()) below = axis_sizes(node.axes());
  if (!session.lit().any() && fits(path + below)) below = path + below;
  below = has_two_lines ? shortened(ui.mono_font, small, below, room) : "";
  draw->AddText(ui.mono_font, small, low + ImVec2{pad, pad * 0.5F + size * 1.2F}, ui.theme->muted, below.c_str());
  if (session.change(stage).any()) {
    draw->AddCircleFilled({high.x - ui.em * 0.35F, low.y + ui.em * 0.35F}, ui.em * 0.2F, ui.theme->changed);
  }
  if (!session.trace().has_values()) return;
  const Slice slice = slice_at(node.axes(), session.first_cell(stage).index);
  const float top = low.y + pad * 0.5F + size * 2.5F;
  if (high.y - top > ui.em * 0.8F) return draw_thumbnail(ui, stage, slice, {low.x + pad, top}, high - ImVec2{pad * 0.7F, pad * 0.5F});
  // A low card has room beside its name.
  const float words = pad + std::max(ui.strong_font->CalcTextSizeA(size, FLT_MAX, 0, name.c_str()).x,
                                     ui.mono_font->CalcTextSizeA(small, FLT_MAX, 0, below.c_str()).x);
  const ImVec2 beside{low.x + words + pad, low.y + pad * 0.5F};
  if (high.x - beside.x > ui.em * 0.9F) draw_thumbnail(ui, stage, slice, beside, high - ImVec2{pad * 0.7F, pad * 0.5F});
}

/// What the heads are: `h = 4 query heads, h_kv = 2 KV heads`.
std::string heads_text(const Graph& graph) {
  std::string text;
  std::vector<std::string> named;
  for (const std::size_t stage : graph.stages()) {
    for (const Axis& axis : graph[stage].axes()) {
      if (axis.kind != AxisKind::head && axis.kind != AxisKind::kv_head) continue;
      if (std::find(named.begin(), named.end(), axis.name) != named.end()) continue;
      named.push_back(axis.name);
      text += (text.empty() ? "" : ",  ") + axis.name + " = " + std::to_string(axis.size);
    }
  }
  return text;
}

}  // namespace

void draw_pipeline(Context& ui) {
  const Graph& graph = ui.session.graph();
  const auto all = stage_columns(graph);
  const float gap = ui.em * 0.55F;
  const float bracket = ui.em * 1.25F;
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float count = static_cast<float>(all.size());
  const float width = std::max(std::floor((room.x - gap * (count - 1)) / count) - 1, ui.em * 5.2F);
  const float height = room.y - bracket;
  std::size_t most = 1;
  for (const auto& column : all) most = std::max(most, column.size());
  const float slim = (height - gap * 0.6F * static_cast<float>(most - 1)) / static_cast<float>(most);

  const ImVec2 start = ImGui::GetCursorScreenPos();
  std::map<std::size_t, std::pair<ImVec2, ImVec2>> boxes;
  for (std::size_t c = 0; c < all.size(); ++c) {
    const auto n = static_cast<float>(all[c].size());
    const float tall = all[c].size() == 1 ? std::min(height, slim * 2) : slim;
    const float used = tall * n + gap * 0.6F * (n - 1);
    ImVec2 low{start.x + static_cast<float>(c) * (width + gap), start.y + (height - used) * 0.5F};
    for (const std::size_t stage : all[c]) {
      boxes[stage] = {low, low + ImVec2{width, tall}};
      low.y += tall + gap * 0.6F;
    }
  }
  // Lines between cards first; one that skips columns runs behind the cards.
  ImDrawList* draw = ImGui::GetWindowDrawList();
  for (const auto& [stage, box] : boxes) {
    for (const std::size_t input : graph[stage].inputs) {
      const auto from = boxes.find(input);
      if (from == boxes.end()) continue;
      const ImVec2 a{from->second.second.x, (from->second.first.y + from->second.second.y) * 0.5F};
      const ImVec2 b{box.first.x, (box.first.y + box.second.y) * 0.5F};
      const float bend = std::max(gap * 0.6F, (b.x - a.x) * 0.4F);
      const bool lit = stage == ui.session.cursor().node;
      const ImU32 color = lit ? ui.theme->role(graph[input].role) : ui.theme->border;
      draw->AddBezierCubic(a, {a.x + bend, a.y}, {b.x - bend, b.y}, b, color, lit ? 2.5F : 1.5F);
    }
  }
  // Only when another becomes the chosen one: it can be scrolled away from.
  ImGuiStorage* const before = ImGui::GetStateStorage();
  int* const chosen = before->GetIntRef(ImGui::GetID("chosen"), -1);
  float* const seen_width = before->GetFloatRef(ImGui::GetID("width"), 0);
  const bool comes_into_sight = *chosen != static_cast<int>(ui.session.cursor().node) || *seen_width != width;
  *chosen = static_cast<int>(ui.session.cursor().node);
  *seen_width = width;
  for (const auto& [stage, box] : boxes) {
    draw_card(ui, stage, box.first, box.second);
    if (stage == ui.session.cursor().node && comes_into_sight) {
      const float middle = (box.first.x + box.second.x) * 0.5F - ImGui::GetWindowPos().x;
      if (middle < width * 0.5F || middle > ImGui::GetWindowWidth() - width * 0.5F) {
        ImGui::SetScrollX(ImGui::GetScrollX() + middle - ImGui::GetWindowWidth() * 0.5F);
      }
    }
  }
  // A bracket under the columns that are computed once for each head.
  float from = 1e9F;
  float to = 0;
  for (const auto& [stage, box] : boxes) {
    if (!find_head_axis(graph[stage].axes())) continue;
    from = std::min(from, box.first.x);
    to = std::max(to, box.second.x);
  }
  if (to > from) {
    const float y = start.y + height + bracket * 0.3F;
    const float tick = bracket * 0.22F;
    const std::string text = "in every head:  " + heads_text(graph);
    const float size = ui.em * 0.8F;
    const float half = ui.text_font->CalcTextSizeA(size, 1e9F, 0, text.c_str()).x * 0.5F + gap;
    const float middle = (from + to) * 0.5F;
    draw->AddLine({from, y}, {from, y - tick}, ui.theme->muted);
    draw->AddLine({to, y}, {to, y - tick}, ui.theme->muted);
    draw->AddLine({from, y}, {middle - half, y}, ui.theme->muted);
    draw->AddLine({middle + half, y}, {to, y}, ui.theme->muted);
    draw->AddText(ui.text_font, size, {middle - half + gap, y - size * 0.6F}, ui.theme->text, text.c_str());
  }
  if (!ui.narrow) {
    const float y = start.y + height + bracket * 0.3F - ui.em * 0.4F;
    draw_lit_legend(ui, {start.x, y}, (to > from ? from : start.x + room.x) - start.x);
  }
  ImGui::SetCursorScreenPos(start);
  ImGui::Dummy({width * count + gap * (count - 1), height + bracket});
}

void describe_pipeline(const Context& ui, Description& out) {
  const Session& session = ui.session;
  out.heading("Pipeline");
  Block& table = out.table("Stages in order", "stages");
  table.columns = {"title", "axes", "shape", "changed"};
  for (const std::size_t stage : session.graph().stages()) {
    const Node& node = session.graph()[stage];
    table.row_headers.push_back(node.id());
    table.rows.push_back({node.title, axis_names(node.axes()), axis_sizes(node.axes()),
                          session.change(stage).any() ? "changed" : ""});
  }
  for (const std::size_t stage : session.graph().stages()) {
    const Node& node = session.graph()[stage];
    out.button("Go to " + node.id(), "change stage=" + node.id());
  }
}

}  // namespace headwise
