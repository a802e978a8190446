#include "engine/tensor/tensor.hpp"

#include <functional>
#include <stdexcept>

#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

Axes random_axes(Random& random, std::int64_t rank) {
  Axes axes;
  for (std::int64_t a = 0; a < rank; ++a) {
    axes.push_back({std::string(1, static_cast<char>('a' + a)), random.range(1, 5)});
  }
  return axes;
}

/// A view and, beside it, which of the original's values each of its cells must show.
struct Tracked {
  Tensor view;
  std::vector<float> expected;
};

/// One random view of what is there, with the expected values moved by plain index arithmetic.
Tracked viewed(Random& random, const Tracked& from) {
  const Axes& axes = from.view.axes();
  const auto rank = static_cast<std::int64_t>(axes.size());
  const auto axis = static_cast<std::size_t>(random.below(rank));
  const std::int64_t size = axes[axis].size;
  Tensor view;
  std::function<Index(Index)> source;
  switch (random.below(4)) {
    case 0: {
      const auto other = static_cast<std::size_t>(random.below(rank));
      view = from.view.transposed(axis, other);
      source = [axis, other](Index i) {
        std::swap(i[axis], i[other]);
        return i;
      };
      break;
    }
    case 1: {
      const std::int64_t times = random.range(1, 3);
      view = from.view.repeated(axis, times, {"r", size * times});
      source = [axis, times](Index i) {
        i[axis] /= times;
        return i;
      };
      break;
    }
    case 2: {
      if (from.view.repeat(axis) != 1) return from;
      const std::int64_t inner = size % 2 == 0 ? 2 : size;
      view = from.view.split(axis, {"outer", size / inner}, {"inner", inner});
      source = [axis, inner](Index i) {
        i[axis] = i[axis] * inner + i[axis + 1];
        i.erase(i.begin() + static_cast<std::ptrdiff_t>(axis) + 1);
        return i;
      };
      break;
    }
    default: {
      Axes flat{{"flat", cell_count(axes)}};
      view = from.view.reshaped(flat);
      source = [&axes](const Index& i) { return index_at(axes, i[0]); };
      break;
    }
  }
  Tracked out{view, {}};
  for (std::int64_t f = 0; f < view.size(); ++f) {
    const std::int64_t at = flat_index(axes, source(index_at(view.axes(), f)));
    out.expected.push_back(from.expected[static_cast<std::size_t>(at)]);
  }
  return out;
}

}  // namespace

TEST_CASE("views of views show the right cells, whole and by region") {
  for (int i = 0; i < samples(400, 4000); ++i) {
    Random random(7000 + static_cast<std::uint64_t>(i));
    const Axes axes = random_axes(random, random.range(1, 4));
    std::vector<float> numbers;
    for (std::int64_t f = 0; f < cell_count(axes); ++f) numbers.push_back(static_cast<float>(f));
    Tracked tracked{Tensor(axes, numbers), numbers};
    for (std::int64_t steps = random.range(0, 5); steps > 0; --steps) {
      tracked = viewed(random, tracked);
    }
    const Tensor& view = tracked.view;
    CHECK(view.values() == tracked.expected);
    CHECK(Tensor(view.axes(), view.values()).values() == tracked.expected);
    if (view.is_contiguous()) {
      CHECK(std::equal(tracked.expected.begin(), tracked.expected.end(), view.storage()));
    }
    const Region region = random.region(view.axes());
    const std::vector<float> part = view.read(region);
    REQUIRE(static_cast<std::int64_t>(part.size()) == cell_count(region));
    for (std::int64_t k = 0; k < cell_count(region); ++k) {
      const Index index = index_in(region, k);
      CHECK(contains(region, index));
      CHECK(part[static_cast<std::size_t>(k)] == view.at(index));
      const auto flat = static_cast<std::size_t>(flat_index(view.axes(), index));
      CHECK(view.at(index) == tracked.expected[flat]);
    }
  }
}

TEST_CASE("views share their storage and copies of values do not") {
  Tensor tensor(Axes{{"a", 4}, {"b", 2}});
  const Tensor heads = tensor.split(0, {"h", 2}, {"d", 2}).transposed(0, 2);
  const Tensor copy = tensor.transposed(0, 1).reshaped({{"all", 8}});
  tensor.mutable_values()[7] = 5;
  CHECK(heads.at({1, 1, 1}) == 5);
  CHECK(copy.at({7}) == 0);
  CHECK(heads.storage() == tensor.storage());
  CHECK_FALSE(heads.is_contiguous());
  CHECK(tensor.reshaped({{"all", 8}}).storage() == tensor.storage());
}

TEST_CASE("indices, regions and names") {
  const Axes axes{{"B", 2}, {"h", 3}, {"T_q", 4}};
  CHECK(cell_count(axes) == 24);
  CHECK(cell_count(Axes{}) == 1);
  for (std::int64_t f = 0; f < 24; ++f) CHECK(flat_index(axes, index_at(axes, f)) == f);
  CHECK(index_at(axes, 23) == Index{1, 2, 3});
  CHECK(axis_names(axes) == "(B, h, T_q)");
  CHECK(axis_sizes(axes) == "(2, 3, 4)");
  CHECK(axis_names({}) == "()");
  const Region region{{0, 2}, {1, 2}, {2, 4}};
  CHECK(cell_count(region) == 4);
  CHECK(index_in(region, 0) == Index{0, 1, 2});
  CHECK(index_in(region, 3) == Index{1, 1, 3});
  CHECK(contains(region, {1, 1, 3}));
  CHECK_FALSE(contains(region, {1, 1, 4}));
  CHECK_FALSE(contains(region, {1, 1}));
  CHECK(cell_count(single({1, 2, 3})) == 1);
  CHECK(Tensor(axes).read({{0, 2}, {0, 0}, {0, 4}}).empty());
}

TEST_CASE("shapes that do not fit are refused") {
  const Tensor tensor(Axes{{"a", 4}, {"b", 3}});
  using Bad = const std::invalid_argument&;
  CHECK_THROWS_AS(Tensor(Axes{{"a", 4}}, std::vector<float>(3)), Bad);
  CHECK_THROWS_AS(tensor.split(0, {"h", 3}, {"d", 2}), Bad);
  CHECK_THROWS_AS(tensor.repeated(0, 2, {"h", 9}), Bad);
  CHECK_THROWS_AS(tensor.reshaped({{"a", 13}}), Bad);
  CHECK_THROWS_AS(tensor.renamed({{"a", 3}, {"b", 4}}), Bad);
  CHECK_THROWS_AS(tensor.renamed({{"a", 4}}), Bad);
  CHECK_THROWS_AS(tensor.renamed({{"a", 4}, {"b", 3}, {"c", 1}}), Bad);
  CHECK_THROWS_AS(Tensor(Axes{}).renamed({{"a", 4}}), Bad);
  CHECK(tensor.renamed({{"x", 4}, {"y", 3}}).axes()[0].name == "x");
}
