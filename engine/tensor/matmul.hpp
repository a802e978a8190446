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

/// out (a.rows, b.columns) = a b, each row contiguous and `stride` after the one before (0: b.columns).
/// Zeros at the end of a's rows are passed over.
/// Sums run in blocks of 256 in an order that depends on the reduced length alone, so that a part of
/// the result has the same bits as in the whole where both are products of the same kind: up to
/// `same_everywhere` multiplications each rounds by itself, and the bits are the same on every
/// machine, in WebAssembly too; beyond that, multiplications and additions are fused where the
/// machine can do so.
inline constexpr std::int64_t same_everywhere = 1 << 17;  // 32 tokens of d_model 64
class Product {
 public:
  Product(const Matrix& a, const Matrix& b, float* out, std::int64_t stride = 0);

  /// Parts of the result, to be computed in any order, each at another time or by another thread. Large
  /// products have several.
  std::int64_t pieces() const { return rows_ * columns_; }
  void compute(std::int64_t piece) const;
  /// The part of the result that a piece is.
  struct Part {
    std::int64_t row, rows, column, columns;
  };
  Part part(std::int64_t piece) const;

 private:
  Matrix a_, b_;
  float* out_;
  std::int64_t stride_;
  bool fused_;
  std::int64_t rows_, columns_;  // pieces from top to bottom, and from left to right
};

/// All of it.
void matmul(const Matrix& a, const Matrix& b, float* out, std::int64_t stride = 0);

}  // namespace headwise
