#include "engine/io/trace_file.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <sstream>

#include "engine/io/safetensors.hpp"
#include "engine/session/session.hpp"
#include "tests/engine/io/stored.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

Settings settings(const std::string& query) {
  return headwise::apply(Settings(state_keys()), parse_query(query));
}

std::string saved(const Run& run) {
  std::ostringstream out;
  save_trace(out, run.settings, run.trace);
  return out.str();
}

Graph graph_of(const std::string& query) {
  const Settings s = settings(query);
  return find_pipeline(s.get("pipeline")).build(make_recipe(s));
}

std::string load_error(const std::string& query, const std::string& bytes) {
  return error_of([&] {
    Graph graph = graph_of(query);
    load_weights(graph, Safetensors(bytes, "f"));
  });
}

std::string replace_error(const std::string& query, const std::string& bytes) {
  return error_of([&] {
    Graph graph = graph_of(query);
    replace_stages(graph, Safetensors(bytes, "f"));
  });
}

std::string one(const std::string& name, const std::string& shape,
                const std::vector<float>& values) {
  return stored("{" + entry(name, shape, 0, values.size() * sizeof(float)) + "}", bytes_of(values));
}

std::vector<float> values_of(const Run& run, const std::string& id) {
  const std::size_t node = run.trace.graph().find(id).value();
  return run.trace.read(node, whole(run.trace.graph()[node].axes()));
}

constexpr float infinity = std::numeric_limits<float>::infinity();
const char* const small = "tokens=a b&d_model=2&num_heads=1";

}  // namespace

TEST_CASE("a saved trace holds every node and the recipe") {
  const Run run(settings("tokens=a b | c&mask=causal,padding&bias=1&num_kv_heads=1&stage=scores"));
  const Safetensors file(saved(run), "f");
  CHECK(file.tensors().size() == run.trace.graph().nodes().size());
  for (const Node& node : run.trace.graph().nodes()) {
    const StoredTensor* tensor = file.find(node.id());
    REQUIRE(tensor);
    CHECK(bytes_of(file.values(*tensor)) == bytes_of(values_of(run, node.id())));
  }
  CHECK(file.metadata().at("mask") == "causal,padding");
  CHECK(file.metadata().at("num_heads") == "2");
  CHECK(file.metadata().count("stage") == 0);
}

TEST_CASE("saved weights give the same trace under any seed") {
  for (const std::string query :
       {"", "bias=1&position=sinusoidal&mask=causal", "pipeline=flash&num_kv_heads=1&v_dim=3"}) {
    CAPTURE(query);
    const Run run(settings(query));
    const std::string bytes = saved(run);
    Settings other = run.settings;
    other.set("seed", "41");
    const Run again(other, [&](Graph& graph) { load_weights(graph, Safetensors(bytes, "f")); });
    for (std::size_t n = 0; n < run.trace.graph().nodes().size(); ++n)
      CHECK(run.trace.same_values(n, again.trace, n));
    const Run replaced(other, [&](Graph& graph) { replace_stages(graph, Safetensors(bytes, "f")); });
    for (const std::size_t n : run.trace.graph().stages())
      CHECK(run.trace.same_values(n, replaced.trace, n));
  }
}

TEST_CASE("a replaced stage changes what follows and nothing before") {
  const Run before(settings(small));
  const Run after(before.settings, [](Graph& graph) {
    const std::vector<std::string> taken =
        replace_stages(graph, Safetensors(one("scores", "[1, 1, 2, 2]", {1, 2, 3, -infinity}), "f"));
    CHECK(taken == std::vector<std::string>{"scores"});
  });
  CHECK(values_of(after, "scores") == std::vector<float>{1, 2, 3, -infinity});
  CHECK(values_of(after, "q") == values_of(before, "q"));
  CHECK(values_of(after, "attn_weights")[3] == 0);
  CHECK(values_of(after, "output") != values_of(before, "output"));
  const std::size_t node = after.trace.graph().find("scores").value();
  CHECK(says(after.trace.graph()[node].op->summary(), "read from f"));
  const Expression expression = after.trace.explain({node, {0, 0, 1, 0}});
  CHECK(expression.evaluate() == 3);
}

