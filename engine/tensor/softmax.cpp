#include "engine/tensor/softmax.hpp"

#include <algorithm>
#include <limits>

#include "engine/tensor/targets.hpp"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/tensor/softmax.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>

HWY_BEFORE_NAMESPACE();
namespace headwise::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// exp(value - largest) of some lanes; those of minus infinity give 0.
template <typename D>
hn::Vec<D> power(D d, hn::Vec<D> value, hn::Vec<D> largest) {
  const auto there = hn::Gt(value, hn::Set(d, -std::numeric_limits<float>::infinity()));
  return hn::IfThenElseZero(there, hn::Exp(d, hn::Sub(value, largest)));
}

void softmax(float* values, std::int64_t rows, std::int64_t columns) {
  const hn::ScalableTag<float> d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  const hn::CappedTag<float, 1> one;
  for (float* row = values; row < values + rows * columns; row += columns) {
    const std::int64_t whole = columns / lanes * lanes;
    auto most = hn::Set(d, -std::numeric_limits<float>::infinity());
    for (std::int64_t i = 0; i < whole; i += lanes) most = hn::Max(most, hn::LoadU(d, row + i));
    float largest = hn::ReduceMax(d, most);
    for (std::int64_t i = whole; i < columns; ++i) largest = std::max(largest, row[i]);
    if (largest == -std::numeric_limits<float>::infinity()) {
      std::fill(row, row + columns, 0.0F);
      continue;
    }
    auto sums = hn::Zero(d);
    for (std::int64_t i = 0; i < whole; i += lanes) {
      const auto p = power(d, hn::LoadU(d, row + i), hn::Set(d, largest));
      sums = hn::Add(sums, p);
      hn::StoreU(p, d, row + i);
    }
    float total = hn::ReduceSum(d, sums);
    for (std::int64_t i = whole; i < columns; ++i) {
      row[i] = hn::GetLane(power(one, hn::Set(one, row[i]), hn::Set(one, largest)));
      total += row[i];
    }
    for (std::int64_t i = 0; i < whole; i += lanes) {
      hn::StoreU(hn::Div(hn::LoadU(d, row + i), hn::Set(d, total)), d, row + i);
    }
    for (std::int64_t i = whole; i < columns; ++i) row[i] /= total;
  }
}

}  // namespace headwise::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace headwise {

HWY_EXPORT(softmax);

void softmax_rows(float* values, std::int64_t rows, std::int64_t columns) {
  HWY_DYNAMIC_DISPATCH(softmax)(values, rows, columns);
}

}  // namespace headwise
#endif
