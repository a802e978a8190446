#include "engine/tensor/matmul.hpp"

#include <array>
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

TEST_CASE("zeros at the end of rows change no bit, and rows of the result may be apart") {
  for (int i = 0; i < samples(50, 1000); ++i) {
    Random random(8600 + static_cast<std::uint64_t>(i));
    const std::int64_t rows = random.range(1, 40), depth = random.range(1, 600), columns = random.range(1, 90);
    std::vector<float> a(static_cast<std::size_t>(rows * depth));
    for (float& number : a) number = static_cast<float>(random.normal());
    for (std::int64_t r = 0; r < rows; ++r) {
      std::fill(a.data() + r * depth + random.below(depth + 1), a.data() + (r + 1) * depth, 0.0F);
    }
    const Stored right(random, depth, columns);
    const std::vector<float> out = product({a.data(), rows, depth, depth, 1}, right.matrix);
    // A last column that is not zero, times a row that is: nothing is passed over.
    std::vector<float> longer(static_cast<std::size_t>(rows * (depth + 1)), 1.0F);
    for (std::int64_t r = 0; r < rows; ++r) std::copy_n(a.data() + r * depth, depth, longer.data() + r * (depth + 1));
    std::vector<float> more(static_cast<std::size_t>((depth + 1) * columns), 0.0F);
    for (std::int64_t k = 0; k < depth; ++k) {
      for (std::int64_t c = 0; c < columns; ++c) more[static_cast<std::size_t>(k * columns + c)] = Stored::at(right.matrix, k, c);
    }
    if (depth % 256 != 0 && (rows * depth * columns <= same_everywhere) == (rows * (depth + 1) * columns <= same_everywhere)) {
      CHECK((out == product({longer.data(), rows, depth + 1, depth + 1, 1}, {more.data(), depth + 1, columns, columns, 1})));
    }
    const std::int64_t stride = columns + random.below(5);
    std::vector<float> apart(static_cast<std::size_t>(rows * stride), 5.0F);
    matmul({a.data(), rows, depth, depth, 1}, right.matrix, apart.data(), stride);
    for (std::int64_t r = 0; r < rows; ++r) {
      for (std::int64_t c = 0; c < stride; ++c) {
        CHECK_UNARY(apart[static_cast<std::size_t>(r * stride + c)] == (c < columns ? out[static_cast<std::size_t>(r * columns + c)] : 5.0F));
      }
    }
  }
}

TEST_CASE("the pieces of a large product cover it, each cell once, with the bits of the whole") {
  Random random(8700);
  for (const auto& [rows, depth, columns] : {std::array<std::int64_t, 3>{700, 40, 770}, {1300, 300, 65}, {3, 4000, 1000}, {513, 256, 64}}) {
    const Stored left(random, rows, depth);
    const Stored right(random, depth, columns);
    std::vector<float> out(static_cast<std::size_t>(rows * columns), 0.5F);
    const Product all(left.matrix, right.matrix, out.data());
    std::vector<int> met(out.size());
    for (std::int64_t n = all.pieces(); n-- > 0;) {
      all.compute(n);
      const Product::Part part = all.part(n);
      for (std::int64_t r = part.row; r < part.row + part.rows; ++r) {
        for (std::int64_t c = part.column; c < part.column + part.columns; ++c) ++met[static_cast<std::size_t>(r * columns + c)];
      }
    }
    CHECK(std::count(met.begin(), met.end(), 1) == static_cast<std::ptrdiff_t>(met.size()));
    CHECK((out == product(left.matrix, right.matrix)));
    // A row by itself is a smaller product; one just beyond the limit has the same bits.
    if (depth * columns > same_everywhere) {
      const Matrix& m = left.matrix;
      const std::vector<float> row = product({m.data + 2 * m.row_stride, 1, depth, m.row_stride, m.column_stride}, right.matrix);
      CHECK(std::equal(row.begin(), row.end(), out.data() + 2 * columns));
    }
  }
}
