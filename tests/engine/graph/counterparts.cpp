// What stands in another graph for a tensor, against the tokens and ids by hand.
#include "engine/graph/counterparts.hpp"

#include <cmath>

#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

Settings settings(std::initializer_list<std::pair<const char*, const char*>> values) {
  Settings s(recipe_keys());
  for (const auto& [key, value] : values) s.set(key, value);
  return s;
}

/// What stands for a node: `step0/q step1/q`.
std::string stands(const Graph& a, const Graph& b, const std::string& id) {
  const Counterpart found = counterparts(a, b)[*a.find(id)];
  std::string ids;
  for (const Piece& piece : found.pieces) ids += (ids.empty() ? "" : " ") + b[piece.node].id();
  return found.unlike ? "unlike " + b[*found.unlike].id() : ids;
}

}  // namespace

TEST_CASE("a graph stands for itself, node by node") {
  for (int i = 0; i < samples(60, 600); ++i) {
    Random random(91000 + static_cast<std::uint64_t>(i));
    const Settings s = random_variant(random);
    INFO(describe(s));
    const Graph graph = graph_of(s);
    const std::vector<Counterpart> all = counterparts(graph, graph);
    REQUIRE(all.size() == graph.nodes().size());
    for (std::size_t n = 0; n < all.size(); ++n) {
      CHECK(all[n].covers(graph[n].axes()));
      CHECK(all[n].pieces.size() == 1);
      CHECK(all[n].pieces[0].node == n);
    }
  }
}

TEST_CASE("a difference between any two recipes is that of the cells they share, subtracted one by one") {
  int met = 0;
  int partly = 0;
  for (int i = 0; i < samples(100, 400); ++i) {
    Random random(92000 + static_cast<std::uint64_t>(i));
    const Settings first = random_variant(random);
    Settings second = random.chance(50) ? random_variant(random) : first;
    if (random.chance(70)) second.set("tokens", first.get("tokens"));
    if (random.chance(60) && first.get("pipeline") == "attention" && first.get("mask_when") == "before" && first.is_default("context_tokens") &&
        first.get("tokens").find(' ') != std::string::npos) {
      second = Settings(recipe_keys());
      second.set("tokens", first.get("tokens"));
      second.set("pipeline", "decode");
    }
    INFO(describe(first) << "\n" << describe(second));
    try {
      make_recipe(second);
    } catch (const std::exception&) {
      continue;
    }
    const Trace a = run(first);
    const Trace b = run(second);
    const std::vector<Counterpart> all = counterparts(a.graph(), b.graph());
    for (std::size_t n = 0; n < all.size(); ++n) {
      const Axes& axes = a.graph()[n].axes();
      if (!all[n].exists()) continue;
      const std::vector<float> values = read(b, all[n], whole(axes));
      REQUIRE(static_cast<std::int64_t>(values.size()) == cell_count(axes));
      ++met;
      partly += !all[n].covers(axes);
      const Region region = random.region(axes);
      const std::vector<float> some = read(b, all[n], region);
      for (std::int64_t k = 0; k < cell_count(axes); ++k) {
        const Index index = index_at(axes, k);
        const auto there = cell_there(all[n], index);
        const float value = values[static_cast<std::size_t>(k)];
        CHECK((there ? value == b.value(*there) || std::isnan(b.value(*there)) : std::isnan(value)));
        if (!there) continue;
        // The same place in the sentence, and otherwise the same index.
        const Axes& others = b.graph()[there->node].axes();
        for (std::size_t d = 0; d < axes.size(); ++d) {
          CHECK(index[d] + axes[d].first == there->index[d] + others[d].first);
          CHECK(axes[d].name == others[d].name);
        }
      }
      for (std::int64_t k = 0; k < cell_count(region); ++k) {
        const float one = values[static_cast<std::size_t>(flat_index(axes, index_in(region, k)))];
        const float same = some[static_cast<std::size_t>(k)];
        CHECK((one == same || (std::isnan(one) && std::isnan(same))));
      }
    }
  }
  CHECK(met > 300);
  CHECK(partly > 5);
}

TEST_CASE("pipelines that compute the same tensor piece by piece stand for it") {
  const Graph attention = graph_of(settings({{"mask", "causal"}}));
  const Graph decode = graph_of(settings({{"pipeline", "decode"}}));
  const Graph flash = graph_of(settings({{"pipeline", "flash"}, {"mask", "causal"}}));
  CHECK(stands(attention, decode, "x") == "x");
  CHECK(stands(attention, decode, "output") == "prefill/output step0/output step1/output");
  CHECK(stands(attention, decode, "w_q") == "w_q");
  CHECK(stands(decode, attention, "step1/attn_weights") == "attn_weights");
  CHECK(stands(decode, attention, "recomputed/q") == "q");
  CHECK(stands(decode, attention, "step0/k_cache") == "");
  CHECK(stands(attention, flash, "attn_weights") == "standard_weights");
  CHECK(stands(flash, attention, "running_max") == "");
  CHECK(stands(flash, attention, "head_outputs") == "head_outputs");
  // Another sentence has other tokens at its places; other heads are not the same heads.
  CHECK(stands(attention, graph_of(settings({{"mask", "causal"}, {"tokens", "One two."}})), "scores") == "unlike scores");
  CHECK(stands(attention, graph_of(settings({{"num_kv_heads", "1"}})), "k_heads") == "unlike k_heads");
  CHECK(stands(attention, graph_of(settings({{"num_kv_heads", "1"}})), "scores") == "scores");
  // A cell that a step does not compute is not there.
  const Counterpart weights = counterparts(attention, decode)[*attention.find("attn_weights")];
  CHECK(cell_there(weights, {0, 0, 7, 7}));
  CHECK_FALSE(cell_there(weights, {0, 0, 6, 7}));
  CHECK(decode[cell_there(weights, {0, 1, 6, 2})->node].id() == "step0/attn_weights");
  CHECK(cell_there(weights, {0, 1, 6, 2})->index == Index{0, 1, 0, 2});
}
