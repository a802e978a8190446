// What holds for every op in the catalogue and every node of every pipeline.
#include <cctype>
#include <set>

#include "engine/ops/catalog.hpp"
#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

bool is_text(const std::string& text) {
  return !text.empty() && text.front() != ' ' && text.back() != ' ';
}

bool is_identifier(const std::string& text) {
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text[0])) != 0) return false;
  return text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_/") == text.npos;
}

Settings maybe_edited(Random& random) {
  const Settings settings = random.chance(30) ? random_settings(random) : random_variant(random);
  return random.chance(30) ? with_random_edits(random, settings) : settings;
}

}  // namespace

TEST_CASE("every op of the catalogue is met, and says all it must say of itself") {
  std::set<std::string> catalogue;
  for (const CatalogEntry& entry : op_catalog()) {
    CHECK(is_identifier(std::string(entry.name)));
    CHECK(catalogue.insert(std::string(entry.name)).second);
  }
  std::set<std::string> met{"given"};
  for (int i = 0; i < samples(80, 600) || (met != catalogue && i < 1000); ++i) {
    Random random(5000 + static_cast<std::uint64_t>(i));
    const Settings settings = maybe_edited(random);
    INFO(describe(settings));
    const Graph graph = graph_of(settings);
    std::set<std::string> ids;
    for (const Node& node : graph.nodes()) {
      INFO(node.id());
      met.insert(std::string(node.op->name()));
      CHECK(is_identifier(node.id()));
      CHECK(ids.insert(node.id()).second);
      CHECK(is_text(node.title));
      CHECK(is_text(node.op->summary()));
      CHECK(node.op->summary().back() == '.');
      CHECK(is_text(node.op->formula(node.signature)));
      CHECK(node.op->formula(node.signature).find(node.id()) == 0);
      CHECK(node.op->pytorch(node.signature).find(node.id() + " = ") != std::string::npos);
      CHECK(node.op->numpy(node.signature).find(node.id() + " = ") != std::string::npos);
      CHECK(node.op->numpy(node.signature).find("torch") == std::string::npos);
      CHECK(node.op->operands(node.signature).size() == node.inputs.size());
      CHECK(node.op->shape(node.signature.input_axes) == node.axes());
      CHECK(node.role != Role::none);
      for (const Axis& axis : node.axes()) {
        CHECK(axis.size > 0);
        CHECK(is_text(axis.name));
        if (axis.group > 0) CHECK(axis.size % axis.group == 0);
      }
      for (const Access& access : node.op->access(node.signature)) {
        const bool self = access.input == Access::self;
        REQUIRE((self || static_cast<std::size_t>(access.input) < node.inputs.size()));
        const Axes& read =
            self ? node.axes() : node.signature.input_axes[static_cast<std::size_t>(access.input)];
        CHECK(access.links.size() == read.size());
      }
      for (const std::string& id : node.signature.input_ids) {
        const bool named = node.op->formula(node.signature).find(id) != std::string::npos &&
                           node.op->pytorch(node.signature).find(id) != std::string::npos;
        // The closed form needs no rescaling, which is one of the loop's own inner tensors.
        CHECK((named || id == "rescale"));
      }
      for (const Count& count : counts(graph, *graph.find(node.id()))) {
        CHECK(is_text(count.what));
        CHECK(is_text(count.formula));
        CHECK(is_text(count.numbers));
        CHECK(count.value >= 0);
      }
    }
  }
  CHECK(met == catalogue);
}

TEST_CASE("computing gives the declared shape, finite numbers, and the same bits every time") {
  for (int i = 0; i < samples(30, 300); ++i) {
    Random random(5500 + static_cast<std::uint64_t>(i));
    const Settings settings = maybe_edited(random);
    INFO(describe(settings));
    const Trace trace = run(settings);
    const Trace again = run(settings);
    for (std::size_t at = 0; at < trace.graph().nodes().size(); ++at) {
      const Node& node = trace.graph()[at];
      INFO(node.id());
      std::vector<Tensor> inputs;
      for (const std::string& id : node.signature.input_ids) inputs.push_back(tensor(trace, id));
      const Tensor out = node.op->compute(inputs, node.axes());
      CHECK(out.axes() == node.axes());
      CHECK(out.values() == trace.read(at, whole(node.axes())));
      const Region part = random.region(node.axes());
      CHECK(out.read(part) == trace.read(at, part));
      CHECK(again.same_values(at, trace, at));
      const Extent extent = trace.extent(at);
      CHECK((node.id().ends_with("masked_scores") || node.id() == "running_max" || !extent.masked));
      CHECK(extent.lowest == extent.lowest);
      if (node.op->value_range() == ValueRange::unit) {
        CHECK(extent.lowest >= 0);
        CHECK(extent.highest <= 1);
      }
      if (node.op->is_view()) {
        CHECK(total(counts(trace.graph(), at), Count::Kind::bytes) == 0);
      } else {
        CHECK(total(counts(trace.graph(), at), Count::Kind::bytes) == 4 * cell_count(node.axes()));
      }
    }
  }
}

TEST_CASE("given values stand in for an op, keep its place and say where they came from") {
  Settings settings(recipe_keys());
  Random random(1);
  Graph graph = graph_of(settings);
  const std::size_t at = *graph.find("scores");
  const Tensor values = random.tensor(graph[at].axes());
  graph.give(at, values, "given by a test");
  CHECK(graph[at].inputs.empty());
  CHECK(graph[at].op->name() == "given");
  CHECK(graph[at].op->summary().find("given by a test") != std::string::npos);
  CHECK(graph[at].op->access(graph[at].signature).empty());
  const Trace trace(graph, labels(make_recipe(settings)), memory_limit);
  CHECK(headwise::test::values(trace, "scores") == values.values());
  const Cell cell{at, {0, 1, 2, 3}};
  CHECK(trace.explain(cell).kind() == Expression::Kind::constant);
  CHECK(trace.explain(cell).note() == "given by a test");
  CHECK(trace.explain(cell).evaluate() == static_cast<double>(values.at(cell.index)));
  CHECK_THROWS_AS(graph.give(at, Tensor(Axes{{"n", 3}}), "of a wrong shape"),
                  const std::invalid_argument&);
}

TEST_CASE("an unknown op is refused") {
  CHECK_THROWS_AS(make_op("no_such_op"), const std::logic_error&);
}
