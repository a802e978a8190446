// What a cell is made from and goes into, against a search cell by cell over what ops declare, and
// against changing cells and computing again.
#include "engine/graph/provenance.hpp"

#include <cstring>
#include <set>

#include "engine/session/state.hpp"
#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

using Cells = std::vector<std::set<std::int64_t>>;  // flat indices, for each node

/// Every cell that is read, over any number of steps, one cell at a time.
Cells searched_sources(const Graph& graph, const Cell& cell) {
  Cells found(graph.nodes().size());
  std::vector<Cell> open{cell};
  while (!open.empty()) {
    const Cell at = open.back();
    open.pop_back();
    const Node& node = graph[at.node];
    for (const Access& access : node.op->access(node.signature)) {
      const std::size_t from = access.input == Access::self ? at.node : node.inputs[static_cast<std::size_t>(access.input)];
      const Region region = reads(access, single(at.index), graph[from].axes());
      for (std::int64_t k = 0, n = cell_count(region); k < n; ++k) {
        Cell next{from, index_in(region, k)};
        if (found[from].insert(flat_index(graph[from].axes(), next.index)).second) open.push_back(std::move(next));
      }
    }
  }
  return found;
}

Cells listed(const Graph& graph, const std::vector<CellSet>& sets) {
  Cells all(sets.size());
  for (std::size_t n = 0; n < sets.size(); ++n) {
    std::int64_t count = 0;
    for (const Region& box : sets[n].boxes()) {
      for (std::int64_t k = 0; k < cell_count(box); ++k, ++count) {
        all[n].insert(flat_index(graph[n].axes(), index_in(box, k)));
      }
    }
    CHECK(count == static_cast<std::int64_t>(all[n].size()));  // no cell twice
    CHECK(count == sets[n].count());
  }
  return all;
}

Settings small_variant(Random& random) {
  while (true) {
    Settings settings = random_variant(random);
    std::int64_t cells = 0;
    const Graph graph = graph_of(settings);
    for (const Node& node : graph.nodes()) cells += cell_count(node.axes());
    if (cells < 6000) return settings;
  }
}

Cell random_cell(Random& random, const Graph& graph) {
  const auto node = static_cast<std::size_t>(random.below(static_cast<std::int64_t>(graph.nodes().size())));
  return {node, random.cell(graph[node].axes())};
}

}  // namespace

TEST_CASE("the cells a cell is made from are those a search one by one finds") {
  std::int64_t most_boxes = 0;
  for (int i = 0, n = samples(60, 600); i < n; ++i) {
    Random random(91000 + static_cast<std::uint64_t>(i));
    const Settings settings = small_variant(random);
    const Graph graph = graph_of(settings);
    for (int turn = 0; turn < 4; ++turn) {
      const Cell cell = turn == 0 ? Cell{graph.stages().back(), random.cell(graph[graph.stages().back()].axes())}
                                  : random_cell(random, graph);
      INFO(graph[cell.node].id() << " of " << describe(settings));
      const std::vector<CellSet> sets = sources(graph, cell);
      CHECK(listed(graph, sets) == searched_sources(graph, cell));
      for (const CellSet& set : sets) most_boxes = std::max(most_boxes, static_cast<std::int64_t>(set.boxes().size()));
    }
  }
  CHECK(most_boxes <= 16);
}

TEST_CASE("the cells a cell goes into are those that are made from it") {
  for (int i = 0, n = samples(20, 200); i < n; ++i) {
    Random random(92000 + static_cast<std::uint64_t>(i));
    const Settings settings = small_variant(random);
    const Graph graph = graph_of(settings);
    for (int turn = 0; turn < 3; ++turn) {
      const Cell cell = random_cell(random, graph);
      INFO(graph[cell.node].id() << " of " << describe(settings));
      const std::vector<CellSet> sets = dependents(graph, cell);
      listed(graph, sets);
      for (int other = 0; other < 60; ++other) {
        const Cell reader = random_cell(random, graph);
        const bool is_source = sources(graph, reader)[cell.node].contains(cell.index);
        CHECK(sets[reader.node].contains(reader.index) == is_source);
      }
    }
  }
}

