#include "engine/tensor/matmul.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/tensor/parallel.hpp"
#include "engine/tensor/targets.hpp"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/tensor/matmul.cpp"
#include <hwy/foreach_target.h>
#include <hwy/cache_control.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace headwise::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;

// Rows of a tile: as many as the accumulators' registers allow. In WebAssembly more are spilled.
#if HWY_TARGET == HWY_WASM
constexpr std::int64_t tile_rows = 4;
#elif HWY_TARGET == HWY_AVX3 || HWY_ARCH_ARM_A64
constexpr std::int64_t tile_rows = 8;
#else
constexpr std::int64_t tile_rows = 6;
#endif
constexpr std::int64_t lanes = static_cast<std::int64_t>(hn::MaxLanes(D()));
constexpr std::int64_t tile_columns = 2 * lanes;
// A block of b stays in the second-level cache while all rows of a pass it (Goto & van de Geijn 2008).
constexpr std::int64_t block_depth = 256;
constexpr std::int64_t block_rows = 16 * tile_rows;
constexpr std::int64_t block_columns = 512;
constexpr std::int64_t rows_together = 4;  // of b, while it is packed: whole lines of the cache are written

constexpr std::int64_t up(std::int64_t size, std::int64_t step) { return (size + step - 1) / step * step; }

/// Columns [j0, j0 + columns) of rows [k0, k0 + depth), tile by tile, each row by row; zeros after
/// the last.
void pack_right(const Matrix& b, std::int64_t k0, std::int64_t depth, std::int64_t j0, std::int64_t columns, float* to) {
  const D d;
  const std::int64_t whole_tiles = b.column_stride == 1 ? columns / tile_columns : 0;
  for (std::int64_t k = 0; k < depth && whole_tiles > 0; k += rows_together) {
    const std::int64_t end = std::min(depth, k + rows_together);
    const float* from = b.data + (k0 + k) * b.row_stride + j0;
    float* tile = to + k * tile_columns;
    for (std::int64_t t = 0; t < whole_tiles; ++t, from += tile_columns, tile += depth * tile_columns) {
      const float* cells = from;
      float* row = tile;
      for (std::int64_t r = k; r < end; ++r, cells += b.row_stride, row += tile_columns) {
        hwy::Prefetch(cells + rows_together * b.row_stride);
        hwy::Prefetch(cells + rows_together * b.row_stride + lanes);
        hn::StoreU(hn::LoadU(d, cells), d, row);
        hn::StoreU(hn::LoadU(d, cells + lanes), d, row + lanes);
      }
    }
  }
  to += whole_tiles * depth * tile_columns;
  for (std::int64_t j = whole_tiles * tile_columns; j < columns; j += tile_columns, to += depth * tile_columns) {
    for (std::int64_t c = 0; c < tile_columns; ++c) {
      const float* from = b.data + k0 * b.row_stride + (j0 + j + c) * b.column_stride;
      const bool there = j + c < columns;
      for (std::int64_t k = 0; k < depth; ++k) to[k * tile_columns + c] = there ? from[k * b.row_stride] : 0.0F;
    }
  }
}

/// Rows of the left matrix, each of them contiguous.
struct Rows {
  const float* data;
  std::int64_t stride;
  std::int64_t count;
};

template <bool fused>
V plus_product(V sum, V left, V right) {
  if constexpr (fused) return hn::MulAdd(left, right, sum);
  return hn::Add(hn::Mul(left, right), sum);
}

V or_first(V sum, const float* before, bool first) { return first ? sum : hn::Add(hn::LoadU(D(), before), sum); }

/// One tile of the result: what the rows and the columns at b, whose rows are `step` apart, give, added to what is there unless
/// it is the first. Fewer rows than a tile has: the last one fills up. (The rows are written out at
/// compile time, because compilers leave an array that is indexed by a loop in memory; and they stand
/// in a function of their own, because browsers optimise a function between two calls of it.)
template <bool fused, std::ptrdiff_t... r>
HWY_NOINLINE void multiply_rows(std::integer_sequence<std::ptrdiff_t, r...>, const Rows& a, const float* b, std::ptrdiff_t step,
                                std::ptrdiff_t depth, float* out, std::ptrdiff_t stride, bool first) {
  const D d;
  const float* const from[] = {a.data + std::min<std::int64_t>(r, a.count - 1) * a.stride...};
  V low[] = {(void(r), hn::Zero(d))...};
  V high[] = {(void(r), hn::Zero(d))...};
  for (std::ptrdiff_t k = 0; k < depth; ++k, b += step) {
    const V b0 = hn::LoadU(d, b);
    const V b1 = hn::LoadU(d, b + lanes);
    ((low[r] = plus_product<fused>(low[r], hn::Set(d, from[r][k]), b0),
      high[r] = plus_product<fused>(high[r], hn::Set(d, from[r][k]), b1)), ...);
  }
  (hn::StoreU(or_first(low[r], out + r * stride, first), d, out + r * stride), ...);
  (hn::StoreU(or_first(high[r], out + r * stride + lanes, first), d, out + r * stride + lanes), ...);
}

