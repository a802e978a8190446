#pragma once
#include <cstdint>

namespace headwise {

/// A matrix somewhere in memory; element (r, c) is data[r * row_stride + c * column_stride].
struct Matrix {
  const float* data;
  std::int64_t rows, columns;
  std::int64_t row_stride, column_stride;

  Matrix transposed() const { return {data, columns, rows, column_stride, row_stride}; }
};

/// out (a.rows, b.columns), row-major and contiguous, = a b.
/// Sums run in blocks of 128 whose order depends on the reduced length alone, so that any part of
/// the result computed on its own has the same bits.
void matmul(const Matrix& a, const Matrix& b, float* out);

}  // namespace headwise
