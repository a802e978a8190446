#include "engine/io/export_code.hpp"

#include "engine/ops/catalog.hpp"
#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

std::string script_of(const Trace& trace, CodeLanguage language, CodeNumbers numbers) {
  return export_code(language, numbers, Settings(recipe_keys()), trace, "make it again");
}

bool has(const std::string& script, const std::string& part) {
  return script.find(part) != script.npos;
}

/// A graph whose ids are paths: x given, (B, T_q, d_model), and scaled.
Trace nested(std::int64_t width) {
  const Axes axes{{"B", 1, AxisKind::batch}, {"T_q", 2, AxisKind::query}, {"d_model", width}};
  std::vector<float> values(static_cast<std::size_t>(2 * width), 0.5F);
  values[1] = -infinity;
  Graph graph;
  const NodeRef x = graph.stage("block0/x", "Input", Role::input,
                                make_op("given", {{"values", Tensor(axes, std::move(values))},
                                                  {"origin", std::string("typed")}}));
  graph.stage("block0/attn/scaled", "Scaled", Role::scores,
              make_op("scale", {{"factor", 0.5}, {"meaning", std::string("a half")}}), {x});
  return {std::move(graph), {{{"a", "b"}}, {{"a", "b"}}}, memory_limit};
}

}  // namespace

TEST_CASE("ids that are paths become variables, and stay themselves where a reader sees them") {
  CHECK(code_name("block0/attn/scores") == "block0__attn__scores");
  CHECK(code_name("q_heads") == "q_heads");
  const Trace trace = nested(2);
  for (const CodeLanguage language : {CodeLanguage::pytorch, CodeLanguage::numpy}) {
    const std::string script = script_of(trace, language, CodeNumbers::inside);
    INFO(script);
    CHECK(
        has(script,
            "    \"block0__x\": array([[[0.5, -inf],\n                         [0.5, 0.5]]]),\n"));
    CHECK(has(script, "\nblock0__x = tensors[\"block0__x\"]"));
    CHECK(has(script, "# (B, T_q, d_model) = (1, 2, 2)  Scaled: "));
    CHECK(has(script, "\nblock0__attn__scaled = block0__x * 0.5  # a half\n"));
    CHECK(has(script, "block0__attn__scaled = check(\"block0/attn/scaled\", block0__attn__scaled, [[[0.25, -inf],\n"));
    CHECK(!has(script, "check(\"block0/x\""));
    CHECK(!has(script, "stored("));
  }
}

TEST_CASE("large tensors go beside a script under the names it loads them by, and only those") {
  CHECK(code_tensors(nested(256)).empty());
  const Trace trace = nested(257);
  const std::vector<NamedTensor> tensors = code_tensors(trace);
  REQUIRE(tensors.size() == 2);
  CHECK(tensors[1].name == "block0__attn__scaled");
  CHECK(tensors[1].shape == std::vector<std::int64_t>{1, 2, 257});
  CHECK(tensors[1].values().size() == 514);
  const std::string script = script_of(trace, CodeLanguage::numpy, CodeNumbers::beside);
  CHECK(has(script, "\"block0__x\": stored(\"block0__x\"),\n"));
  CHECK(has(
      script,
      "block0__attn__scaled = check(\"block0/attn/scaled\", block0__attn__scaled, stored(\"block0__attn__scaled\"))\n"));
  CHECK(has(script, "with_suffix(\".npz\")"));
  CHECK(code_number_count(trace.graph()) == 2 * 514);
}

TEST_CASE("every node of every pipeline has its line in a script of either language") {
  for (int i = 0; i < samples(20, 200); ++i) {
    Random random(9000 + static_cast<std::uint64_t>(i));
    const Settings settings = random_settings(random);
    INFO(describe(settings));
    const Trace trace = run(settings);
    for (const CodeLanguage language : {CodeLanguage::pytorch, CodeLanguage::numpy}) {
      const std::string script = script_of(trace, language, CodeNumbers::inside);
      for (const Node& node : trace.graph().nodes()) {
        INFO(node.id());
        CHECK(has(script, "\n" + code_name(node.id()) + " = "));
        const bool given = has(script, "\n    \"" + code_name(node.id()) + "\": ");
        CHECK(has(script, " = check(\"" + node.id() + "\", ") == !given);
      }
    }
  }
}