template <bool fused>
void multiply_tile(const Rows& a, const float* b, std::int64_t step, std::int64_t depth, float* out, std::int64_t stride,
                   bool first) {
  multiply_rows<fused>(std::make_integer_sequence<std::ptrdiff_t, tile_rows>(), a, b, static_cast<std::ptrdiff_t>(step),
                       static_cast<std::ptrdiff_t>(depth), out, static_cast<std::ptrdiff_t>(stride), first);
}

/// The same where the tile reaches beyond the result.
template <bool fused>
void multiply_edge(const Rows& a, const float* b, std::int64_t step, std::int64_t depth, float* out, std::int64_t stride,
                   bool first, std::int64_t columns) {
  float tile[tile_rows * tile_columns];
  multiply_tile<fused>(a, b, step, depth, tile, tile_columns, true);
  for (std::int64_t r = 0; r < a.count; ++r) {
    for (std::int64_t c = 0; c < columns; ++c) {
      const float sum = tile[r * tile_columns + c];
      out[r * stride + c] = first ? sum : out[r * stride + c] + sum;
    }
  }
}

void grow(std::vector<float>& buffer, std::int64_t size) {
  if (static_cast<std::int64_t>(buffer.size()) < size) buffer.resize(static_cast<std::size_t>(size));
}

/// A copy whose rows are contiguous, for a matrix whose columns are.
Matrix by_rows(const Matrix& a, std::vector<float>& copy) {
  grow(copy, a.rows * a.columns);
  for (std::int64_t r = 0; r < a.rows; ++r) {
    for (std::int64_t k = 0; k < a.columns; ++k) {
      copy[static_cast<std::size_t>(r * a.columns + k)] = a.data[r * a.row_stride + k * a.column_stride];
    }
  }
  return {copy.data(), a.rows, a.columns, a.columns, 1};
}

/// How many of a row's cells there are before nothing but zeros.
std::int64_t used(const float* row, std::int64_t columns) {
  const hn::CappedTag<float, 4> d;
  while (columns >= 4 && hn::AllTrue(d, hn::Eq(hn::LoadU(d, row + columns - 4), hn::Zero(d)))) columns -= 4;
  while (columns > 0 && row[columns - 1] == 0) --columns;
  return columns;
}

/// The same for the rows of each tile: a causal mask makes half of the attention weights zero.
void find_used(const Matrix& a, std::vector<std::int64_t>& all) {
  all.clear();
  for (std::int64_t i = 0; i < a.rows; ++i) {
    if (i % tile_rows == 0) all.push_back(0);
    all.back() = std::max(all.back(), used(a.data + i * a.row_stride, a.columns));
  }
}

