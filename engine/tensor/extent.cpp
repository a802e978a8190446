#include "engine/tensor/extent.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/tensor/targets.hpp"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/tensor/extent.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace headwise::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

void add_to_extent(Extent& extent, const float* values, std::size_t count) {
  const hn::ScalableTag<float> d;
  constexpr float infinity = std::numeric_limits<float>::infinity();
  const std::size_t lanes = hn::Lanes(d);
  auto low = hn::Set(d, infinity);
  auto high = hn::Set(d, -infinity);
  auto infinite = hn::MaskFalse(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto v = hn::LoadU(d, values + i);
    const auto finite = hn::IsFinite(v);
    infinite = hn::Or(infinite, hn::IsInf(v));
    low = hn::Min(low, hn::IfThenElse(finite, v, low));
    high = hn::Max(high, hn::IfThenElse(finite, v, high));
  }
  float lowest = hn::ReduceMin(d, low);
  float highest = hn::ReduceMax(d, high);
  extent.masked = extent.masked || !hn::AllFalse(d, infinite);
  for (; i < count; ++i) {
    extent.masked = extent.masked || std::isinf(values[i]);
    if (!std::isfinite(values[i])) continue;
    lowest = std::min(lowest, values[i]);
    highest = std::max(highest, values[i]);
  }
  if (lowest > highest) return;
  extent.lowest = extent.empty ? lowest : std::min(extent.lowest, lowest);
  extent.highest = extent.empty ? highest : std::max(extent.highest, highest);
  extent.empty = false;
}

}  // namespace headwise::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace headwise {

HWY_EXPORT(add_to_extent);

void Extent::add(std::span<const float> values) { HWY_DYNAMIC_DISPATCH(add_to_extent)(*this, values.data(), values.size()); }

}  // namespace headwise
#endif
