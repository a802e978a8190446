#include "engine/io/trace_json.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "engine/io/safetensors.hpp"
#include "engine/io/trace_file.hpp"
#include "engine/session/session.hpp"
#include "engine/version.hpp"
#include "tests/engine/io/stored.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

Settings settings(const std::string& query) {
  return headwise::apply(Settings(state_keys()), parse_query(query));
}

nlohmann::ordered_json json_of(const Run& run, bool with_values) {
  std::ostringstream out;
  write_trace_json(out, run.settings, run.recipe, run.trace, with_values);
  return nlohmann::ordered_json::parse(out.str());
}

}  // namespace

TEST_CASE("the JSON says what the trace says") {
  const Run run(settings("tokens=a \"b\" \u732b&num_kv_heads=1&mask=causal&stage=scores"));
  const auto json = json_of(run, true);
  const Graph& graph = run.trace.graph();
  CHECK(json["headwise"] == version);
  CHECK(json["state"].size() == recipe_keys().size());
  CHECK(json["state"]["tokens"] == "a \"b\" \u732b");
  CHECK(json["state"]["d_model"] == "8");
  REQUIRE(json["stages"].size() == graph.stages().size());
  for (std::size_t s = 0; s < graph.stages().size(); ++s) {
    const Node& node = graph[graph.stages()[s]];
    const auto& stage = json["stages"][s];
    CAPTURE(node.id());
    CHECK(stage["id"] == node.id());
    CHECK(stage["role"] == role_name(node.role));
    CHECK(stage["pytorch"] == node.op->pytorch(node.signature));
    CHECK(stage["bytes"] == total(counts(graph, graph.stages()[s]), Count::Kind::bytes));
    const std::vector<float> values = run.trace.read(graph.stages()[s], whole(node.axes()));
    REQUIRE(stage["values"].size() == values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto& value = stage["values"][i];
      if (value.is_string()) {
        CHECK(value == "-inf");
        CHECK(values[i] == -std::numeric_limits<float>::infinity());
      } else {
        CHECK(value.get<float>() == values[i]);
      }
    }
  }
  CHECK(json["totals"]["matmul_flops"] == total(graph, Count::Kind::matmul_flops));
  CHECK(json["totals"]["kv_cache_bytes_per_token"] == 1 * (4 + 4) * 4);
  CHECK(!json_of(run, false)["stages"][0].contains("values"));
}

TEST_CASE("numbers are the shortest that read back") {
  const std::vector<float> x{0.1F,   -0.0F,    1,          16777216, 3.4028235e38F,
                             1e-45F, 1.0F / 3, 123456.78F, -2.5e-7F};
  const std::string bytes = stored("{" + entry("x", "[1, 1, 9]", 0, 36) + "}", bytes_of(x));
  const Run run(settings("tokens=a&d_model=9&num_heads=1"), [&](Graph& graph) {
    replace_stages(graph, Safetensors(bytes, "f\xff\n\""));
  });
  std::ostringstream out;
  write_trace_json(out, run.settings, run.recipe, run.trace, true);
  CHECK(says(out.str(),
             "\"values\": [0.1, -0, 1, 16777216, 3.4028235e+38, 1.4013e-45, 0.33333334, 123456.78, "
             "-2.5e-07]"));
  const auto json = nlohmann::json::parse(out.str());
  CHECK(json["stages"][0]["formula"] == "x was read from f\ufffd\ufffd\"");
  // What has grown beyond float32 is still JSON.
  CHECK((says(out.str(), "\"inf\"") || says(out.str(), "\"-inf\"") || says(out.str(), "\"nan\"")));
}

TEST_CASE("sizes beyond the memory limit have counts and no values") {
  const Run run(settings("tokens=a b&d_model=65536&num_heads=256"));
  REQUIRE(!run.trace.has_values());
  const auto json = json_of(run, false);
  CHECK(json["totals"]["parameters"] == 4 * 65536LL * 65536LL);
  CHECK(json["stages"][0]["shape"] == nlohmann::ordered_json({1, 2, 65536}));
}
