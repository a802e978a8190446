#include "ui/widgets/overview_drawing.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>

#include "engine/tensor/print.hpp"
#include "ui/widgets/heat_map.hpp"

namespace headwise {

namespace {

using Map = OverviewMap;
using Hit = OverviewHit;

constexpr float name_size = 0.72F;  // ems
constexpr float small_size = 0.64F;
constexpr float line_height = 1.25F;
constexpr float lines_below = 2;
constexpr float words_above = name_size * line_height + small_size * line_height + 0.2F;

std::string short_name(const Node& node) { return node.id().substr(node.id().rfind('/') + 1); }

/// `896 FLOPs`, `448 B`: what belongs to a tensor, briefly.
std::vector<std::string> brief_counts(const Graph& graph, std::size_t node) {
  if (graph[node].kind == NodeKind::weight) return {print_short(cell_count(graph[node].axes())) + " params"};
  if (graph[node].kind == NodeKind::input) return {};
  const std::vector<Count> all = counts(graph, node);
  std::vector<std::string> lines;
  const std::int64_t flops = total(all, Count::Kind::matmul_flops) + total(all, Count::Kind::other_flops);
  if (flops > 0) lines.push_back(print_short(flops) + " FLOPs");
  const std::int64_t bytes = total(all, Count::Kind::bytes);
  lines.push_back(bytes > 0 ? print_bytes(bytes) : "a view");
  return lines;
}

/// `2×8×8`: a batch of one is left out.
std::string brief_shape(const Axes& axes) {
  std::string text;
  for (const Axis& axis : axes) {
    if (axis.kind == AxisKind::batch && axis.size == 1) continue;
    text += (text.empty() ? "" : "\u00d7") + std::to_string(axis.size);
  }
  return text;
}

float text_width(ImFont* font, float size, const std::string& text) { return font->CalcTextSizeA(size, 1e9F, 0, text.c_str()).x; }

bool inside(ImVec2 point, ImVec2 low, ImVec2 high) {
  return point.x >= low.x && point.x < high.x && point.y >= low.y && point.y < high.y;
}

}  // namespace

float overview_words_above() { return words_above; }

ImVec2 overview_caption(const Context& ui, const Graph& graph, std::size_t node, bool all_words) {
  float width = text_width(ui.strong_font, ui.em * name_size, short_name(graph[node]));
  if (all_words) {
    width = std::max(width, text_width(ui.mono_font, ui.em * small_size, brief_shape(graph[node].axes())));
    for (const std::string& text : brief_counts(graph, node)) width = std::max(width, text_width(ui.text_font, ui.em * small_size, text));
  }
  return {width, ui.em * words_above + ui.em * (lines_below * small_size * line_height + 0.2F)};
}

OverviewDrawing::OverviewDrawing(Context& ui, const OverviewMap& map, const OverviewCamera& camera)
    : ui_(ui), map_(map), camera_(camera), draw_(ImGui::GetWindowDrawList()) {
  const Session& session = ui.session;
  if (session.trace().has_values()) {
    chosen_ = session.cursor();
    reads_ = session.trace().reads(chosen_->node, single(chosen_->index));
  }
}

OverviewHit OverviewDrawing::under(ImVec2 point) const {
  const ImVec2 place = camera_.place(point);
  for (const Map::Block& block : map_.blocks) {
    if (!inside(place, block.box.first, block.box.second)) continue;
    for (const Map::Tile& tile : block.tiles) {
      if (inside(place, tile.box.first, tile.box.second)) return {&block, &tile, std::nullopt};
    }
    return {&block, nullptr, std::nullopt};
  }
  return {};
}

void OverviewDrawing::links(const OverviewHit& hovered) const {
  const std::size_t lit = hovered.block ? hovered.block->node : ui_.session.cursor().node;
  for (const bool strong : {false, true}) {
    for (const Map::Link& link : map_.links) {
      const Map::Block& from = map_.blocks[link.from];
      const Map::Block& to = map_.blocks[link.to];
      const Map::Tile& a = from.tiles[link.from_tile];
      const Map::Tile& b = to.tiles[link.to_tile];
      const bool is_lit = hovered.tile ? hovered.tile == &a || hovered.tile == &b : to.node == lit;
      if (is_lit == strong) draw_link(a, b, ui_.session.graph()[from.node].role, strong);
    }
  }
}

void OverviewDrawing::block(const Map::Block& block, OverviewHit& hovered, ImVec2 mouse) {
  const Node& node = ui_.session.graph()[block.node];
  const ImU32 color = ui_.theme->role(node.role);
  for (const Map::Tile& tile : block.tiles) {
    std::optional<Cell>* cell = hovered.tile == &tile ? &hovered.cell : nullptr;
    draw_tile(block.node, tile, mouse, cell);
    const bool is_hovered = hovered.tile == &tile;
    draw_->AddRect(camera_.at(tile.box.first) - ImVec2{1, 1}, camera_.at(tile.box.second) + ImVec2{1, 1},
                   is_hovered ? ui_.theme->text : with_alpha(color, 0.55F), 0, 0, is_hovered ? 1.5F : 1.0F);
  }
  const float edge = ui_.em * 0.18F;
  for (const Map::Box& group : block.groups) bracket(group, color);
  if (block.node == ui_.session.cursor().node) {
    draw_->AddRect(camera_.at(block.box.first) - ImVec2{edge, edge}, camera_.at(block.box.second) + ImVec2{edge, edge},
                   color, ui_.em * 0.2F, 0, 2.5F);
  }
  words(block, node);
}

void OverviewDrawing::draw_link(const Map::Tile& a, const Map::Tile& b, Role role, bool strong) const {
  const ImVec2 a0 = camera_.at(a.box.first);
  const ImVec2 a1 = camera_.at(a.box.second);
  const ImVec2 b0 = camera_.at(b.box.first);
  const ImVec2 b1 = camera_.at(b.box.second);
  const bool is_below = b0.x < a1.x;  // in the next band
  const ImVec2 from = is_below ? ImVec2{(a0.x + a1.x) * 0.5F, a1.y} : ImVec2{a1.x, (a0.y + a1.y) * 0.5F};
  const ImVec2 to = is_below ? ImVec2{(b0.x + b1.x) * 0.5F, b0.y} : ImVec2{b0.x, (b0.y + b1.y) * 0.5F};
  const float bend = std::max(std::fabs(is_below ? to.y - from.y : to.x - from.x) * 0.45F, ui_.em * 0.5F);
  const ImVec2 out = is_below ? ImVec2{0, bend} : ImVec2{bend, 0};
  const ImU32 color = with_alpha(ui_.theme->role(role), strong ? 0.95F : 0.28F);
  draw_->AddBezierCubic(from, from + out, to - out, to, color, strong ? 2.2F : 1.2F);
}

/// The part of a tile that is in sight, in pieces that stay the same while it moves.
void OverviewDrawing::draw_tile(std::size_t node, const Map::Tile& tile, ImVec2 mouse, std::optional<Cell>* hovered) {
  const ImVec2 low = camera_.at(tile.box.first);
  const ImVec2 high = camera_.at(tile.box.second);
  const ImVec2 clip_low = camera_.window().first;  // Clang 14 lets no lambda capture a structured binding
  const ImVec2 clip_high = camera_.window().second;
  if (high.x < clip_low.x || high.y < clip_low.y || low.x > clip_high.x || low.y > clip_high.y) return;
  draw_->AddRectFilled(low, high, ui_.theme->raised);
  const Trace& trace = ui_.session.trace();
  if (!trace.has_values()) return;
  const Axes& axes = trace.graph()[node].axes();
  const std::int64_t rows = tile.slice.rows(axes);
  const std::int64_t columns = tile.slice.columns(axes);
  const ImVec2 cell{(high.x - low.x) / static_cast<float>(columns), (high.y - low.y) / static_cast<float>(rows)};
  const auto pieces = [](float start, float end, float clip_start, float clip_end, float side, std::int64_t count) {
    // Cells that have a number are drawn one by one: no more than those in sight.
    std::int64_t piece = side >= 6 ? 1 : 256;
    while (side * static_cast<float>(piece) < 256 && piece < count && side < 6) piece *= 2;
    const auto index = [&](float at) { return static_cast<std::int64_t>(std::floor((at - start) / side)); };
    const std::int64_t first = std::clamp<std::int64_t>(index(std::max(clip_start, start)) / piece * piece, 0, count);
    const std::int64_t last = std::clamp<std::int64_t>((index(std::min(clip_end, end)) / piece + 1) * piece, 0, count);
    return std::tuple{first, last, piece == 1 ? std::max<std::int64_t>(last - first, 1) : piece};
  };
  const auto [r0, r1, down] = pieces(low.y, high.y, clip_low.y, clip_high.y, cell.y, rows);
  const auto [c0, c1, across] = pieces(low.x, high.x, clip_low.x, clip_high.x, cell.x, columns);
  for (std::int64_t r = r0; r < r1; r += down) {
    for (std::int64_t c = c0; c < c1; c += across) {
      HeatMap picture(ui_, trace, node, tile.slice, false);
      picture.show({r, std::min(r + down, r1)}, {c, std::min(c + across, c1)}, cell);
      for (const auto& [from, region] : reads_) {
        if (from == node && region != whole(axes)) picture.light(region);
      }
      if (chosen_ && chosen_->node == node && contains(tile.region, chosen_->index)) picture.light_cell(chosen_->index);
      const ImVec2 at{low.x + static_cast<float>(c) * cell.x, low.y + static_cast<float>(r) * cell.y};
      if (!picture.paint(ui_, at)) continue;
      block_cells_ = std::max(block_cells_, picture.cells_in_square());
      if (hovered && inside(mouse, at, at + picture.size())) *hovered = picture.under(ui_, at, mouse);
    }
  }
}

/// At the side of heads that share a KV head.
void OverviewDrawing::bracket(const Map::Box& group, ImU32 color) const {
  const ImVec2 low = camera_.at(group.first);
  const ImVec2 high = camera_.at(group.second);
  const float out = ui_.em * 0.22F;
  const float tick = ui_.em * 0.2F;
  draw_->AddLine({low.x - out, low.y}, {low.x - out, high.y}, color, 2);
  draw_->AddLine({low.x - out, low.y}, {low.x - out + tick, low.y}, color, 2);
  draw_->AddLine({low.x - out, high.y}, {low.x - out + tick, high.y}, color, 2);
}

void OverviewDrawing::words(const Map::Block& block, const Node& node) const {
  const float scale = std::min(camera_.scale(), 1.0F) * ui_.em;
  const float size = name_size * scale;
  const float small = small_size * scale;
  if (size < 7.5F) return;
  const ImVec2 clip_low = camera_.window().first;  // Clang 14 lets no lambda capture a structured binding
  const ImVec2 clip_high = camera_.window().second;
  ImVec2 low = camera_.at(block.box.first);
  const ImVec2 high = camera_.at(block.box.second);
  if (high.x < clip_low.x || high.y < clip_low.y || low.x > clip_high.x || low.y > clip_high.y + size * 3) return;
  const bool is_current = block.node == ui_.session.cursor().node;
  const std::string name = short_name(node);
  const std::string shape = brief_shape(node.axes());
  const float name_width = text_width(ui_.strong_font, size, name);
  const float shape_width = text_width(ui_.mono_font, small, shape);
  const float room = std::max(high.x - low.x, name_width) + ui_.em * 1.0F;
  const float middle = std::clamp((low.x + high.x) * 0.5F, std::min(clip_low.x + name_width * 0.5F + 2, high.x - 2), std::max(high.x - 2, low.x));
  const bool has_shape = shape_width <= room;
  const float above = size * line_height + (has_shape ? small * line_height : 0) + ui_.em * 0.2F;
  // What is larger than the window keeps its name in sight.
  const bool is_cut = low.y - above < clip_low.y && high.y > clip_low.y + above;
  float y = std::max(low.y - above, is_cut ? clip_low.y : low.y - above);
  const float leftmost = is_cut ? clip_low.x : -1e9F;
  const auto line = [&](ImFont* font, float font_size, float width, ImU32 color, const std::string& text) {
    const float x = std::max(middle - width * 0.5F, leftmost);
    if (is_cut) draw_->AddRectFilled({x - 3, y}, {x + width + 3, y + font_size * line_height}, with_alpha(ui_.theme->panel, 0.9F));
    draw_->AddText(font, font_size, {x, y}, color, text.c_str());
    y += font_size * line_height;
  };
  line(ui_.strong_font, size, name_width, ui_.theme->role(node.role), name);
  if (has_shape) line(ui_.mono_font, small, shape_width, is_current ? ui_.theme->text : ui_.theme->muted, shape);
  y = high.y + ui_.em * 0.2F;
  std::vector<std::string> below = brief_counts(ui_.session.graph(), block.node);
  if (block.left_out > 0) below.push_back(print_short(block.left_out) + " more");
  for (const std::string& text : below) {
    const float width = text_width(ui_.text_font, small, text);
    if (width > room) continue;
    draw_->AddText(ui_.text_font, small, {middle - width * 0.5F, y}, ui_.theme->muted, text.c_str());
    y += small * line_height;
  }
}

}  // namespace headwise
