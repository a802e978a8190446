#include "engine/tensor/strides.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace headwise {

Strides Strides::row_major(Axes axes) {
  Strides out{std::move(axes), {}};
  out.steps.resize(out.axes.size());
  std::int64_t step = 1;
  for (std::size_t a = out.axes.size(); a-- > 0;) {
    out.steps[a] = step;
    step *= out.axes[a].size;
  }
  return out;
}

Strides Strides::transposed(std::size_t a, std::size_t b) const {
  Strides out = *this;
  std::swap(out.axes.at(a), out.axes.at(b));
  std::swap(out.steps.at(a), out.steps.at(b));
  return out;
}

Strides Strides::split(std::size_t axis, Axis outer, Axis inner) const {
  if (outer.size * inner.size != axes.at(axis).size) {
    throw std::invalid_argument("Strides::split: sizes do not multiply to the axis");
  }
  Strides out = *this;
  const auto at = static_cast<std::ptrdiff_t>(axis);
  out.steps[axis] = steps[axis] * inner.size;
  out.steps.insert(out.steps.begin() + at + 1, steps[axis]);
  out.axes[axis] = std::move(outer);
  out.axes.insert(out.axes.begin() + at + 1, std::move(inner));
  return out;
}

std::int64_t Strides::address(const Index& index) const {
  return std::inner_product(index.begin(), index.end(), steps.begin(), std::int64_t{0});
}

Index Strides::index_at(std::int64_t address) const {
  std::vector<std::size_t> order(axes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) { return steps[a] > steps[b]; });
  Index index(axes.size(), 0);
  for (const std::size_t a : order) {
    if (axes[a].size == 1) continue;
    index[a] = address / steps[a];
    address %= steps[a];
  }
  return index;
}

bool Strides::is_contiguous() const {
  const Strides in_order = row_major(axes);
  for (std::size_t a = 0; a < axes.size(); ++a) {
    if (axes[a].size != 1 && steps[a] != in_order.steps[a]) return false;
  }
  return true;
}

}  // namespace headwise