TEST_CASE("a view may be replaced as well") {
  const Run run(settings(small), [](Graph& graph) {
    replace_stages(graph, Safetensors(one("q_heads", "[1, 1, 2, 2]", {1, 2, 3, 4}), "f"));
  });
  CHECK(values_of(run, "q_heads") == std::vector<float>{1, 2, 3, 4});
}

TEST_CASE("files of other recipes are loaded as far as they fit") {
  const Run masked(
      settings("tokens=a b&d_model=2&num_heads=1&mask=causal&pipeline=flash&position=sinusoidal"));
  CHECK(load_error(small, saved(masked)) == "");
  const std::string names = "x w_q w_k w_v w_o";
  CHECK(load_error(small, one("b_q", "[2]", {1, 2})) ==
        "f: tensor 'b_q' is not one of the weights and inputs of these settings: " + names);
  CHECK(says(load_error(small, one("w", "[2]", {1, 2})),
             "tensor 'w' is not one of the weights and inputs"));
  CHECK(load_error(small, one("scores", "[7]", {1, 2, 3, 4, 5, 6, 7})) ==
        "f: holds none of the weights and inputs of these settings: " + names);
  CHECK(load_error("bias=1&d_model=2&num_heads=1", one("b_q", "[2]", {1, 2})) == "");
  CHECK(says(replace_error(small, one("masked_scores", "[1]", {1})),
             "tensor 'masked_scores' is not one of the stages"));
  CHECK(says(replace_error(small, one("b_q", "[2]", {1, 2})), "holds none of the stages"));
  CHECK(says(replace_error(small, one("w_q", "[1]", {1})), "holds none of the stages"));
  CHECK(says(replace_error(small, one("w", "[1]", {1})), "tensor 'w' is not one of the stages"));
}

TEST_CASE("shapes must be the settings'") {
  CHECK(load_error(small, one("w_q", "[4]", {1, 2, 3, 4})) ==
        "f: tensor 'w_q' has shape (4), but with these settings it is (d_model, h*d_k) = (2, 2)");
  CHECK(says(load_error("d_model=2&num_heads=1&head_dim=1", one("w_q", "[1, 2]", {1, 2})),
             "has shape (1, 2), but with these settings it is (d_model, h*d_k) = (2, 1); it looks "
             "transposed"));
  CHECK(says(load_error(small, one("x", "[2, 2]", {1, 2, 3, 4})),
             "it is (B, T_q, d_model) = (1, 2, 2)"));
  CHECK(says(replace_error(small, one("q", "[]", {1})), "has shape (), but"));
}

TEST_CASE("values must be finite, but for scores that are masked") {
  CHECK(load_error(small, one("w_q", "[2, 2]", {1, 2, -infinity, 4})) ==
        "f: tensor 'w_q' is minus infinity at [1, 0]; only scores may be minus infinity, and "
        "nothing may be plus infinity");
  CHECK(says(load_error(small, one("x", "[1, 2, 2]", {1, 2, 3, infinity})),
             "'x' is plus infinity at [0, 1, 1]"));
  CHECK(says(replace_error(small, one("scores", "[1, 1, 2, 2]", {1, 2, 3, infinity})),
             "plus infinity at [0, 0, 1, 1]"));
  CHECK(says(replace_error(small, one("v", "[1, 2, 2]", {-infinity, 2, 3, 4})),
             "minus infinity at [0, 0, 0]"));
  CHECK(replace_error(small, one("scaled_scores", "[1, 1, 2, 2]", {-infinity, 2, 3, 4})) == "");
  const std::string half =
      stored("{" + entry("w_q", "[2, 2]", 0, 8, "BF16") + "}", std::string(8, '\0'));
  CHECK(says(load_error(small, half), "'w_q' holds 'BF16' values"));
}
