#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/attention/pipeline.hpp"
#include "engine/tensor/print.hpp"
#include "ui/widgets/heat_map.hpp"
#include "ui/widgets/marks.hpp"
#include "ui/widgets/pipeline_pictures.hpp"
#include "ui/widgets/tile_sweep.hpp"

namespace headwise {

namespace {

TileSweep sweep(const Context& ui) {
  const Session& session = ui.session;
  const Graph& graph = session.graph();
  TileSweep s;
  s.picture = ui.of_run<TilesPicture>([&] { return tiles_picture(session.run().recipe, graph); });
  const Axes& scores = graph[s.picture.scores].axes();
  s.queries = scores[2].size;
  s.keys = scores[3].size;
  s.blocks = (s.queries + s.picture.tile_queries - 1) / s.picture.tile_queries;
  s.tiles = graph[s.picture.maximum].axes()[0].size;
  const Cell& cursor = session.cursor();
  if (const auto at = s.picture.place(graph, cursor)) {
    s.begun = true;
    s.block = at->block;
    s.tile = at->tile;
    s.query = cursor.index[3];
    return s;
  }
  const std::size_t reader = session.node().kind == NodeKind::stage ? cursor.node : first_reader(graph, cursor.node);
  s.over = s.begun = reader > s.picture.accumulator;
  if (const auto row = find_axis(session.node().axes(), AxisKind::query)) s.query = cursor.index[*row];
  s.block = s.query / s.picture.tile_queries;
  s.tile = s.over ? s.tiles - 1 : 0;
  return s;
}

/// Tiles in which nothing may be seen: a kernel skips them. By sentence and head, once they are shown.
struct MaskedTiles {
  mutable std::map<std::pair<std::int64_t, std::int64_t>, std::vector<bool>> found;  // [block * tiles + tile]
};

constexpr std::int64_t most_tiles = 1024;

const std::vector<bool>* masked_tiles(const Context& ui, const TileSweep& s) {
  const Session& session = ui.session;
  if (s.blocks * s.tiles > most_tiles || !session.trace().has_values()) return nullptr;
  const Cell first = session.first_cell(s.picture.scores);
  if (!session.trace().extent(s.picture.scores).masked) return nullptr;
  std::vector<bool>& masked =
      ui.of_run<MaskedTiles>([] { return MaskedTiles{}; }).found[{first.index[0], first.index[1]}];
  if (!masked.empty()) return &masked;
  for (std::int64_t b = 0; b < s.blocks; ++b) {
    for (std::int64_t t = 0; t < s.tiles; ++t) {
      Region region = single(first.index);
      region[2] = s.rows(b);
      region[3] = s.columns(t);
      const std::vector<float> values = session.trace().read(s.picture.scores, region);
      masked.push_back(std::none_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); }));
    }
  }
  return &masked;
}

bool is_masked(const Context& ui, const TileSweep& s, std::int64_t block, std::int64_t tile) {
  const std::vector<bool>* masked = masked_tiles(ui, s);
  return masked && (*masked)[static_cast<std::size_t>(block * s.tiles + tile)];
}

std::string where_text(const Context& ui, const TileSweep& s) {
  const std::string all = std::to_string(s.blocks * s.tiles) + (s.blocks * s.tiles == 1 ? " tile" : " tiles");
  if (s.over) return "All " + all + " are done: divide the accumulator by the sum, and the weights were never held.";
  if (!s.begun)
    return all + " to come: each reads at most " + std::to_string(s.picture.tile_queries) + " queries and " +
           std::to_string(s.picture.tile_keys) + " keys, and only m, l and the accumulator are carried on.";
  return "Tile " + std::to_string(s.tile) + " of " + std::to_string(s.tiles) + " (keys " +
         range_text(s.columns(s.tile)) + "), query block " + std::to_string(s.block) + " of " +
         std::to_string(s.blocks) + " (queries " + range_text(s.rows(s.block)) + "); " +
         std::to_string(s.tiles_done()) + " of " + all + " done" +
         (is_masked(ui, s, s.block, s.tile) ? ". Masked throughout: a kernel skips this tile." : ".");
}

