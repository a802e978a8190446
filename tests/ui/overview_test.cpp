#include <cmath>

#include "engine/session/command.hpp"
#include "tests/ui/screen.hpp"
#include "ui/widgets/overview_map.hpp"

using namespace headwise;

namespace {

OverviewMap map_of(const Session& session, ImVec2 room) {
  return lay_out(session.trace(), [&](std::size_t node) { return session.first_cell(node).index; },
                 {room, 16, 30, [](std::size_t) { return ImVec2{40, 50}; }});
}

bool overlap(const OverviewMap::Box& a, const OverviewMap::Box& b) {
  return a.first.x < b.second.x && b.first.x < a.second.x && a.first.y < b.second.y && b.first.y < a.second.y;
}

const std::vector<Assignments> states{
    {},
    {{"num_heads", "4"}, {"num_kv_heads", "2"}, {"mask", "causal"}, {"bias", "1"}},
    {{"d_model", "96"}, {"num_heads", "12"}, {"num_kv_heads", "1"}},
    {{"pipeline", "flash"}, {"position", "rope"}},
    {{"pipeline", "latent"}},
    {{"pipeline", "decode"}},
    {{"pipeline", "block"}, {"experts", "4"}},
    {{"d_model", "12288"}, {"num_heads", "96"}},
    {{"d_model", "4096"}, {"num_heads", "4096"}},
};

/// Presses a key until the picture no longer changes.
void press_often(Screen& screen, ImGuiKey key) {
  for (int i = 0; i < 40; ++i) screen.press(key);
}

}  // namespace

TEST_CASE("the overview has every tensor once, drawn to proportion, and nothing on top of another") {
  for (const Assignments& state : states) {
    Session session;
    session.load(state);
    CAPTURE(session.hash());
    const Graph& graph = session.graph();
    for (const ImVec2 room : {ImVec2{900, 500}, ImVec2{390, 500}, ImVec2{1500, 900}}) {
      const OverviewMap map = map_of(session, room);
      std::size_t read = 0;
      for (std::size_t n = 0; n < graph.nodes().size(); ++n) {
        bool is_used = graph[n].kind == NodeKind::stage;
        for (const Node& node : graph.nodes()) is_used |= node.kind == NodeKind::stage && std::count(node.inputs.begin(), node.inputs.end(), n) > 0;
        CHECK_MESSAGE((map.find(n) != nullptr) == is_used, graph[n].id());
        read += is_used;
      }
      CHECK(map.blocks.size() == read);
      for (std::size_t b = 0; b < map.blocks.size(); ++b) {
        const OverviewMap::Block& block = map.blocks[b];
        CHECK(block.box.first.x >= -0.5F);
        CHECK(block.box.first.y >= -0.5F);
        CHECK(block.box.second.x <= map.size.x + 0.5F);
        CHECK(block.box.second.y <= map.size.y + 0.5F);
        for (std::size_t c = 0; c < b; ++c) CHECK_FALSE(overlap(block.box, map.blocks[c].box));
        const Axes& axes = graph[block.node].axes();
        std::int64_t cells = 0;
        for (std::size_t t = 0; t < block.tiles.size(); ++t) {
          const OverviewMap::Tile& tile = block.tiles[t];
          cells += cell_count(tile.region);
          const ImVec2 size{tile.box.second.x - tile.box.first.x, tile.box.second.y - tile.box.first.y};
          CHECK(size.x == doctest::Approx(std::max(3.0F, static_cast<float>(tile.slice.columns(axes)) * map.cell)).epsilon(0.01));
          CHECK(size.y == doctest::Approx(std::max(3.0F, static_cast<float>(tile.slice.rows(axes)) * map.cell)).epsilon(0.01));
          for (std::size_t u = 0; u < t; ++u) CHECK_FALSE(overlap(tile.box, block.tiles[u].box));
        }
        // Every cell of the sentence that is shown has a place, or is said to be left out.
        const auto batch = find_axis(axes, AxisKind::batch);
        const std::int64_t all = cell_count(axes) / (batch ? axes[*batch].size : 1);
        CHECK(cells + block.left_out * cell_count(block.tiles[0].region) == all);
      }
    }
  }
}

