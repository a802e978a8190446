#include "engine/graph/trace.hpp"

#include <cmath>
#include <stdexcept>

#include "engine/ops/catalog.hpp"
#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

Settings with(const std::map<std::string, std::string>& values) {
  Settings s(recipe_keys());
  for (const auto& [key, value] : values) s.set(key, value);
  return s;
}

std::string name(const Trace& trace, const char* id, Index index) {
  return trace.cell_name({node(trace, id), std::move(index)});
}

}  // namespace

TEST_CASE("cells are named by their tokens and heads") {
  const Trace trace =
      run(with({{"num_kv_heads", "1"}, {"tokens", "The bank, the river, the sea"}}));
  CHECK(name(trace, "scores", {0, 1, 1, 4}) == "scores[head 1, \"bank\", \"river\"]");
  CHECK(name(trace, "scores", {0, 0, 2, 6}) == "scores[head 0, \",\" at 2, \"the\" at 6]");
  CHECK(name(trace, "x", {0, 7, 3}) == "x[\"sea\", 3]");
  CHECK(name(trace, "w_q", {1, 2}) == "w_q[1, 2]");
  CHECK(name(trace, "k_heads", {0, 0, 1, 2}) == "k_heads[KV head 0, \"bank\", 2]");
  const Trace batch = run(with({{"tokens", "a b | c"}, {"pipeline", "flash"}}));
  CHECK(name(batch, "x", {1, 0, 0}) == "x[sentence 1, \"c\", 0]");
  CHECK(name(batch, "x", {1, 1, 0}) == "x[sentence 1, \"<pad>\", 0]");
  CHECK(name(batch, "running_max", {1, 0, 1, 1}) ==
        "running_max[tile 1, sentence 0, head 1, \"b\"]");
}