/// What has not been reached is covered, and the tile that is read now outlined.
ImVec2 draw_matrix(Context& ui, const TileSweep& s, ImVec2 at, float width, float height) {
  Session& session = ui.session;
  const Cell first = session.first_cell(s.picture.scores);
  HeatMap map(ui, session.trace(), s.picture.scores, slice_at(session.graph()[s.picture.scores].axes(), first.index),
              false);
  map.fit(ui, width, height, {ui.em * 3.4F, ui.em * 2});
  const HeatMap::Result result = map.draw(ui, at, "##tiles", "tiles:scores");
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const auto box = [&](Range rows, Range columns) {
    Region region = single(first.index);
    region[2] = rows;
    region[3] = columns;
    return map.place(region);
  };
  const auto cover = [&](Range rows, Range columns) {
    if (const auto found = box(rows, columns)) {
      draw->AddRectFilled(found->first, found->second, with_alpha(ui.theme->panel, 0.72F));
    }
  };
  if (!s.begun) cover({0, s.queries}, {0, s.keys});
  if (s.begun && !s.over) {
    cover({0, s.queries}, {s.columns(s.tile).end, s.keys});
    cover({s.rows(s.block).end, s.queries}, s.columns(s.tile));
  }
  const auto frame = [&](Range rows, Range columns) {
    const auto found = box(rows, columns);
    if (!found || std::min(found->second.x - found->first.x, found->second.y - found->first.y) < 5) return;
    draw->AddRect(found->first, found->second, ui.theme->text, 0, 0, 1.5F);
  };
  for (std::int64_t b = 0; b < s.blocks; ++b) frame(s.rows(b), {0, s.keys});
  for (std::int64_t t = 0; t < s.tiles; ++t) frame({0, s.queries}, s.columns(t));
  for (std::int64_t b = 0; masked_tiles(ui, s) && b < s.blocks; ++b) {
    for (std::int64_t t = 0; t < s.tiles; ++t) {
      const auto found = is_masked(ui, s, b, t) ? box(s.rows(b), s.columns(t)) : std::nullopt;
      if (!found) continue;
      const auto [low, high] = *found;
      draw_hatching(ui, low, high, 1, with_alpha(ui.theme->muted, 0.6F));
      const float wide = text_width(ui, ui.strong_font, 0.8F, "skipped") + ui.em * 0.6F;
      if (high.x - low.x < wide || high.y - low.y < ui.em * 1.2F) continue;
      const ImVec2 middle{(low.x + high.x) * 0.5F, (low.y + high.y) * 0.5F};
      const ImVec2 half{wide * 0.5F, ui.em * 0.6F};
      draw->AddRectFilled(middle - half, middle + half, ui.theme->panel, ui.em * 0.3F);
      draw_text_in(ui, ui.strong_font, 0.8F, middle - half, middle + half, ui.theme->text, "skipped");
    }
  }
  if (const auto now = s.begun && !s.over ? box(s.rows(s.block), s.columns(s.tile)) : std::nullopt) {
    draw->AddRect(now->first, now->second, ui.theme->panel, 2, 0, 6);
    draw->AddRect(now->first, now->second, ui.theme->accent, 2, 0, 3.5F);
    ui.landmark("tiles:now", now->first, now->second);
  }
  if (result.hovered) {
    ui.next_hovered = result.hovered;
    const std::int64_t tile_of = result.hovered->index[3] / s.picture.tile_keys;
    ImGui::SetTooltip("%s = %s\nclick for the running maximum at tile %s",
                      session.trace().cell_name(*result.hovered).c_str(),
                      print_number(static_cast<double>(session.trace().value(*result.hovered)), 4).c_str(),
                      std::to_string(tile_of).c_str());
    if (result.clicked) {
      const std::size_t node =
          s.picture.place(session.graph(), session.cursor()) ? session.cursor().node : s.picture.maximum;
      Cell to = s.cell(session, node, tile_of, result.hovered->index[2]);
      session.go_to(to);
    }
  }
  return map.size();
}

std::vector<Memory> moved(const Context& ui) {
  const Run& run = ui.session.run();
  return find_pipeline(run.recipe.settings.get("pipeline")).memory(run.recipe, ui.session.graph());
}

