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

bool is_earlier(const Index& a, const Index& b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
}

bool before(const Cell& a, const Cell& b) {
  return a.node != b.node ? a.node < b.node : is_earlier(a.index, b.index);
}

/// Checks the cells of one node.
class Checker {
 public:
  Checker(const Trace& trace, std::size_t at)
      : trace_(trace),
        node_(trace.graph()[at]),
        at_(at),
        size_(largest(trace.read(at, whole(node_.axes())))) {
    for (Access& access : node_.op->access(node_.signature)) {
      const bool self = access.input == Access::self;
      const std::size_t from = self ? at : node_.inputs[static_cast<std::size_t>(access.input)];
      reads_.push_back({std::move(access), from});
    }
  }

  /// What is wrong with a cell's explanation; empty when nothing is.
  std::string fault(const Cell& cell) const {
    const Expression expression = trace_.explain(cell);
    const auto stored = static_cast<double>(trace_.value(cell));
    const double made = expression.evaluate();
    if (!close(made, stored, size_)) {
      return "evaluates to " + std::to_string(made) + ", not " + std::to_string(stored);
    }
    std::string wrong;
    std::vector<Cell> leaves;
    expression.for_each_leaf([&](const Cell& leaf, double value) {
      if (wrong.empty()) wrong = leaf_fault(cell, leaf, value);
      leaves.push_back(leaf);
    });
    if (!wrong.empty() || leaves.empty()) return wrong;

    // Access declares no more than that, either; but a loop's first round has none before it, and
    // what a value picks is not known beforehand.
    if (node_.axes()[0].kind == AxisKind::step && cell.index[0] == 0) return "";
    if (reads_some() || expression.kind() == Expression::Kind::lookup) return "";
    std::sort(leaves.begin(), leaves.end(), before);
    const auto distinct = std::unique(leaves.begin(), leaves.end()) - leaves.begin();
    std::int64_t declared = 0;
    for (const auto& [from, region] : trace_.reads(at_, single(cell.index))) {
      declared += cell_count(region);
    }
    return declared == distinct ? "" : "access declares cells that are no leaves";
  }

 private:
  struct Read {
    Access access;
    std::size_t from;
  };

  bool reads_some() const {
    for (const Read& read : reads_) {
      for (const AxisLink& link : read.access.links) {
        if (link.kind == AxisLink::Kind::some) return true;
      }
    }
    return false;
  }

  std::string leaf_fault(const Cell& cell, const Cell& leaf, double value) const {
    const Axes& axes = trace_.graph()[leaf.node].axes();
    if (!contains(whole(axes), leaf.index)) return "has a leaf outside its tensor";
    if (value != static_cast<double>(trace_.value(leaf))) return "has a leaf of another value";
    if (leaf.node > at_) return "has a leaf of a later node";
    if (leaf.node == at_ && !is_earlier(leaf.index, cell.index)) {
      return "has a leaf that is no earlier cell of the same tensor";
    }
    for (const Read& read : reads_) {
      if (read.from != leaf.node) continue;
      if (!contains(reads(read.access, single(cell.index), axes), leaf.index)) continue;
      const Region back = readers(read.access, single(leaf.index), node_.axes());
      return contains(back, cell.index) ? "" : "is missing in readers() of a leaf";
    }
    return "has a leaf outside what access declares";
  }

  const Trace& trace_;
  const Node& node_;
  std::size_t at_;
  double size_;
  std::vector<Read> reads_;
};

}  // namespace

TEST_CASE("every cell of every node is explained by the cells it came from") {
  std::int64_t explained = 0;
  for (int i = 0, n = samples(15, 600); i < n; ++i) {
    Random random(1000 + static_cast<std::uint64_t>(i));
    Settings settings = i % 3 == 0 ? random_settings(random) : random_variant(random);
    if (random.chance(30)) settings = with_random_edits(random, settings);
    const Trace trace = run(settings);
    for (std::size_t at = 0; at < trace.graph().nodes().size(); ++at) {
      const Node& node = trace.graph()[at];
      const Checker checker(trace, at);
      for (std::int64_t k = 0; k < cell_count(node.axes()); ++k, ++explained) {
        const Cell cell{at, index_at(node.axes(), k)};
        const std::string wrong = checker.fault(cell);
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
  for (int i = 0, n = samples(12, 200); i < n; ++i) {
    Random random(2000 + static_cast<std::uint64_t>(i));
    const Settings settings = i % 3 == 0 ? random_settings(random) : random_variant(random);
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
  for (int i = 0, n = samples(150, 600); i < n; ++i) {
    Random random(3000 + static_cast<std::uint64_t>(i));
    const Settings settings = i % 3 == 0 ? random_settings(random) : random_variant(random);
    const Trace trace = run(settings);
    for (int walk = 0; walk < 25; ++walk) {
      const std::size_t output = trace.graph().stages().back();
      Cell at{output, random.cell(trace.graph()[output].axes())};
      for (int step = 0;; ++step) {
        REQUIRE(step < 400);
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
