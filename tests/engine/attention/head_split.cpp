// The split in memory, checked against the values of the stages that do it.
#include "engine/attention/head_split.hpp"

#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

Settings settings_of(std::initializer_list<std::pair<const char*, const char*>> keys) {
  Settings s(recipe_keys());
  for (const auto& [key, value] : keys) s.set(key, value);
  return s;
}

std::vector<std::string> ids(const Graph& graph, const std::vector<HeadSplit>& all) {
  std::vector<std::string> names;
  for (const HeadSplit& s : all) names.push_back(graph[s.source()].id() + " -> " + graph[s.result()].id());
  return names;
}

}  // namespace

TEST_CASE("an address holds the same number in the source and in the result of every split") {
  int found = 0;
  for (int i = 0; i < samples(60, 1500); ++i) {
    Random random(92000 + static_cast<std::uint64_t>(i));
    const Settings settings = random_variant(random);
    INFO(describe(settings));
    const Trace trace = run(settings);
    const Graph& graph = trace.graph();
    for (const HeadSplit& split : head_splits(graph)) {
      CAPTURE(graph[split.result()].id());
      ++found;
      const std::int64_t cells = cell_count(graph[split.source()].axes());
      REQUIRE(cell_count(split.right.axes) == cells);
      CHECK(split.wrong.axes == split.right.axes);
      for (int n = 0; n < 8; ++n) {
        const std::int64_t address = random.below(cells);
        const Index stored = split.in_node(graph, split.source(), split.stored.index_at(address));
        const Index right = split.in_node(graph, split.result(), split.right.index_at(address));
        CHECK(flat_index(graph[split.source()].axes(), stored) == address);
        CHECK(trace.value({split.result(), right}) == trace.value({split.source(), stored}));
        CHECK(address_of(graph, split, split.source(), stored) == address);
        CHECK(address_of(graph, split, split.result(), right) == address);
        CHECK(split.of_node(graph, split.result(), right) == split.right.index_at(address));
        if (!split.reshaped) continue;
        // What the stage that does it wrong shows at an index is what lies where `wrong` says.
        const Index four = split.wrong.index_at(address);
        CHECK(trace.value({*split.reshaped, four}) == trace.value({split.source(), stored}));
      }
    }
  }
  CHECK(found > 100);
}

TEST_CASE("the splits of a graph, by name") {
  const Graph plain = graph_of(settings_of({}));
  CHECK(ids(plain, head_splits(plain)) ==
        std::vector<std::string>{"q -> q_heads", "k -> k_heads", "v -> v_heads", "head_outputs -> concat"});
  const Graph storage = graph_of(settings_of({{"pipeline", "storage"}}));
  const std::vector<HeadSplit> all = head_splits(storage);
  REQUIRE(!all.empty());
  CHECK(storage[all[0].source()].id() == "q");
  REQUIRE(all[0].reshaped);
  CHECK(storage[*all[0].reshaped].id() == "wrong_heads");
}

TEST_CASE("the wrong reshape differs exactly where there are several heads and several tokens") {
  for (const char* heads : {"1", "2", "4"}) {
    for (const char* tokens : {"one", "one two", "one two three"}) {
      const Graph graph = graph_of(settings_of({{"num_heads", heads}, {"tokens", tokens}}));
      const bool several = std::string(heads) != "1" && std::string(tokens) != "one";
      for (const HeadSplit& split : head_splits(graph)) CHECK(split.differ() == several);
    }
  }
}

TEST_CASE("what a wrong reshape shows, worked by hand: 3 tokens, 2 heads of 2") {
  const Graph graph = graph_of(settings_of({{"tokens", "a b c"}, {"d_model", "4"}, {"num_heads", "2"}}));
  const HeadSplit split = head_splits(graph).front();
  // Head 1 of token 0 is entries 2 and 3 of its vector; reshaped wrongly, head 1 begins in the middle of token 1.
  CHECK(split.right.steps == std::vector<std::int64_t>{12, 2, 4, 1});
  CHECK(split.right.address({0, 1, 0, 0}) == 2);
  CHECK(split.wrong.steps == std::vector<std::int64_t>{12, 6, 2, 1});
  CHECK(split.wrong.address({0, 1, 0, 0}) == 6);
  CHECK(split.stored.index_at(6) == Index{0, 1, 1, 0});
}

TEST_CASE("every stage leads to a split") {
  for (int i = 0; i < samples(30, 300); ++i) {
    Random random(93000 + static_cast<std::uint64_t>(i));
    const Settings settings = random_variant(random);
    INFO(describe(settings));
    const Graph graph = graph_of(settings);
    const std::vector<HeadSplit> all = head_splits(graph);
    if (all.empty()) continue;
    for (const std::size_t stage : graph.stages()) {
      const auto nearest = nearest_split(graph, all, stage);
      if (nearest) CHECK(*nearest < all.size());
    }
    for (std::size_t s = 0; s < all.size(); ++s) {
      const auto at = nearest_split(graph, all, all[s].result());
      REQUIRE(at);
      CHECK((all[*at].result() == all[s].result() || all[*at].source() == all[s].result()));
    }
  }
}
