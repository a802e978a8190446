// Stepping: a step is a place, so that going back is free and every place is met once.
#include "engine/session/cursor.hpp"

#include <algorithm>
#include <set>

#include "engine/session/session.hpp"
#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

const std::map<StepBy, const char*> ways{
    {StepBy::cell, "cell"}, {StepBy::row, "row"}, {StepBy::head, "head"}, {StepBy::stage, "stage"}};

/// How many leading axes a step holds, written down from what the words mean.
std::size_t held(const Axes& axes, StepBy by) {
  if (by == StepBy::stage) return 0;
  if (by == StepBy::cell) return axes.size();
  if (by == StepBy::row) return axes.size() - 1;
  std::size_t n = 0;
  for (std::size_t a = 0; a < axes.size(); ++a) {
    const AxisKind kind = axes[a].kind;
    if (kind == AxisKind::batch || kind == AxisKind::head || kind == AxisKind::kv_head) n = a + 1;
  }
  return n;
}

/// The first cell of every step, in order: all cells that are 0 on the axes a step does not hold.
std::vector<Cell> all_steps(const Graph& graph, StepBy by) {
  std::vector<Cell> steps;
  for (std::size_t at = 0; at < graph.nodes().size(); ++at) {
    if (graph[at].kind != NodeKind::stage) continue;
    const Axes& axes = graph[at].axes();
    for (std::int64_t f = 0; f < cell_count(axes); ++f) {
      const Index index = index_at(axes, f);
      bool first = true;
      for (std::size_t a = held(axes, by); a < axes.size(); ++a) first = first && index[a] == 0;
      if (first) steps.push_back({at, index});
    }
  }
  return steps;
}

Assignments view_of(const Settings& settings, const char* step_by) {
  Assignments all{{"step_by", step_by}};
  for (const Key& key : settings.keys()) {
    if (!settings.is_default(key.name)) all.emplace_back(key.name, settings.get(key.name));
  }
  return all;
}

}  // namespace

TEST_CASE("stepping forwards and back visits every step once, in order") {
  for (int i = 0; i < samples(6, 60); ++i) {
    Random random(72000 + static_cast<std::uint64_t>(i));
    const Settings settings =
        random_settings(random, {{"d_model", "6"},
                                 {"head_dim", "2"},
                                 {"v_dim", "3"},
                                 {"tokens", random.pick({"a b c d", "one . | two", "x"})}});
    for (const auto& way : ways) {
      const auto by = way.first;  // no binding: a lambda of doctest's may not capture one
      const char* const name = way.second;
      Session session;
      session.load(view_of(settings, name));
      const std::vector<Cell> steps = all_steps(session.graph(), by);
      const auto total = static_cast<std::int64_t>(steps.size());
      INFO(name << " " << describe(settings));
      REQUIRE(session.position().total == total);
      bool right = true;
      for (std::int64_t k = 0; k < total; ++k, session.step(1)) {
        right = right && session.cursor() == steps[static_cast<std::size_t>(k)];
        right = right && session.position().at == k;
      }
      CHECK(right);
      CHECK(session.cursor() == steps.back());  // the end holds
      for (std::int64_t k = total - 1; k >= 0; --k, session.step(-1)) {
        right = right && session.cursor() == steps[static_cast<std::size_t>(k)];
      }
      CHECK(right);
      CHECK(session.cursor() == steps.front());
      session.step(total + 1000);
      CHECK(session.cursor() == steps.back());
      session.step(-total / 2);
      CHECK(session.position().at == total - 1 - total / 2);
    }
  }
}

TEST_CASE("a step's place and its position are each other's inverse") {
  for (int i = 0; i < samples(20, 200); ++i) {
    Random random(73000 + static_cast<std::uint64_t>(i));
    const Graph graph = graph_of(random_settings(random));
    for (const auto& way : ways) {
      const auto by = way.first;
      const std::int64_t total = step_position(graph, step_cell(graph, 0, by), by).total;
      for (int k = 0; k < 100; ++k) {
        const std::int64_t at = random.below(total);
        CHECK(step_position(graph, step_cell(graph, at, by), by).at == at);
        // Any cell of a stage lies in the step of its position.
        const std::size_t stage = random.pick(graph.stages());
        const Cell cell{stage, random.cell(graph[stage].axes())};
        const Cell first = step_cell(graph, step_position(graph, cell, by).at, by);
        CHECK(first.node == stage);
        CHECK(contains(step_region(graph[stage].axes(), first.index, by), cell.index));
      }
    }
  }
}

