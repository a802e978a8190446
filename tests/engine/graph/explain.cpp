// Every number can be traced: an explanation evaluates to the value it explains, its leaves are
// the cells they name, and they lie where the op says that it reads.
#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

using Place = std::pair<std::size_t, Index>;

std::set<Place> cells(const std::vector<std::pair<std::size_t, Region>>& regions) {
  std::set<Place> all;
  for (const auto& [at, region] : regions) {
    for (std::int64_t k = 0, n = cell_count(region); k < n; ++k) {
      all.emplace(at, index_in(region, k));
    }
  }
  return all;
}

bool is_earlier(const Index& a, const Index& b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
}

/// What is wrong with a cell's explanation; empty when nothing is.
std::string fault(const Trace& trace, const Cell& cell, double size) {
  const Graph& graph = trace.graph();
  const Node& node = graph[cell.node];
  const Region here = single(cell.index);
  const Expression expression = trace.explain(cell);
  const auto stored = static_cast<double>(trace.value(cell));
  const double made = expression.evaluate();
  if (!close(made, stored, size)) {
    return "evaluates to " + std::to_string(made) + ", not " + std::to_string(stored);
  }
  std::string wrong;
  std::set<Place> leaves;
  expression.for_each_leaf([&](const Cell& leaf, double value) {
    leaves.emplace(leaf.node, leaf.index);
    const Region bounds = whole(graph[leaf.node].axes());
    if (!contains(bounds, leaf.index)) {
      wrong = "a leaf is outside its tensor";
      return;
    }
    if (value != static_cast<double>(trace.value(leaf))) wrong = "a leaf has another value";
    if (leaf.node > cell.node) wrong = "a leaf is of a later node";
    if (leaf.node == cell.node && !is_earlier(leaf.index, cell.index)) {
      wrong = "a leaf is no earlier cell of the same tensor";
    }
  });
  if (!wrong.empty()) return wrong;

  const std::set<Place> declared = cells(trace.reads(cell.node, here));
  if (!std::includes(declared.begin(), declared.end(), leaves.begin(), leaves.end())) {
    return "a leaf lies outside what access declares";
  }
  // Neither more: but for masked rows (a constant), and a loop's first round (no round before it).
  const bool first_round = node.axes()[0].kind == AxisKind::step && cell.index[0] == 0;
  if (!leaves.empty() && !first_round && leaves != declared) return "access declares too much";
  for (const Place& leaf : leaves) {
    for (const Access& access : node.op->access(node.signature)) {
      const std::size_t from = access.input == Access::self
                                   ? cell.node
                                   : node.inputs[static_cast<std::size_t>(access.input)];
      if (from != leaf.first) continue;
      if (!contains(reads(access, here, graph[from].axes()), leaf.second)) continue;
      if (!contains(readers(access, single(leaf.second), node.axes()), cell.index)) {
        return "readers() of a leaf misses the cell";
      }
    }
  }
  return "";
}

}  // namespace

TEST_CASE("every cell of every node is explained by the cells it came from") {
  std::int64_t explained = 0;
  for (int i = 0, n = samples(25, 220); i < n; ++i) {
    Random random(1000 + static_cast<std::uint64_t>(i));
    const Settings settings = random_settings(random);
    const Trace trace = run(settings);
    for (std::size_t at = 0; at < trace.graph().nodes().size(); ++at) {
      const Node& node = trace.graph()[at];
      const double size = largest(trace.read(at, whole(node.axes())));
      for (std::int64_t k = 0; k < cell_count(node.axes()); ++k, ++explained) {
        const Cell cell{at, index_at(node.axes(), k)};
        const std::string wrong = fault(trace, cell, size);
        if (wrong.empty()) continue;
        FAIL_CHECK(trace.cell_name(cell) << " " << wrong << "; " << describe(settings));
        break;
      }
    }
  }
  MESSAGE(explained << " cells explained");
}

