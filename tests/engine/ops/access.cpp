// What ops say that they read, checked by brute force: change one cell of an input, compute again,
// and only the cells that readers() names may differ.
#include "engine/ops/access.hpp"

#include <cstring>

#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

bool same_bits(float a, float b) { return std::memcmp(&a, &b, sizeof a) == 0; }

/// The cells of `out` (by flat index) that may change when `index` of input `input` does: its
/// direct readers, and through links to itself theirs.
std::vector<bool> may_change(const Node& node, std::size_t input, const Index& index) {
  const Axes& axes = node.axes();
  std::vector<bool> marked(static_cast<std::size_t>(cell_count(axes)));
  std::vector<Index> open;
  const auto mark = [&](const Region& region) {
    for (std::int64_t k = 0, n = cell_count(region); k < n; ++k) {
      const Index cell = index_in(region, k);
      const auto at = static_cast<std::size_t>(flat_index(axes, cell));
      if (!marked[at]) open.push_back(cell);
      marked[at] = true;
    }
  };
  const std::vector<Access> all = node.op->access(node.signature);
  for (const Access& access : all) {
    if (access.input == static_cast<int>(input)) mark(readers(access, single(index), axes));
  }
  while (!open.empty()) {
    const Index cell = open.back();
    open.pop_back();
    for (const Access& access : all) {
      if (access.input == Access::self) mark(readers(access, single(cell), axes));
    }
  }
  return marked;
}

}  // namespace

TEST_CASE("only the readers of a cell change when it does") {
  std::int64_t changed = 0;
  for (int i = 0, n = samples(20, 200); i < n; ++i) {
    Random random(4000 + static_cast<std::uint64_t>(i));
    const Settings settings = i % 3 == 0 ? random_settings(random) : random_variant(random);
    const Trace trace = run(settings);
    for (const Node& node : trace.graph().nodes()) {
      std::vector<Tensor> inputs;
      for (const std::string& id : node.signature.input_ids) inputs.push_back(tensor(trace, id));
      const Tensor before = node.op->compute(inputs, node.axes());
      for (std::size_t k = 0; k < inputs.size(); ++k) {
        for (int turn = 0; turn < 4; ++turn) {
          const Index index = random.cell(inputs[k].axes());
          const auto at = static_cast<std::size_t>(flat_index(inputs[k].axes(), index));
          std::vector<Tensor> other = inputs;
          other[k] = Tensor(inputs[k].axes(), inputs[k].values());
          float& value = other[k].mutable_values()[at];
          const std::string& id = node.signature.input_ids[k];
          value = id == "mask" ? 1 - value : value + 2.5F;
          if (id.ends_with("relative_index")) value = value == 3.5F ? 0 : 1;  // must stay a row of the table
          if (value == -infinity) value = 1;  // was masked
          const Tensor after = node.op->compute(other, node.axes());
          const std::vector<bool> allowed = may_change(node, k, index);
          for (std::int64_t f = 0; f < after.size(); ++f) {
            const Index cell = index_at(node.axes(), f);
            if (same_bits(after.at(cell), before.at(cell))) continue;
            ++changed;
            if (allowed[static_cast<std::size_t>(f)]) continue;
            FAIL_CHECK(node.id() << " changed outside the readers of "
                                 << node.signature.input_ids[k] << "; " << describe(settings));
            break;
          }
        }
      }
    }
  }
  CHECK(changed > 1000);
}

TEST_CASE("an input replaced in the graph reaches exactly what depends on it") {
  Settings settings(recipe_keys());
  settings.set("mask", "causal");
  const Trace before = run(settings);
  Tensor k = tensor(before, "k");
  k.mutable_values()[static_cast<std::size_t>(flat_index(k.axes(), {0, 3, 1}))] += 1;  // head 0
  const Trace after = run(settings, {{"k", k}});
  for (const char* id : {"x", "q", "v", "v_heads", "w_k", "mask"}) {
    INFO(id);
    CHECK(after.same_values(node(after, id), before, node(before, id)));
  }
  const std::size_t scores = node(after, "scores");
  const Axes& axes = after.graph()[scores].axes();
  for (std::int64_t f = 0; f < cell_count(axes); ++f) {
    const Index cell = index_at(axes, f);
    const bool same = after.value({scores, cell}) == before.value({scores, cell});
    CHECK(same == !(cell[1] == 0 && cell[3] == 3));
  }
}

TEST_CASE("links read and are read as their table says") {
  using L = AxisLink;
  const Axes input{{"in", 12}};
  const Axes output{{"a", 4}, {"b", 3}};
  const auto one = [&](const AxisLink& link, const Region& out) {
    return reads({0, {link}}, out, input).at(0);
  };
  const auto back = [&](const AxisLink& link, const Range& in) {
    return readers({0, {link}}, {in}, output);
  };
  CHECK(one(L::same(0), {{1, 3}, {0, 3}}) == Range{1, 3});
  CHECK(one(L::whole(), {{1, 2}, {0, 1}}) == Range{0, 12});
  CHECK(one(L::quotient(0, 2), {{1, 4}, {0, 1}}) == Range{0, 2});
  CHECK(one(L::remainder(0, 3), {{1, 3}, {0, 1}}) == Range{1, 3});
  CHECK(one(L::remainder(0, 3), {{2, 4}, {0, 1}}) == Range{0, 3});  // the hull of 2 and 0
  CHECK(one(L::merged(0, 1, 3), {{2, 3}, {1, 2}}) == Range{7, 8});
  CHECK(one(L::merged(0, 1, 3), {{1, 3}, {1, 2}}) == Range{4, 8});
  CHECK(one(L::block(0, 5), {{2, 3}, {0, 1}}) == Range{10, 12});
  CHECK(one(L::previous(0), {{0, 1}, {0, 1}}).size() == 0);
  CHECK(one(L::previous(0), {{2, 3}, {0, 1}}) == Range{1, 2});
  CHECK(one(L::fixed(3), {{0, 4}, {0, 3}}) == Range{3, 4});

  CHECK(back(L::same(0), {1, 2}) == Region{{1, 2}, {0, 3}});
  CHECK(back(L::whole(), {5, 6}) == whole(output));
  CHECK(back(L::quotient(0, 2), {1, 2}) == Region{{2, 4}, {0, 3}});
  CHECK(back(L::merged(0, 1, 3), {7, 8}) == Region{{2, 3}, {1, 2}});
  CHECK(back(L::merged(0, 1, 3), {5, 8}) == Region{{1, 3}, {0, 3}});
  CHECK(back(L::block(0, 5), {9, 11}) == Region{{1, 3}, {0, 3}});
  CHECK(back(L::previous(0), {3, 4}).at(0).size() == 0);
  CHECK(back(L::previous(0), {1, 2}) == Region{{2, 3}, {0, 3}});
  CHECK(back(L::fixed(3), {3, 4}) == whole(output));
  CHECK(cell_count(back(L::fixed(3), {4, 5})) == 0);
}
