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

/// Each cell is added to the lane of its place whatever the row's length, so that keys that are
/// masked at a row's end change no bit.
void softmax(float* values, std::int64_t rows, std::int64_t columns) {
  const hn::ScalableTag<float> d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  const auto nothing = hn::Set(d, -std::numeric_limits<float>::infinity());
  const std::int64_t whole = columns / lanes * lanes;
  const auto rest = static_cast<std::size_t>(columns - whole);
  for (float* row = values; row < values + rows * columns; row += columns) {
    auto most = hn::LoadNOr(nothing, d, row + whole, rest);
    for (std::int64_t i = 0; i < whole; i += lanes) most = hn::Max(most, hn::LoadU(d, row + i));
    const float top = hn::ReduceMax(d, most);
    if (top == -std::numeric_limits<float>::infinity()) {
      std::fill(row, row + columns, 0.0F);
      continue;
    }
    const auto largest = hn::Set(d, top);
    auto sums = hn::Zero(d);
    for (std::int64_t i = 0; i < whole; i += lanes) {
      const auto p = power(d, hn::LoadU(d, row + i), largest);
      sums = hn::Add(sums, p);
      hn::StoreU(p, d, row + i);
    }
    const auto last = power(d, hn::LoadNOr(nothing, d, row + whole, rest), largest);
    const auto total = hn::Set(d, hn::ReduceSum(d, hn::Add(sums, last)));
    for (std::int64_t i = 0; i < whole; i += lanes) hn::StoreU(hn::Div(hn::LoadU(d, row + i), total), d, row + i);
    hn::StoreN(hn::Div(last, total), d, row + whole, rest);
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