TEST_CASE("lines of the overview are what is read") {
  for (const Assignments& state : states) {
    Session session;
    session.load(state);
    if (!session.trace().has_values()) continue;
    CAPTURE(session.hash());
    const OverviewMap map = map_of(session, {900, 500});
    for (const OverviewMap::Link& link : map.links) {
      // Some cell of the one lies in what the other reads.
      const OverviewMap::Block& from = map.blocks[link.from];
      bool is_read = false;
      for (const auto& [node, region] : session.trace().reads(map.blocks[link.to].node, map.blocks[link.to].tiles[link.to_tile].region)) {
        if (node != from.node) continue;
        bool meets = true;
        for (std::size_t a = 0; a < region.size(); ++a) {
          const Range& tile = from.tiles[link.from_tile].region[a];
          meets &= region[a].begin < tile.end && tile.begin < region[a].end;
        }
        is_read |= meets;
      }
      CHECK(is_read);
    }
  }
  // With shared keys, each KV head's tile leads to the query heads of its group and to no other.
  Session session;
  session.load({{"d_model", "16"}, {"num_heads", "4"}, {"num_kv_heads", "2"}});
  const OverviewMap map = map_of(session, {900, 500});
  const std::size_t shared = session.graph().find("k_shared").value();
  const std::size_t scores = session.graph().find("scores").value();
  std::vector<std::pair<std::size_t, std::size_t>> from_keys;
  for (const OverviewMap::Link& link : map.links) {
    const Node& from = session.graph()[map.blocks[link.from].node];
    if (map.blocks[link.to].node == shared && find_axis(from.axes(), AxisKind::kv_head)) from_keys.emplace_back(link.from_tile, link.to_tile);
  }
  CHECK(from_keys == std::vector<std::pair<std::size_t, std::size_t>>{{0, 0}, {0, 1}, {1, 2}, {1, 3}});
  CHECK(map.find(scores)->groups.size() == 2);
}

TEST_CASE("from the overview to a cell and back, with the mouse") {
  Screen screen;
  screen.session.load({{"view", "overview"}, {"mask", "causal"}});
  screen.frames(3);
  const Landmark before = screen.place("overview:attn_weights");
  screen.click("overview:attn_weights");
  CHECK(screen.session.node().id() == "attn_weights");
  CHECK(screen.session.settings().is_default("magnify"));
  // Twice on a tensor: it fills the view.
  const Landmark small = screen.place("overview:attn_weights");
  for (int i = 0; i < 2; ++i) {
    screen.window.click(small.x + small.width / 2, small.y + small.height / 2);
    screen.frames(1);
  }
  screen.frames(3);
  const Landmark large = screen.place("overview:attn_weights");
  CHECK(large.width > 2 * small.width);
  const Landmark window = screen.place("overview:map");
  CHECK(large.x >= window.x);
  CHECK(large.x + large.width <= window.x + window.width);
  // A click chooses the cell under the mouse: head 1 stands beside head 0, both 8 x 8.
  screen.window.click(large.x + large.width * (0.5F + 0.5F * 0.55F / 8), large.y + large.height * 7.5F / 8);
  screen.frames(3);
  CHECK(screen.session.cursor().index == Index{0, 1, 7, 0});
  screen.press(ImGuiKey_0);
  CHECK(screen.session.settings().is_default("magnify"));
  const Landmark after = screen.place("overview:attn_weights");
  CHECK(after.x == doctest::Approx(before.x));
  CHECK(after.width == doctest::Approx(before.width));
}

TEST_CASE("zooming keeps the place") {
  std::string hash;
  float width = 0;
  {
    Screen screen;
    screen.session.load({{"view", "overview"}, {"stage", "scores"}, {"cell", "2,3"}});
    screen.frames(3);
    screen.press(ImGuiKey_Equal);
    screen.press(ImGuiKey_Equal);
    const Landmark before = screen.place("overview:scores");
    press_often(screen, ImGuiKey_Equal);
    const Landmark closest = screen.place("overview:scores");
    const Landmark window = screen.place("overview:map");
    CHECK(closest.width / 7 > 80);  // a cell, and its number
    // The chosen cell is still in sight.
    const float x = closest.x + closest.width * 3.5F / 7;
    CHECK(x > window.x);
    CHECK(x < window.x + window.width);
    const double magnify = screen.session.settings().number("magnify");
    for (int i = 0; i < 60 && screen.session.settings().number("magnify") > 2.3; ++i) screen.press(ImGuiKey_Minus);
    CHECK(magnify > 2.3);
    const Landmark after = screen.place("overview:scores");
    CHECK(std::fabs(after.x - before.x) < window.width * 0.25F);
    hash = screen.session.hash();
    width = after.width;
  }
  // A link restores how near one is, around the chosen cell.
  Screen other;
  other.session.load(parse_hash(hash));
  other.frames(3);
  CHECK(other.place("overview:scores").width == doctest::Approx(width).epsilon(0.01));
}

TEST_CASE("the slider of the overview merges heads") {
  Screen screen;
  screen.session.load({{"view", "overview"}, {"d_model", "16"}, {"num_heads", "4"}});
  screen.frames(3);
  const Landmark slider = screen.place("overview:sharing");
  screen.window.click(slider.x + slider.width - 4, slider.y + slider.height / 2);
  screen.frames(3);
  CHECK(screen.session.run().recipe.num_kv_heads == 1);
  screen.window.click(slider.x + slider.width / 2, slider.y + slider.height / 2);
  screen.frames(3);
  CHECK(screen.session.run().recipe.num_kv_heads == 2);
  const Description all = screen.ui.describe();
  REQUIRE(block(all, "overview-sharing"));
  CHECK(block(all, "overview-sharing")->text == "4 query heads share 2 KV heads.");
  const Block* table = block(all, "overview");
  REQUIRE(table);
  CHECK(table->rows.size() == screen.session.graph().nodes().size());
}
