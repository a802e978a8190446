#include "engine/tensor/softmax.hpp"

#include <algorithm>
#include <limits>

#include "engine/tensor/targets.hpp"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/tensor/softmax.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace headwise::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// exp(x) for x <= 0, to about one unit in the last place; 0 below -87, where float32 ends. Cephes'
/// reduction and polynomial (Moshier 1992), with no fused operation: the same bits on every machine.
template <typename D>
hn::Vec<D> power(D d, hn::Vec<D> x) {
  const auto number = [d](float value) { return hn::Set(d, value); };
  const auto there = hn::Ge(x, number(-87));
  x = hn::IfThenElseZero(there, x);
  const auto n = hn::Round(hn::Mul(x, number(1.44269504F)));
  const auto r = hn::Sub(hn::Sub(x, hn::Mul(n, number(0.693359375F))), hn::Mul(n, number(-2.12194440e-4F)));
  auto y = number(1.9875691500e-4F);
  for (const float c : {1.3981999507e-3F, 8.3334519073e-3F, 4.1665795894e-2F, 1.6666665459e-1F, 5.0000001201e-1F}) {
    y = hn::Add(hn::Mul(y, r), number(c));
  }
  y = hn::Add(hn::Add(hn::Mul(y, hn::Mul(r, r)), r), number(1));
  const hn::RebindToSigned<D> whole;
  const auto exponent = hn::ShiftLeft<23>(hn::Add(hn::ConvertTo(whole, n), hn::Set(whole, 127)));
  return hn::IfThenElseZero(there, hn::Mul(y, hn::BitCast(d, exponent)));
}

/// How many cells there are before nothing but minus infinity, which a causal mask leaves.
std::int64_t unmasked(const float* row, std::int64_t columns) {
  const hn::CappedTag<float, 4> d;
  const auto nothing = hn::Set(d, -std::numeric_limits<float>::infinity());
  while (columns >= 4 && hn::AllTrue(d, hn::Eq(hn::LoadU(d, row + columns - 4), nothing))) columns -= 4;
  return columns;
}

/// A row's cells are added up in 16 sums, each cell in that of its place, whatever the machine's
/// vectors hold and however long the row is: the same bits everywhere, with or without keys at its
/// end that are masked.
void softmax(float* values, std::int64_t rows, std::int64_t width) {
  const hn::CappedTag<float, 16> d;
  constexpr std::int64_t group = 16;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  const auto nothing = hn::Set(d, -std::numeric_limits<float>::infinity());
  float sums[group];
  for (float* row = values; row < values + rows * width; row += width) {
    const std::int64_t columns = std::min(width, (unmasked(row, width) + group - 1) / group * group);
    std::fill(row + columns, row + width, 0.0F);
    const auto load = [&](std::int64_t i) {
      return i + lanes <= columns ? hn::LoadU(d, row + i) : hn::LoadNOr(nothing, d, row + i, static_cast<std::size_t>(columns - i));
    };
    const auto store = [&](hn::Vec<decltype(d)> value, std::int64_t i) {
      i + lanes <= columns ? hn::StoreU(value, d, row + i) : hn::StoreN(value, d, row + i, static_cast<std::size_t>(columns - i));
    };
    auto most = nothing;
    for (std::int64_t i = 0; i < columns; i += lanes) most = hn::Max(most, load(i));
    const float top = hn::ReduceMax(d, most);
    if (top == -std::numeric_limits<float>::infinity()) {
      std::fill(row, row + columns, 0.0F);
      continue;
    }
    const auto largest = hn::Set(d, top);
    std::fill(sums, sums + group, 0.0F);
    for (std::int64_t i = 0; i < columns; i += lanes) {
      const auto p = power(d, hn::Sub(load(i), largest));
      float* sum = sums + i % group;
      hn::StoreU(hn::Add(hn::LoadU(d, sum), p), d, sum);
      store(p, i);
    }
    float total = 0;
    for (const float sum : sums) total += sum;
    for (std::int64_t i = 0; i < columns; i += lanes) store(hn::Div(load(i), hn::Set(d, total)), i);
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
