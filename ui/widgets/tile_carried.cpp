#include <algorithm>
#include <cmath>

#include "engine/tensor/print.hpp"
#include "ui/widgets/marks.hpp"
#include "ui/widgets/tile_sweep.hpp"

namespace headwise {

namespace {

/// A number that is a cell; muted where the sweep has not come yet.
void draw_number(Context& ui, const TileSweep& s, const Cell& cell, ImVec2 low, ImVec2 high,
                 const std::string& landmark, float lowest, float highest) {
  Session& session = ui.session;
  const float value = session.trace().value(cell);
  const bool done = s.is_done(cell);
  const ImU32 color = ui.theme->role(session.graph()[cell.node].role);
  const float span = std::max({std::fabs(lowest), std::fabs(highest), 1e-9F});
  const float zero = lowest < 0 ? std::fabs(lowest) / (std::fabs(lowest) + std::max(highest, 0.0F) + 1e-9F) : 0;
  const float share = !std::isfinite(value) || !done ? 0
                      : value < 0                    ? value / std::max(std::fabs(lowest), 1e-9F)
                                                     : value / std::max(highest, span * 1e-6F);
  const std::string text = print_number(static_cast<double>(value), 3);
  const float words = ui.em * 3.6F;
  draw_bar(ui, low, {high.x - words, high.y}, zero, share, with_alpha(color, 0.75F));
  draw_text(ui, ui.mono_font, 0.82F, {high.x - words + ui.em * 0.3F, (low.y + high.y) * 0.5F - ui.em * 0.42F},
            done ? ui.theme->text : ui.theme->muted, done ? text : "\u2013");
  const Spot spot = draw_spot(ui, landmark, low, high);
  if (spot.hovered) {
    ui.next_hovered = cell;
    ImGui::SetTooltip("%s = %s%s", session.trace().cell_name(cell).c_str(), text.c_str(),
                      done ? "" : "\nnot reached yet");
  }
  if (spot.clicked) session.go_to(cell);
}

/// m, l and the accumulator of each query of the block, after the tile.
float draw_running(Context& ui, const TileSweep& s, ImVec2 at, float width) {
  Session& session = ui.session;
  const Graph& graph = session.graph();
  const Trace& trace = session.trace();
  const Range rows = s.rows(s.block);
  const Range shown = [&] {
    const Range part = around(rows.size(), s.query - rows.begin, 6);
    return Range{rows.begin + part.begin, rows.begin + part.end};
  }();
  const float names = ui.em * 4.5F;
  const float bars = std::clamp((width - names) * 0.28F, ui.em * 5.5F, ui.em * 11);
  const float line = ui.em * 1.35F;
  const float gap = ui.em * 0.5F;
  const Extent m = trace.extent(s.picture.maximum);
  const Extent l = trace.extent(s.picture.sum);
  const Extent acc = trace.extent(s.picture.accumulator);
  draw_text(ui, ui.strong_font, 0.85F, at, ui.theme->text,
            "Carried along for query block " + std::to_string(s.block) + ", after tile " + std::to_string(s.tile),
            width);
  float y = at.y + line;
  const auto title = [&](float x, std::size_t node, const char* what) {
    draw_text(ui, ui.mono_font, 0.8F, {x, y}, ui.theme->role(graph[node].role), what, width - (x - at.x));
  };
  const float x_m = at.x + names;
  const float x_l = x_m + bars + gap;
  const float x_acc = x_l + bars + gap;
  title(x_m, s.picture.maximum, "m  maximum");
  title(x_l, s.picture.sum, "l  sum");
  const std::int64_t entries = graph[s.picture.accumulator].axes()[4].size;
  const float room = at.x + width - x_acc;
  const auto fit = static_cast<std::int64_t>(room / (ui.em * 2.4F));
  if (fit > 0) title(x_acc, s.picture.accumulator, "accumulator");
  y += line * 0.85F;
  for (std::int64_t row = shown.begin; row < shown.end; ++row) {
    const std::string key = std::to_string(row);
    const Axis& axis = graph[s.picture.maximum].axes()[3];
    draw_text(ui, row == s.query ? ui.strong_font : ui.text_font, 0.85F, {at.x, y}, ui.theme->text,
              key + " " + trace.label(axis, row, session.batch_item()), names - gap);
    draw_number(ui, s, s.cell(session, s.picture.maximum, s.tile, row), {x_m, y}, {x_m + bars, y + line - 3},
                "tiles:m:" + key, m.lowest, m.highest);
    draw_number(ui, s, s.cell(session, s.picture.sum, s.tile, row), {x_l, y}, {x_l + bars, y + line - 3},
                "tiles:l:" + key, 0, l.highest);
    const float largest = std::max({std::fabs(acc.lowest), std::fabs(acc.highest), 1e-9F});
    for (std::int64_t d = 0; d < std::min(entries, fit); ++d) {
      const Cell cell = s.cell(session, s.picture.accumulator, s.tile, row, d);
      const ImVec2 low{x_acc + static_cast<float>(d) * ui.em * 2.4F, y};
      const ImVec2 high = low + ImVec2{ui.em * 2.4F - 1, line - 3};
      const bool done = s.is_done(cell);
      const float value = trace.value(cell);
      const ImU32 fill = done ? ui.theme->heat(ValueRange::any, value / largest) : ui.theme->raised;
      ImGui::GetWindowDrawList()->AddRectFilled(low, high, fill, 2);
      draw_text_in(ui, ui.mono_font, 0.68F, low, high, done ? Theme::ink_on(fill) : ui.theme->muted,
                   done ? print_number(static_cast<double>(value), 2) : "\u2013");
      const Spot spot = draw_spot(ui, "tiles:acc:" + key + ":" + std::to_string(d), low, high);
      if (spot.hovered) ui.next_hovered = cell;
      if (spot.clicked) session.go_to(cell);
    }
    y += line;
  }
  if (shown.size() < rows.size() || entries > fit) {
    draw_text(ui, ui.text_font, 0.8F, {at.x, y}, ui.theme->muted,
              "queries " + range_text(shown) + " of " + range_text(rows) +
                  (entries > fit ? ", entries 0 to " + std::to_string(std::max<std::int64_t>(0, fit - 1)) + " of " +
                                       std::to_string(entries)
                                 : ""),
              width);
    y += line * 0.8F;
  }
  return y - at.y;
}

/// One query's maximum or sum, tile by tile: every number is a cell.
void draw_history(Context& ui, const TileSweep& s, std::size_t node, const std::string& what, ImVec2 at, float width) {
  Session& session = ui.session;
  const ImU32 color = ui.theme->role(session.graph()[node].role);
  draw_text(ui, ui.mono_font, 0.82F, at, color, what);
  const float step = ui.em * 4.6F;
  const float first = ui.em * 1.4F;
  const Range shown =
      around(s.tiles, s.tile, std::max<std::int64_t>(1, static_cast<std::int64_t>((width - first) / step)));
  for (std::int64_t t = shown.begin; t < shown.end; ++t) {
    const Cell cell = s.cell(session, node, t, s.query);
    const bool done = s.is_done(cell);
    const std::string number = done ? print_number(static_cast<double>(session.trace().value(cell))) : "\u2013";
    const ImVec2 low = at + ImVec2{first + static_cast<float>(t - shown.begin) * step, 0};
    const ImVec2 high = low + ImVec2{step - ui.em * 1.1F, ui.em * 1.2F};
    const bool now = s.begun && !s.over && t == s.tile;
    draw_text_in(ui, ui.mono_font, 0.82F, low, high, done ? ui.theme->text : ui.theme->muted, number);
    if (now) ImGui::GetWindowDrawList()->AddRect(low, high, ui.theme->accent, 3, 0, 2);
    if (t + 1 < shown.end)
      draw_text(ui, ui.text_font, 0.82F, {high.x + ui.em * 0.2F, low.y}, ui.theme->muted, "\u2192");
    const Spot spot = draw_spot(ui, "tiles:history:" + what + ":" + std::to_string(t), low, high);
    if (spot.hovered) ui.next_hovered = cell;
    if (spot.clicked) session.go_to(cell);
  }
}

float draw_histories(Context& ui, const TileSweep& s, ImVec2 at, float width) {
  const Axis& axis = ui.session.graph()[s.picture.maximum].axes()[3];
  draw_text(ui, ui.strong_font, 0.85F, at, ui.theme->text,
            "Tile by tile for query " + std::to_string(s.query) + " \"" +
                ui.session.trace().label(axis, s.query, ui.session.batch_item()) + "\"",
            width);
  draw_history(ui, s, s.picture.maximum, "m", at + ImVec2{0, ui.em * 1.3F}, width);
  draw_history(ui, s, s.picture.sum, "l", at + ImVec2{0, ui.em * 2.6F}, width);
  return ui.em * 3.8F;
}

}  // namespace

std::string range_text(Range range) {
  return range.size() == 1 ? std::to_string(range.begin)
                           : std::to_string(range.begin) + " to " + std::to_string(range.end - 1);
}

float draw_carried(Context& ui, const TileSweep& sweep, ImVec2 at, float width) {
  const float running = draw_running(ui, sweep, at, width) + ui.em * 0.4F;
  return running + draw_histories(ui, sweep, at + ImVec2{0, running}, width);
}

}  // namespace headwise