TEST_CASE("rows whose keys are all masked are explained too") {
  for (const char* pipeline : {"attention", "flash"}) {
    Settings settings(recipe_keys());
    settings.set("pipeline", pipeline);
    settings.set("mask", "causal");
    Tensor mask(graph_of(settings)[*graph_of(settings).find("mask")].axes());
    for (std::int64_t j = 4; j < 8; ++j) mask.mutable_values()[static_cast<std::size_t>(j)] = 1;
    const Trace trace = run(settings, {{"mask", mask}});  // query 0 sees keys 4 to 7, others none
    for (std::size_t at = 0; at < trace.graph().nodes().size(); ++at) {
      const Axes& axes = trace.graph()[at].axes();
      const double size = largest(trace.read(at, whole(axes)));
      for (std::int64_t k = 0; k < cell_count(axes); ++k) {
        const Cell cell{at, index_at(axes, k)};
        const float value = trace.value(cell);
        CHECK_FALSE(std::isnan(value));
        const double made = trace.explain(cell).evaluate();
        if (!close(made, static_cast<double>(value), size)) {
          FAIL_CHECK(trace.cell_name(cell) << " is " << value << ", explained as " << made);
        }
      }
    }
    const std::size_t heads = node(trace, "head_outputs");
    const Axes& axes = trace.graph()[heads].axes();
    CHECK(trace.value({heads, {0, 0, 0, 0}}) != 0);
    for (std::int64_t d = 0; d < axes[3].size; ++d) CHECK(trace.value({heads, {0, 1, 3, d}}) == 0);
  }
}

TEST_CASE("a region reads at least what its cells read, and is read by what reads its cells") {
  for (int i = 0, n = samples(25, 200); i < n; ++i) {
    Random random(2000 + static_cast<std::uint64_t>(i));
    const Settings settings = random_settings(random);
    const Trace trace = run(settings);
    const Graph& graph = trace.graph();
    for (std::size_t at = 0; at < graph.nodes().size(); ++at) {
      const Node& node = graph[at];
      for (const Access& access : node.op->access(node.signature)) {
        const Axes& from = access.input == Access::self
                               ? node.axes()
                               : graph[node.inputs[static_cast<std::size_t>(access.input)]].axes();
        const Region out = random.region(node.axes());
        const Region in = random.region(from);
        const Region read = reads(access, out, from);
        const Region reader = readers(access, in, node.axes());
        REQUIRE(read.size() == from.size());
        REQUIRE(reader.size() == node.axes().size());
        const auto holds = [](const Region& all, const Region& part) {
          if (cell_count(part) == 0) return true;
          return contains(all, index_in(part, 0)) &&
                 contains(all, index_in(part, cell_count(part) - 1));
        };
        bool fine = holds(whole(from), read) && holds(whole(node.axes()), reader);
        for (int k = 0; k < 20; ++k) {
          const Index o = index_in(out, random.below(cell_count(out)));
          const Index c = index_in(in, random.below(cell_count(in)));
          fine = fine && holds(read, reads(access, single(o), from)) &&
                 holds(reader, readers(access, single(c), node.axes()));
        }
        if (!fine) FAIL_CHECK(node.id() << " input " << access.input << "; " << describe(settings));
      }
    }
  }
}

TEST_CASE("every walk back from the output ends at the input, a weight or the mask") {
  std::set<std::string> ends;
  for (int i = 0, n = samples(40, 200); i < n; ++i) {
    Random random(3000 + static_cast<std::uint64_t>(i));
    const Settings settings = random_settings(random);
    const Trace trace = run(settings);
    for (int walk = 0; walk < 25; ++walk) {
      const std::size_t output = node(trace, "output");
      Cell at{output, random.cell(trace.graph()[output].axes())};
      for (int step = 0;; ++step) {
        REQUIRE(step < 100);
        std::vector<Cell> leaves;
        trace.explain(at).for_each_leaf([&](const Cell& leaf, double) { leaves.push_back(leaf); });
        if (leaves.empty()) break;
        at = random.pick(leaves);
      }
      const Node& end = trace.graph()[at.node];
      ends.insert(end.id());
      if (!end.inputs.empty()) {
        FAIL_CHECK("dead end at " << trace.cell_name(at) << "; " << describe(settings));
      }
      CHECK(trace.explain(at).kind() != Expression::Kind::cell);
    }
  }
  for (const char* source : {"x", "embeddings", "positions", "mask", "w_q", "w_k", "w_v", "w_o",
                             "b_q", "b_k", "b_v", "b_o"}) {
    INFO(source);
    CHECK(ends.count(source) == 1);
  }
}