TEST_CASE("extents see finite values and masks") {
  const Settings s = with({{"mask", "causal"}});
  const Trace trace = run(s);
  for (const char* id : {"masked_scores", "scores", "attn_weights", "output"}) {
    const Extent extent = trace.extent(node(trace, id));
    float low = infinity;
    float high = -infinity;
    bool masked = false;
    for (const float value : values(trace, id)) {
      masked = masked || value == -infinity;
      if (value == -infinity) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
    CHECK(extent.lowest == low);
    CHECK(extent.highest == high);
    CHECK(extent.masked == masked);
    CHECK(masked == (id == std::string("masked_scores")));
  }
}

TEST_CASE("values are compared by their bits") {
  const Trace a = run(with({}));
  const Trace b = run(with({}));
  const Trace other_seed = run(with({{"seed", "1"}}));
  const Trace other_shape = run(with({{"num_heads", "4"}}));
  const std::size_t q = node(a, "q");
  CHECK(a.same_values(q, b, q));
  CHECK_FALSE(a.same_values(q, other_seed, q));
  CHECK_FALSE(a.same_values(q, other_shape, node(other_shape, "q")));
  Tensor minus = tensor(a, "scores");
  minus.mutable_values()[0] = 0.0F;
  const Trace zero = run(with({}), {{"scores", minus}});
  Tensor other = tensor(zero, "scores");
  other.mutable_values()[0] = -0.0F;
  const Trace minus_zero = run(with({}), {{"scores", other}});
  CHECK_FALSE(zero.same_values(node(zero, "scores"), minus_zero, node(zero, "scores")));
}

TEST_CASE("a graph finds its nodes, in an order that can run, and refuses two of one name") {
  for (int i = 0; i < samples(20, 200); ++i) {
    Random random(52000 + static_cast<std::uint64_t>(i));
    Graph graph = graph_of(random_settings(random));
    for (std::size_t at = 0; at < graph.nodes().size(); ++at) {
      CHECK(graph.find(graph[at].id()) == at);
      for (std::size_t k = 0; k < graph[at].inputs.size(); ++k) {
        const std::size_t input = graph[at].inputs[k];
        CHECK(input < at);
        CHECK(graph[at].signature.input_ids[k] == graph[input].id());
        CHECK(graph[at].signature.input_axes[k] == graph[input].axes());
      }
    }
    CHECK(graph.find("output").has_value());
    CHECK_FALSE(graph.find("no_such_node").has_value());
    CHECK_THROWS_AS(graph.stage("x", "Again", Role::input, make_op("softmax"), {NodeRef{0}}),
                    const std::logic_error&);
  }
}

TEST_CASE("every role has a name of its own") {
  std::map<std::string_view, int> names;
  for (const Role role : {Role::none, Role::input, Role::query, Role::key, Role::value,
                          Role::scores, Role::weights, Role::mask, Role::output}) {
    ++names[role_name(role)];
  }
  CHECK(names.size() == 9);
}

TEST_CASE("the flash loop's tensors are what their names say") {
  for (int i = 0; i < samples(20, 200); ++i) {
    Random random(53000 + static_cast<std::uint64_t>(i));
    const Settings s = random_settings(random, {{"pipeline", "flash"}});
    const std::string last = s.get("mask") == "none" ? "scaled_scores" : "masked_scores";
    const Trace trace = run(s);
    const Tensor scores = tensor(trace, last);
    const Tensor largest_so_far = tensor(trace, "running_max");
    const Tensor shrink = tensor(trace, "rescale");
    const Tensor sums = tensor(trace, "running_sum");
    const std::int64_t tile = make_recipe(s).count("tile_keys");
    for (std::int64_t f = 0; f < sums.size(); ++f) {
      const Index at = index_at(sums.axes(), f);
      const std::int64_t seen = std::min((at[0] + 1) * tile, scores.axes()[3].size);
      float most = -infinity;
      for (std::int64_t j = 0; j < seen; ++j)
        most = std::max(most, scores.at({at[1], at[2], at[3], j}));
      double sum = 0;
      for (std::int64_t j = 0; j < seen; ++j) {
        sum += std::exp(static_cast<double>(scores.at({at[1], at[2], at[3], j})) -
                        static_cast<double>(most));
      }
      CHECK_UNARY(largest_so_far.at(at) == most);
      CHECK_UNARY(std::fabs(static_cast<double>(sums.at(at)) - sum) < 1e-5);
      CHECK_UNARY((at[0] > 0 || shrink.at(at) == 0));
    }
  }
}

TEST_CASE("what is computed part by part, or again when it is read, has the bits of computing it whole") {
  const std::string many(150, '!');
  const std::vector<std::map<std::string, std::string>> all{
      {{"tokens", many + " | " + many.substr(1)}, {"mask", "causal,padding"}, {"position", "alibi"}, {"softcap", "2"}},
      {{"tokens", many}, {"mask", "causal"}, {"sink", "1"}, {"training", "1"}},
      {{"tokens", std::string(300, '!')}, {"num_heads", "2"}, {"num_kv_heads", "1"}, {"position", "shaw"}},
      {{"tokens", many}, {"pipeline", "flash"}, {"tile_keys", "64"}, {"mask", "causal"}}};
  for (const auto& values : all) {
    const Trace trace = run(with(values));
    const std::vector<bool> derived = derived_nodes(trace.graph());
    CHECK(std::count(derived.begin(), derived.end(), true) > 0);
    Random random(8);
    for (std::size_t at = 0; at < derived.size(); ++at) {
      const Node& node = trace.graph()[at];
      INFO(node.id());
      std::vector<Tensor> inputs;
      for (const std::string& id : node.signature.input_ids) inputs.push_back(tensor(trace, id));
      const Tensor out = node.op->compute(inputs, node.axes());
      CHECK((out.values() == trace.read(at, whole(node.axes()))));
      for (int k = 0; k < 5; ++k) {
        const Region part = random.region(node.axes());
        CHECK((out.read(part) == trace.read(at, part)));
        const Index cell = random.cell(node.axes());
        CHECK(trace.value({at, cell}) == out.at(cell));
      }
    }
  }
}
