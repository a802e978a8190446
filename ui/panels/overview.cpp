#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "engine/attention/pipeline.hpp"
#include "engine/tensor/print.hpp"
#include "ui/keys.hpp"
#include "ui/panels/panel.hpp"
#include "ui/widgets/heat_map.hpp"
#include "ui/widgets/lit.hpp"
#include "ui/widgets/overview_camera.hpp"
#include "ui/widgets/tensor_tooltip.hpp"

namespace headwise {

namespace {

using Map = OverviewMap;

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

struct Hit {
  const Map::Block* block = nullptr;
  const Map::Tile* tile = nullptr;
  std::optional<Cell> cell;
};

bool inside(ImVec2 point, ImVec2 low, ImVec2 high) {
  return point.x >= low.x && point.x < high.x && point.y >= low.y && point.y < high.y;
}

/// What one frame draws with.
class Drawing {
 public:
  Drawing(Context& ui, const Map& map, const OverviewCamera& camera)
      : ui_(ui), map_(map), camera_(camera), draw_(ImGui::GetWindowDrawList()) {
    const Session& session = ui.session;
    if (session.trace().has_values()) {
      chosen_ = session.cursor();
      reads_ = session.trace().reads(chosen_->node, single(chosen_->index));
    }
  }

  Hit under(ImVec2 point) const {
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

  void links(const Hit& hovered) const {
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

  /// True where every picture is there.
  void block(const Map::Block& block, Hit& hovered, ImVec2 mouse) {
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

  /// How many cells a square stands for, where that is so somewhere.
  std::int64_t block_cells() const { return block_cells_; }

 private:
  void draw_link(const Map::Tile& a, const Map::Tile& b, Role role, bool strong) const {
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
  void draw_tile(std::size_t node, const Map::Tile& tile, ImVec2 mouse, std::optional<Cell>* hovered) {
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
  void bracket(const Map::Box& group, ImU32 color) const {
    const ImVec2 low = camera_.at(group.first);
    const ImVec2 high = camera_.at(group.second);
    const float out = ui_.em * 0.22F;
    const float tick = ui_.em * 0.2F;
    draw_->AddLine({low.x - out, low.y}, {low.x - out, high.y}, color, 2);
    draw_->AddLine({low.x - out, low.y}, {low.x - out + tick, low.y}, color, 2);
    draw_->AddLine({low.x - out, high.y}, {low.x - out + tick, high.y}, color, 2);
  }

  void words(const Map::Block& block, const Node& node) const {
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

  Context& ui_;
  const Map& map_;
  const OverviewCamera& camera_;
  ImDrawList* draw_;
  std::optional<Cell> chosen_;
  std::vector<std::pair<std::size_t, Region>> reads_;
  std::int64_t block_cells_ = 1;
};

const Map& current_map(Context& ui, ImVec2 room) {
  const Session& session = ui.session;
  Overview& overview = ui.overview;
  const auto key = std::tuple{session.trace().id(), session.batch_item(), room.x, room.y, ui.em};
  if (overview.drawn_for == key) return overview.map;
  overview.drawn_for = key;
  const Graph& graph = session.graph();
  const auto map = [&](bool all_words) {
    const auto caption = [&, all_words](std::size_t node) {
      const std::vector<std::string> below = brief_counts(graph, node);
      float width = text_width(ui.strong_font, ui.em * name_size, short_name(graph[node]));
      if (all_words) {
        width = std::max(width, text_width(ui.mono_font, ui.em * small_size, brief_shape(graph[node].axes())));
        for (const std::string& text : below) width = std::max(width, text_width(ui.text_font, ui.em * small_size, text));
      }
      return ImVec2{width, ui.em * words_above + ui.em * (lines_below * small_size * line_height + 0.2F)};
    };
    return lay_out(session.trace(), [&](std::size_t node) { return session.first_cell(node).index; },
                   {room, ui.em, ui.em * words_above, caption});
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
  Drawing drawing(ui, map, camera);
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
