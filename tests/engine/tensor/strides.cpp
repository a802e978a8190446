#include "engine/tensor/strides.hpp"

#include <set>
#include <stdexcept>

#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

Axes random_axes(Random& random) {
  Axes axes;
  for (std::int64_t a = random.range(1, 4); a > 0; --a)
    axes.push_back({std::string(1, static_cast<char>('a' + a)), random.range(1, 5)});
  return axes;
}

}  // namespace

TEST_CASE("strides walk as the same views of a tensor do, and every address has one cell") {
  for (int i = 0; i < samples(200, 5000); ++i) {
    Random random(91000 + static_cast<std::uint64_t>(i));
    Strides strides = Strides::row_major(random_axes(random));
    Tensor tensor(strides.axes);
    for (std::int64_t view = random.below(4); view > 0; --view) {
      const auto axis = static_cast<std::size_t>(random.below(static_cast<std::int64_t>(strides.axes.size())));
      if (random.chance(50)) {
        const auto other = static_cast<std::size_t>(random.below(static_cast<std::int64_t>(strides.axes.size())));
        strides = strides.transposed(axis, other);
        tensor = tensor.transposed(axis, other);
      } else {
        const std::int64_t size = strides.axes[axis].size;
        const std::int64_t inner = size % 2 == 0 ? 2 : size;
        strides = strides.split(axis, {"outer", size / inner}, {"inner", inner});
        tensor = tensor.split(axis, {"outer", size / inner}, {"inner", inner});
      }
    }
    REQUIRE(strides.axes == tensor.axes());
    CHECK(strides.is_contiguous() == tensor.is_contiguous());
    std::set<std::int64_t> seen;
    for (std::int64_t n = 0; n < cell_count(strides.axes); ++n) {
      const Index index = index_at(strides.axes, n);
      const std::int64_t address = strides.address(index);
      CHECK(address == tensor.offset(index));
      CHECK(strides.index_at(address) == index);
      CHECK(seen.insert(address).second);
    }
    CHECK(*seen.begin() == 0);
    CHECK(*seen.rbegin() == cell_count(strides.axes) - 1);
  }
}

TEST_CASE("a split whose sizes do not multiply to the axis is an error") {
  CHECK_THROWS_AS(Strides::row_major({{"a", 6}}).split(0, {"b", 2}, {"c", 2}), std::invalid_argument);
}