TEST_CASE("a cell set by hand changes only cells that it goes into") {
  std::int64_t changed = 0;
  for (int i = 0, n = samples(40, 400); i < n; ++i) {
    Random random(93000 + static_cast<std::uint64_t>(i));
    Settings settings = small_variant(random);
    const Trace before = run(settings);
    const CellEdit edit = random_edit(random, before.graph());
    settings.set("edits", to_text(Edits{edit}));
    INFO(describe(settings));
    const Trace after = run(settings);
    const Cell cell{node(before, edit.node), edit.index};
    const std::vector<CellSet> sets = dependents(before.graph(), cell);
    for (std::size_t at = 0; at < sets.size(); ++at) {
      const Axes& axes = before.graph()[at].axes();
      for (std::int64_t k = 0; k < cell_count(axes); ++k) {
        const Cell other{at, index_at(axes, k)};
        const float a = before.value(other);
        const float b = after.value(other);
        if (other == cell || std::memcmp(&a, &b, sizeof a) == 0) continue;
        ++changed;
        CHECK_UNARY(sets[at].contains(other.index));
      }
    }
  }
  CHECK(changed > 1000);
}

TEST_CASE("boxes are as few in a large layer as in a small one") {
  for (const Assignments& variant : {Assignments{}, Assignments{{"mask", "causal"}, {"position", "rope"}},
                                     Assignments{{"pipeline", "flash"}, {"tile_keys", "64"}}, Assignments{{"num_kv_heads", "4"}}}) {
    Assignments assignments{{"d_model", "768"}, {"num_heads", "12"}, {"tokens", std::string(1024, '!')}};
    assignments.insert(assignments.end(), variant.begin(), variant.end());
    const Graph graph = graph_of(headwise::apply(Settings(recipe_keys()), assignments));
    for (std::size_t n = 0; n < graph.nodes().size(); ++n) {
      INFO(graph[n].id());
      Index middle;
      for (const Axis& axis : graph[n].axes()) middle.push_back(axis.size / 2);
      for (const auto& sets : {sources(graph, {n, middle}), dependents(graph, {n, middle})}) {
        for (const CellSet& set : sets) CHECK(set.boxes().size() <= 16);
      }
    }
  }
}

TEST_CASE("counts that a reader can check by hand") {
  Settings settings(recipe_keys());
  settings.set("tokens", "a b c");
  const Graph graph = graph_of(settings);
  const auto count = [&](const std::vector<CellSet>& sets, const char* id) { return sets[*graph.find(id)].count(); };
  const std::vector<CellSet> made = sources(graph, {*graph.find("scores"), {0, 1, 2, 0}});
  CHECK(count(made, "q_heads") == 4);  // the row of query c in head 1, of k likewise
  CHECK(count(made, "k_heads") == 4);
  CHECK(count(made, "w_q") == 8 * 4);
  CHECK(count(made, "w_v") == 0);
  CHECK(count(made, "x") == 2 * 8);    // tokens c and a
  CHECK(count(made, "scores") == 0);
  const std::vector<CellSet> into = dependents(graph, {*graph.find("w_k"), {5, 6}});
  CHECK(count(into, "k") == 3);        // a column
  CHECK(count(into, "scores") == 9);   // all of head 1
  CHECK(count(into, "attn_weights") == 9);
  CHECK(count(into, "head_outputs") == 3 * 4);
  CHECK(count(into, "output") == 3 * 8);
  CHECK(count(into, "v") == 0);
}

TEST_CASE("boxes stay few, and apart") {
  for (int i = 0, n = samples(200, 2000); i < n; ++i) {
    Random random(94000 + static_cast<std::uint64_t>(i));
    const Axes axes{{"a", 4}, {"b", 3}, {"c", 5}};
    CellSet set;
    std::set<std::int64_t> cells;
    for (int k = 0; k < 6; ++k) {
      const Region region = random.region(axes);
      std::int64_t fresh = 0;
      for (std::int64_t c = 0; c < cell_count(region); ++c) fresh += cells.insert(flat_index(axes, index_in(region, c))).second;
      std::int64_t told = 0;
      for (const Region& part : set.add(region)) told += cell_count(part);
      CHECK(told == fresh);
    }
    const Region hole = random.region(axes);
    set.remove(hole);
    std::int64_t left = 0;
    for (const std::int64_t c : cells) left += !contains(hole, index_at(axes, c));
    CHECK(set.count() == left);
    for (std::int64_t c = 0; c < cell_count(axes); ++c) {
      const Index index = index_at(axes, c);
      CHECK_UNARY(set.contains(index) == (cells.contains(c) && !contains(hole, index)));
    }
    set.add(whole(axes));
    CHECK(set.boxes().size() == 1);
  }
  CellSet rows;
  for (const std::int64_t r : {3, 0, 2, 1}) rows.add({{r, r + 1}, {0, 7}});
  CHECK(rows.boxes() == std::vector<Region>{{{0, 4}, {0, 7}}});
}