TEST_CASE("a cursor on a weight stands just before the stage that reads it") {
  for (int i = 0; i < samples(10, 100); ++i) {
    Random random(74000 + static_cast<std::uint64_t>(i));
    const Graph graph = graph_of(random_settings(random, {{"bias", "1"}, {"mask", "causal"}}));
    for (std::size_t at = 0; at < graph.nodes().size(); ++at) {
      if (graph[at].kind == NodeKind::stage) continue;
      std::size_t reader = at;
      bool reads = false;
      while (!reads) {
        for (const std::size_t input : graph[++reader].inputs) reads = reads || input == at;
      }
      for (const auto& way : ways) {
        const auto by = way.first;
        const Cell first_of_reader{reader, Index(graph[reader].axes().size(), 0)};
        const Cell here{at, random.cell(graph[at].axes())};
        CHECK(step_position(graph, here, by).at + 1 ==
              step_position(graph, first_of_reader, by).at);
      }
    }
  }
}

TEST_CASE("what is done grows with the cursor, one step at a time") {
  for (int i = 0; i < samples(4, 40); ++i) {
    Random random(75000 + static_cast<std::uint64_t>(i));
    const Graph graph = graph_of(random_settings(random, {{"d_model", "4"},
                                                          {"head_dim", "1"},
                                                          {"v_dim", "2"},
                                                          {"tokens", "a b c"},
                                                          {"num_kv_heads", "1"},
                                                          {"num_heads", "2"}}));
    for (const auto& way : ways) {
      const auto by = way.first;
      const std::vector<Cell> steps = all_steps(graph, by);
      std::set<std::pair<std::size_t, Index>> before;
      for (std::size_t k = 0; k < steps.size(); k += by == StepBy::cell ? 17 : 1) {
        std::set<std::pair<std::size_t, Index>> done;
        std::int64_t cells = 0;
        bool steps_agree = true;
        for (const std::size_t stage : graph.stages()) {
          for (std::int64_t f = 0; f < cell_count(graph[stage].axes()); ++f, ++cells) {
            const Cell cell{stage, index_at(graph[stage].axes(), f)};
            const bool is = is_done(graph, cell, steps[k], by);
            if (is) done.emplace(stage, cell.index);
            steps_agree = steps_agree &&
                          is == (step_position(graph, cell, by).at <= static_cast<std::int64_t>(k));
          }
        }
        CHECK(steps_agree);
        CHECK(std::includes(done.begin(), done.end(), before.begin(), before.end()));
        CHECK(done.size() > before.size());
        if (k + 1 == steps.size()) CHECK(static_cast<std::int64_t>(done.size()) == cells);
        before = std::move(done);
      }
      for (std::size_t at = 0; at < graph.nodes().size(); ++at) {
        if (graph[at].kind == NodeKind::stage) continue;
        CHECK(is_done(graph, {at, Index(graph[at].axes().size(), 0)}, steps[0], by));
      }
    }
  }
}

TEST_CASE("a slice is the matrix through a cell") {
  const Axes scores{{"B", 2, AxisKind::batch},
                    {"h", 3, AxisKind::head},
                    {"T_q", 4, AxisKind::query},
                    {"T_kv", 5, AxisKind::key}};
  const Slice slice = slice_at(scores, {1, 2, 3, 4});
  CHECK(slice.origin == Index{1, 2, 0, 0});
  CHECK(slice.rows(scores) == 4);
  CHECK(slice.columns(scores) == 5);
  CHECK(slice.index(3, 1) == Index{1, 2, 3, 1});
  CHECK(slice.region(scores) == Region{{1, 2}, {2, 3}, {0, 4}, {0, 5}});
  CHECK(free_axes(scores) == std::vector<std::size_t>{2, 3});

  const Axes tiles{{"tile", 3, AxisKind::step},
                   {"B", 2, AxisKind::batch},
                   {"h", 2, AxisKind::head},
                   {"T_q", 4, AxisKind::query}};
  const Slice rows = slice_at(tiles, {2, 1, 0, 3});
  CHECK(rows.index(1, 2) == Index{1, 1, 0, 2});  // tiles as rows, queries as columns
  const Axes accumulator{tiles[0], tiles[1], tiles[2], tiles[3], {"d_v", 5}};
  CHECK(slice_at(accumulator, {2, 1, 0, 3, 4}).index(1, 2) == Index{2, 1, 0, 1, 2});
  const Axes bias{{"h*d_k", 6}};
  const Slice vector = slice_at(bias, {4});
  CHECK(vector.rows(bias) == 1);
  CHECK(vector.columns(bias) == 6);
  CHECK(vector.index(0, 5) == Index{5});
}
