#include "engine/tensor/tensor.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace headwise {

std::int64_t cell_count(const Axes& axes) {
  std::int64_t n = 1;
  for (const Axis& axis : axes) n *= axis.size;
  return n;
}

std::int64_t cell_count(const Region& region) {
  std::int64_t n = 1;
  for (const Range& range : region) n *= range.size();
  return n;
}

Region whole(const Axes& axes) {
  Region region;
  for (const Axis& axis : axes) region.push_back({0, axis.size});
  return region;
}

Region single(const Index& index) {
  Region region;
  for (const std::int64_t i : index) region.push_back({i, i + 1});
  return region;
}

bool contains(const Region& region, const Index& index) {
  if (region.size() != index.size()) return false;
  for (std::size_t a = 0; a < index.size(); ++a) {
    if (!region[a].contains(index[a])) return false;
  }
  return true;
}

std::int64_t flat_index(const Axes& axes, const Index& index) {
  std::int64_t flat = 0;
  for (std::size_t a = 0; a < axes.size(); ++a) flat = flat * axes[a].size + index[a];
  return flat;
}

Index index_at(const Axes& axes, std::int64_t flat) {
  Index index(axes.size());
  for (std::size_t a = axes.size(); a-- > 0;) {
    index[a] = flat % axes[a].size;
    flat /= axes[a].size;
  }
  return index;
}

Index index_in(const Region& region, std::int64_t k) {
  Index index(region.size());
  for (std::size_t a = region.size(); a-- > 0;) {
    index[a] = region[a].begin + k % region[a].size();
    k /= region[a].size();
  }
  return index;
}

std::string axis_names(const Axes& axes) {
  std::string text = "(";
  for (const Axis& axis : axes) text += (text.size() > 1 ? ", " : "") + axis.name;
  return text + ")";
}

std::string axis_sizes(const Axes& axes) {
  std::string text = "(";
  for (const Axis& axis : axes) text += (text.size() > 1 ? ", " : "") + std::to_string(axis.size);
  return text + ")";
}

Tensor::Tensor(Axes axes) : Tensor(blank(std::move(axes))) {
  std::fill_n(storage_->data(), storage_->size(), 0.0F);
}

Tensor::Tensor(Axes axes, const std::vector<float>& values) : Tensor(blank(std::move(axes))) {
  if (values.size() != storage_->size()) {
    throw std::invalid_argument("Tensor: " + std::to_string(values.size()) + " values for shape " + axis_sizes(axes_));
  }
  std::copy(values.begin(), values.end(), storage_->data());
}

Tensor Tensor::blank(Axes axes) {
  Tensor tensor;
  tensor.axes_ = std::move(axes);
  tensor.layout_.resize(tensor.axes_.size());
  std::int64_t stride = 1;
  for (std::size_t a = tensor.axes_.size(); a-- > 0;) {
    tensor.layout_[a] = {stride, 1};
    stride *= tensor.axes_[a].size;
  }
  tensor.storage_ = std::make_shared<Buffer>(static_cast<std::size_t>(stride));
  return tensor;
}

std::int64_t Tensor::offset(const Index& index) const {
  std::int64_t at = 0;
  for (std::size_t a = 0; a < layout_.size(); ++a) {
    at += index[a] / layout_[a].repeat * layout_[a].stride;
  }
  return at;
}

std::vector<float> Tensor::read(const Region& region) const {
  std::vector<float> out(static_cast<std::size_t>(cell_count(region)));
  copy(region, out.data());
  return out;
}

void Tensor::copy(const Region& region, float* to) const {
  const std::int64_t count = cell_count(region);
  if (count == 0) return;
  if (region.empty()) {
    *to = *storage_->data();
    return;
  }
  if (count == size() && is_contiguous()) {
    std::copy_n(storage_->data() + offset(Index(axes_.size(), 0)), count, to);
    return;
  }
  const Range columns = region.back();
  const Layout& last = layout_.back();
  Index index;
  for (const Range& range : region) index.push_back(range.begin);
  index.back() = 0;
  for (;;) {
    const float* row = storage_->data() + offset(index);
    if (last.repeat == 1 && last.stride == 1) {
      to = std::copy(row + columns.begin, row + columns.end, to);
    } else {
      for (std::int64_t c = columns.begin; c < columns.end; ++c) *to++ = row[c / last.repeat * last.stride];
    }
    std::size_t axis = region.size() - 1;
    while (axis-- > 0) {
      if (++index[axis] < region[axis].end) break;
      index[axis] = region[axis].begin;
    }
    if (axis >= region.size()) return;
  }
}

Tensor Tensor::transposed(std::size_t a, std::size_t b) const {
  Tensor view = *this;
  std::swap(view.axes_.at(a), view.axes_.at(b));
  std::swap(view.layout_.at(a), view.layout_.at(b));
  return view;
}

Tensor Tensor::split(std::size_t axis, Axis outer, Axis inner) const {
  if (outer.size * inner.size != axes_.at(axis).size || layout_[axis].repeat != 1) {
    throw std::invalid_argument("Tensor::split: sizes do not multiply to the axis");
  }
  Tensor view = *this;
  const auto at = static_cast<std::ptrdiff_t>(axis);
  const std::int64_t stride = layout_[axis].stride;
  view.layout_[axis] = {stride * inner.size, 1};
  view.layout_.insert(view.layout_.begin() + at + 1, Layout{stride, 1});
  view.axes_[axis] = std::move(outer);
  view.axes_.insert(view.axes_.begin() + at + 1, std::move(inner));
  return view;
}

Tensor Tensor::repeated(std::size_t axis, std::int64_t times, Axis renamed) const {
  if (renamed.size != axes_.at(axis).size * times) {
    throw std::invalid_argument("Tensor::repeated: size is not a multiple");
  }
  Tensor view = *this;
  view.axes_[axis] = std::move(renamed);
  view.layout_[axis].repeat *= times;
  return view;
}

bool Tensor::is_contiguous() const {
  std::int64_t stride = 1;
  for (std::size_t a = axes_.size(); a-- > 0;) {
    if (axes_[a].size != 1 && (layout_[a].stride != stride || layout_[a].repeat != 1)) return false;
    stride *= axes_[a].size;
  }
  return true;
}

Tensor Tensor::reshaped(Axes axes) const {
  if (cell_count(axes) != size()) throw std::invalid_argument("Tensor::reshaped: sizes differ");
  if (!is_contiguous()) return Tensor(std::move(axes), values());
  Tensor view;
  view.storage_ = storage_;
  view.axes_ = std::move(axes);
  view.layout_.resize(view.axes_.size());
  std::int64_t stride = 1;
  for (std::size_t a = view.axes_.size(); a-- > 0;) {
    view.layout_[a] = {stride, 1};
    stride *= view.axes_[a].size;
  }
  return view;
}

Tensor Tensor::renamed(Axes axes) const {
  if (axes.size() != rank()) throw std::invalid_argument("Tensor::renamed: ranks differ");
  for (std::size_t a = 0; a < axes_.size(); ++a) {
    if (axes[a].size != axes_[a].size) {
      throw std::invalid_argument("Tensor::renamed: sizes differ");
    }
  }
  Tensor view = *this;
  view.axes_ = std::move(axes);
  return view;
}

std::span<float> Tensor::mutable_values() { return {storage_->data(), storage_->size()}; }

}  // namespace headwise
