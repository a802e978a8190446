// A dozen recipes as PyTorch computes them in double precision (tests/reference/make_sample.py).
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

std::vector<float> numbers(const nlohmann::json& list) {
  std::vector<float> all;
  for (const auto& item : list) {
    all.push_back(item.is_string() ? -infinity : static_cast<float>(item.get<double>()));
  }
  return all;
}

}  // namespace

TEST_CASE("every stage is what PyTorch computes in double precision") {
  std::ifstream file(HEADWISE_SOURCE_DIR "/tests/reference/sample.json");
  REQUIRE(file.good());
  const auto sample = nlohmann::json::parse(file);
  REQUIRE(sample.size() >= 12);
  double most = 0;
  for (const auto& recipe : sample) {
    Settings settings(recipe_keys());
    for (const auto& [key, value] : recipe["state"].items()) {
      settings.set(key, value.get<std::string>());
    }
    INFO(describe(settings));
    const Graph graph = graph_of(settings);
    Given given;
    for (const auto& [id, list] : recipe["given"].items()) {
      REQUIRE(graph.find(id).has_value());
      given[id] = Tensor(graph[*graph.find(id)].axes(), numbers(list));
    }
    const Trace trace = run(settings, given);
    CHECK(recipe["stages"].size() + 1 == graph.stages().size());  // all but the one given
    for (const auto& [name, stage] : recipe["stages"].items()) {
      const std::string id = name;  // a lambda of doctest's may not capture a binding
      INFO(id);
      Index shape;
      for (const Axis& axis : trace.graph()[node(trace, id)].axes()) shape.push_back(axis.size);
      CHECK(shape == stage["shape"].get<Index>());
      const std::vector<float> exact = numbers(stage["values"]);
      const double error = worst(values(trace, id), exact);
      CHECK(error <= tolerance(largest(exact)));
      most = std::max(most, error / tolerance(largest(exact)));
    }
    const auto mask = graph.find("mask");
    CHECK(mask.has_value() == recipe.contains("mask_pytorch"));
    if (mask) CHECK(graph[*mask].op->pytorch(graph[*mask].signature) == recipe["mask_pytorch"]);
  }
  MESSAGE("largest error " << 100 * most << " % of the tolerance");
}
