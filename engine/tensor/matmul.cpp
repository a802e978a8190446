#include "engine/tensor/matmul.hpp"

#include <algorithm>
#include <vector>

namespace headwise {

void matmul(const Matrix& a, const Matrix& b, float* out) {
  constexpr std::int64_t block = 128;
  const std::int64_t n = b.columns;
  const std::int64_t depth = a.columns;
  std::vector<float> packed;
  const float* right = b.data;
  std::int64_t right_stride = b.row_stride;
  if (b.column_stride != 1) {
    packed.resize(static_cast<std::size_t>(depth * n));
    for (std::int64_t k = 0; k < depth; ++k) {
      for (std::int64_t j = 0; j < n; ++j) {
        packed[static_cast<std::size_t>(k * n + j)] = b.data[k * b.row_stride + j * b.column_stride];
      }
    }
    right = packed.data();
    right_stride = n;
  }
  std::vector<float> partial(static_cast<std::size_t>(n));
  for (std::int64_t i = 0; i < a.rows; ++i) {
    float* row = out + i * n;
    std::fill(row, row + n, 0.0F);
    for (std::int64_t k0 = 0; k0 < depth; k0 += block) {
      std::fill(partial.begin(), partial.end(), 0.0F);
      for (std::int64_t k = k0; k < std::min(depth, k0 + block); ++k) {
        const float left = a.data[i * a.row_stride + k * a.column_stride];
        const float* from = right + k * right_stride;
        for (std::int64_t j = 0; j < n; ++j) partial[static_cast<std::size_t>(j)] += left * from[j];
      }
      for (std::int64_t j = 0; j < n; ++j) row[j] += partial[static_cast<std::size_t>(j)];
    }
  }
}

}  // namespace headwise