/// Bytes moved, one bar for each way.
float draw_moved(Context& ui, ImVec2 at, float width) {
  const std::vector<Memory> all = moved(ui);
  std::int64_t most = 1;
  for (const Memory& each : all) most = std::max(most, each.bytes);
  const float line = ui.em * 1.35F;
  float y = at.y;
  for (const Memory& each : all) {
    const float names = ui.em * 8.5F;
    const float number = ui.em * 5;
    draw_text(ui, ui.text_font, 0.85F, {at.x, y}, ui.theme->text, each.what, names);
    draw_bar(ui, {at.x + names, y}, {at.x + width - number, y + line - 4}, 0,
             static_cast<float>(static_cast<double>(each.bytes) / static_cast<double>(most)),
             with_alpha(ui.theme->accent, 0.75F));
    draw_text(ui, ui.mono_font, 0.85F, {at.x + width - number + ui.em * 0.3F, y}, ui.theme->text,
              print_bytes(each.bytes));
    ImGui::SetCursorScreenPos({at.x, y});
    ImGui::Dummy({width, line});
    ui.landmark_item("tiles:" + each.what);
    tooltip(ui, each.help);
    y += line;
  }
  return y - at.y;
}

}  // namespace

void draw_tiles(Context& ui) {
  const TileSweep s = sweep(ui);
  ImGui::TextWrapped("%s", where_text(ui, s).c_str());
  if (!ui.session.trace().has_values()) return muted(ui, ui.session.why_no_values());
  muted(ui, std::string("Covered: to come. Outlined: now.") +
                (masked_tiles(ui, s) ? " Lines across: masked throughout, so a kernel skips it." : "") +
                " Click a score to bring its tile here.");
  ImGui::Spacing();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const bool stacked = ui.narrow || room.x < ui.em * 42;
  const ImVec2 matrix =
      draw_matrix(ui, s, at, stacked ? room.x : room.x * 0.45F, std::max(room.y - ui.em * 0.4F, ui.em * 14));
  const ImVec2 beside = stacked ? at + ImVec2{0, matrix.y + ui.em} : at + ImVec2{matrix.x + ui.em * 1.5F, 0};
  const float width = at.x + room.x - beside.x;
  const float carried = draw_carried(ui, s, beside, width);
  const float bytes = draw_moved(ui, beside + ImVec2{0, carried + ui.em * 0.2F}, width);
  ImGui::SetCursorScreenPos(at);
  const float below = carried + bytes + ui.em * 0.2F;
  ImGui::Dummy({1, stacked ? matrix.y + ui.em + below : std::max(matrix.y, below)});
}

void describe_tiles(const Context& ui, Description& out) {
  const Session& session = ui.session;
  const TileSweep s = sweep(ui);
  const Graph& graph = session.graph();
  out.text(where_text(ui, s), "tiles-where", true);
  Block& bytes = out.table("Bytes between memory and the chip", "tiles-bytes");
  bytes.columns = {"bytes"};
  for (const Memory& each : moved(ui)) {
    bytes.row_headers.push_back(each.what);
    bytes.rows.push_back({print_count(each.bytes)});
  }
  if (!session.trace().has_values()) return out.text(session.why_no_values(), "tiles-missing");
  Block& table = out.table("Tile by tile, query " + std::to_string(s.query), "tiles-running");
  table.columns = {"keys", "running maximum", "running sum", "state"};
  const Range shown = around(s.tiles, s.tile, 64);
  for (std::int64_t t = shown.begin; t < shown.end; ++t) {
    const auto number = [&](std::size_t node) {
      return print_number(static_cast<double>(session.trace().value(s.cell(session, node, t, s.query))));
    };
    const bool now = s.begun && !s.over && t == s.tile;
    const bool done = s.over || (s.begun && t < s.tile);
    table.row_headers.push_back("tile " + std::to_string(t));
    table.rows.push_back({range_text(s.columns(t)), number(s.picture.maximum), number(s.picture.sum),
                          is_masked(ui, s, s.block, t) ? "skipped"
                          : now                        ? "now"
                          : done                       ? "done"
                                                       : "to come"});
  }
  for (const std::size_t node : {s.picture.maximum, s.picture.sum, s.picture.accumulator}) {
    out.button("Go to " + graph[node].title, "change stage=" + graph[node].id());
  }
}

}  // namespace headwise
