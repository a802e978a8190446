// The kernels on every instruction set that this machine has, against plain loops in double precision.
#include "engine/tensor/targets.hpp"
#include <hwy/targets.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <limits>

#include "engine/tensor/matmul.hpp"
#include "engine/tensor/softmax.hpp"
#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

/// Does `check` for each instruction set.
void on_each_target(const std::function<void()>& check) {
#if defined(__EMSCRIPTEN__)
  check();  // there is one
#else
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    INFO(hwy::TargetName(target));
    hwy::SetSupportedTargetsForTest(target);
    check();
  }
  hwy::SetSupportedTargetsForTest(0);
#endif
}

std::vector<float> normals(Random& random, std::int64_t count) {
  std::vector<float> numbers(static_cast<std::size_t>(count));
  for (float& number : numbers) number = static_cast<float>(random.normal());
  return numbers;
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

}  // namespace

TEST_CASE("large products agree with a plain loop, small ones to the bit on every instruction set") {
  for (int i = 0; i < samples(30, 300); ++i) {
    Random random(8600 + static_cast<std::uint64_t>(i));
    const bool large = i % 2 == 0;
    const std::int64_t rows = random.range(1, large ? 90 : 20);
    const std::int64_t depth = random.range(large ? 200 : 1, large ? 600 : 80);
    const std::int64_t columns = random.range(large ? 60 : 1, large ? 700 : 40);
    const std::vector<float> a = normals(random, rows * depth);
    const std::vector<float> b = normals(random, depth * columns);
    const bool transposed = random.chance(40);
    const Matrix right{b.data(), depth, columns, transposed ? 1 : columns, transposed ? depth : 1};
    std::vector<float> first;
    on_each_target([&] {
      std::vector<float> out(static_cast<std::size_t>(rows * columns), -7.0F);
      matmul({a.data(), rows, depth, depth, 1}, right, out.data());
      if (first.empty()) first = out;
      if (rows * depth * columns <= same_everywhere) CHECK(same_bits(out, first));
      for (int cell = 0; cell < 50; ++cell) {
        const std::int64_t r = random.below(rows);
        const std::int64_t c = random.below(columns);
        double exact = 0;
        double sizes = 0;
        for (std::int64_t k = 0; k < depth; ++k) {
          const double term = static_cast<double>(a[static_cast<std::size_t>(r * depth + k)]) *
                              static_cast<double>(right.data[k * right.row_stride + c * right.column_stride]);
          exact += term;
          sizes += std::fabs(term);
        }
        CHECK(std::fabs(static_cast<double>(out[static_cast<std::size_t>(r * columns + c)]) - exact) <= 1e-6 * sizes);
      }
    });
  }
}

TEST_CASE("softmax agrees with exp in double precision, and to the bit on every instruction set") {
  constexpr float masked = -std::numeric_limits<float>::infinity();
  for (int i = 0; i < samples(60, 600); ++i) {
    Random random(8700 + static_cast<std::uint64_t>(i));
    const std::int64_t columns = random.range(1, 70);
    std::vector<float> row = normals(random, columns);
    const float size = std::vector<float>{0.01F, 1, 30, 1e6F}[static_cast<std::size_t>(random.below(4))];
    for (float& value : row) value = random.chance(15) ? masked : value * size;
    double largest = -INFINITY;
    for (const float value : row) largest = std::max(largest, static_cast<double>(value));
    double total = 0;
    for (const float value : row) total += value == masked ? 0 : std::exp(static_cast<double>(value) - largest);
    std::vector<float> first;
    on_each_target([&] {
      std::vector<float> out = row;
      softmax_rows(out.data(), 1, columns);
      if (first.empty()) first = out;
      CHECK(same_bits(out, first));
      // Keys that are masked at the end change nothing.
      std::vector<float> longer = row;
      longer.resize(row.size() + 21, masked);
      softmax_rows(longer.data(), 1, columns + 21);
      longer.resize(row.size());
      CHECK(same_bits(longer, out));
      for (std::size_t c = 0; c < row.size(); ++c) {
        const double exact = row[c] == masked ? 0 : std::exp(static_cast<double>(row[c]) - largest) / total;
        // A difference is rounded before exp enlarges that.
        const double power = row[c] == masked ? 0 : largest - static_cast<double>(row[c]);
        CHECK(std::fabs(static_cast<double>(out[c]) - exact) <= (1e-6 + 1.2e-7 * power) * exact + 1e-37);
        if (row[c] == masked) CHECK(out[c] == 0);
      }
    });
  }
}