template <bool fused>
void multiply_all(const Matrix& left, const Matrix& b, float* out, std::int64_t stride) {
  auto& [copied, packed, tiles_used] = scratch();
  const Matrix a = left.column_stride == 1 ? left : by_rows(left, copied);
  find_used(a, tiles_used);
  const std::int64_t n = b.columns;
  const bool few = a.rows <= 3 * tile_rows;
  grow(packed, up(std::min(block_columns, n), tile_columns) * std::min(block_depth, a.columns));
  for (std::int64_t i = 0; i < a.rows && a.columns == 0; ++i) std::fill_n(out + i * stride, n, 0.0F);
  for (std::int64_t j0 = 0; j0 < n; j0 += block_columns) {
    const std::int64_t columns = std::min(block_columns, n - j0);
    for (std::int64_t k0 = 0; k0 < a.columns; k0 += block_depth) {
      const std::int64_t depth = std::min(block_depth, a.columns - k0);
      // Few rows do not pay for packing: whole tiles are read where they are.
      const std::int64_t in_place = few && b.column_stride == 1 ? columns / tile_columns * tile_columns : 0;
      pack_right(b, k0, depth, j0 + in_place, columns - in_place, packed.data());
      for (std::int64_t i0 = 0; i0 < a.rows; i0 += block_rows) {
        const std::int64_t end = std::min(a.rows, i0 + block_rows);
        for (std::int64_t j = 0; j < columns; j += tile_columns) {
          const bool is_packed = j >= in_place;
          const float* tile = is_packed ? packed.data() + (j - in_place) * depth : b.data + k0 * b.row_stride + j0 + j;
          for (std::int64_t i = i0; i < end; i += tile_rows) {
            const std::int64_t there = std::min(depth, tiles_used[static_cast<std::size_t>(i / tile_rows)] - k0);
            if (there <= 0 && k0 > 0) continue;
            const Rows rows{a.data + i * a.row_stride + k0, a.row_stride, std::min(tile_rows, end - i)};
            float* to = out + i * stride + j0 + j;
            const std::int64_t step = is_packed ? tile_columns : b.row_stride;
            if (rows.count == tile_rows && j + tile_columns <= columns) {
              multiply_tile<fused>(rows, tile, step, there, to, stride, k0 == 0);
            } else {
              multiply_edge<fused>(rows, tile, step, there, to, stride, k0 == 0, std::min(tile_columns, columns - j));
            }
          }
        }
      }
    }
  }
}

void multiply(const Matrix& a, const Matrix& b, float* out, std::int64_t stride, bool fused) {
  fused ? multiply_all<true>(a, b, out, stride) : multiply_all<false>(a, b, out, stride);
}

}  // namespace headwise::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace headwise {

HWY_EXPORT(multiply);

namespace {

// Products beyond this are cut: a piece takes some milliseconds in a browser. Columns are cut between tiles.
constexpr std::int64_t piece_size = std::int64_t{1} << 23;
constexpr std::int64_t piece_columns = 256;
constexpr std::int64_t least_piece_rows = 128;
constexpr std::int64_t most_piece_rows = 512;
constexpr std::int64_t most_piece_size = 1 << 27;  // multiplications: some milliseconds in WebAssembly
constexpr std::int64_t column_step = 64;

std::int64_t divided(std::int64_t size, std::int64_t by) { return (size + by - 1) / by; }

/// Entries of an axis that one of `pieces` has.
std::int64_t share(std::int64_t size, std::int64_t pieces, std::int64_t step) {
  return divided(divided(size, pieces), step) * step;
}

}  // namespace

Product::Product(const Matrix& a, const Matrix& b, float* out, std::int64_t stride)
    : a_(a), b_(b), out_(out), stride_(stride == 0 ? b.columns : stride),
      fused_(a.rows * a.columns * b.columns > same_everywhere), rows_(1), columns_(1) {
  if (a.rows * a.columns * b.columns <= piece_size) return;
  // An even number where it can be, for two cores.
  columns_ = std::min(divided(b.columns, column_step), 2 * divided(b.columns, 2 * piece_columns));
  rows_ = divided(a.rows, std::clamp(most_piece_size / (piece_columns * a.columns), least_piece_rows, most_piece_rows));
}

Product::Part Product::part(std::int64_t piece) const {
  const std::int64_t height = share(a_.rows, rows_, 1);
  const std::int64_t width = share(b_.columns, columns_, column_step);
  const std::int64_t i = piece / columns_ * height;
  const std::int64_t j = piece % columns_ * width;
  return {i, std::clamp<std::int64_t>(a_.rows - i, 0, height), j, std::clamp<std::int64_t>(b_.columns - j, 0, width)};
}

void Product::compute(std::int64_t piece) const {
  const auto [i, rows, j, columns] = part(piece);
  const Matrix a{a_.data + i * a_.row_stride, rows, a_.columns, a_.row_stride, a_.column_stride};
  const Matrix b{b_.data + j * b_.column_stride, b_.rows, columns, b_.row_stride, b_.column_stride};
  HWY_DYNAMIC_DISPATCH(multiply)(a, b, out_ + i * stride_ + j, stride_, fused_);
}

void matmul(const Matrix& a, const Matrix& b, float* out, std::int64_t stride) {
  const Product product(a, b, out, stride);
  for (std::int64_t piece = 0; piece < product.pieces(); ++piece) product.compute(piece);
}

}  // namespace headwise
#endif
