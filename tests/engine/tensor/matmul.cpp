#include "engine/tensor/matmul.hpp"

#include <cmath>
#include <cstring>

#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

struct Stored {
  std::vector<float> numbers;
  Matrix matrix;

  /// Random numbers in a random layout: by row, by column, or with gaps between.
  Stored(Random& random, std::int64_t rows, std::int64_t columns) {
    const std::int64_t gap = random.range(1, 2);
    const bool by_column = random.chance(40);
    matrix = {nullptr, rows, columns, by_column ? gap : columns * gap,
              by_column ? rows * gap : gap};
    numbers.resize(static_cast<std::size_t>(rows * columns * gap));
    for (float& number : numbers) number = static_cast<float>(random.normal());
    matrix.data = numbers.data();
  }
  static float at(const Matrix& m, std::int64_t r, std::int64_t c) {
    return m.data[r * m.row_stride + c * m.column_stride];
  }
};

std::vector<float> product(const Matrix& a, const Matrix& b) {
  std::vector<float> out(static_cast<std::size_t>(a.rows * b.columns), -7.0F);
  matmul(a, b, out.data());
  return out;
}

}  // namespace

TEST_CASE("matmul agrees with a plain loop in double precision") {
  for (int i = 0; i < samples(300, 3000); ++i) {
    Random random(8000 + static_cast<std::uint64_t>(i));
    const std::int64_t depth = random.range(1, random.chance(20) ? 400 : 20);
    const Stored left(random, random.range(1, 9), depth);
    const Stored right(random, depth, random.range(1, 9));
    const Matrix& a = left.matrix;
    const Matrix& b = right.matrix;
    const std::vector<float> out = product(a, b);
    for (std::int64_t r = 0; r < a.rows; ++r) {
      for (std::int64_t c = 0; c < b.columns; ++c) {
        double exact = 0;
        double sizes = 0;
        for (std::int64_t k = 0; k < depth; ++k) {
          const double term =
              static_cast<double>(Stored::at(a, r, k)) * static_cast<double>(Stored::at(b, k, c));
          exact += term;
          sizes += std::fabs(term);
        }
        const auto got = static_cast<double>(out[static_cast<std::size_t>(r * b.columns + c)]);
        CHECK_UNARY(std::fabs(got - exact) <= 1e-6 * sizes);
      }
    }
  }
}

TEST_CASE("any part of a product computed alone has the same bits") {
  for (int i = 0; i < samples(300, 3000); ++i) {
    Random random(8500 + static_cast<std::uint64_t>(i));
    const std::int64_t depth = random.pick(std::vector<std::int64_t>{1, 5, 127, 128, 129, 300});
    const Stored left(random, random.range(1, 12), depth);
    const Stored right(random, depth, random.range(1, 12));
    const Matrix& a = left.matrix;
    const Matrix& b = right.matrix;
    const std::vector<float> all = product(a, b);
    const Region part = random.region({{"rows", a.rows}, {"columns", b.columns}});
    Matrix some_rows = a;
    some_rows.data += part[0].begin * a.row_stride;
    some_rows.rows = part[0].size();
    Matrix some_columns = b;
    some_columns.data += part[1].begin * b.column_stride;
    some_columns.columns = part[1].size();
    const std::vector<float> some = product(some_rows, some_columns);
    for (std::int64_t k = 0; k < cell_count(part); ++k) {
      const Index at = index_in(part, k);
      const float& whole = all[static_cast<std::size_t>(at[0] * b.columns + at[1])];
      CHECK_UNARY(std::memcmp(&whole, &some[static_cast<std::size_t>(k)], sizeof whole) == 0);
    }
  }
}

TEST_CASE("the layout of the operands does not change a bit") {
  Random random(9);
  const Stored left(random, 7, 200);
  const Stored right(random, 200, 5);
  std::vector<float> packed_left;
  std::vector<float> packed_right;
  for (std::int64_t i = 0; i < 1400; ++i) {
    packed_left.push_back(Stored::at(left.matrix, i / 200, i % 200));
  }
  for (std::int64_t i = 0; i < 1000; ++i) {
    packed_right.push_back(Stored::at(right.matrix.transposed(), i / 200, i % 200));
  }
  const Matrix a{packed_left.data(), 7, 200, 200, 1};
  const Matrix b{packed_right.data(), 5, 200, 200, 1};
  CHECK(product(left.matrix, right.matrix) == product(a, b.transposed()));
  CHECK(a.transposed().transposed().row_stride == 200);
}
