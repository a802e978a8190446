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

const std::shared_ptr<const Tensor::Shape>& Tensor::no_axes() {
  static const auto* const none = new std::shared_ptr<const Shape>(std::make_shared<const Shape>());
  return *none;
}

Tensor::Shape Tensor::row_major(Axes axes) {
  Shape shape{std::move(axes), {}};
  shape.layout.resize(shape.axes.size());
  std::int64_t stride = 1;
  for (std::size_t a = shape.axes.size(); a-- > 0;) {
    shape.layout[a] = {stride, 1};
    stride *= shape.axes[a].size;
  }
  return shape;
}

Tensor::Tensor(Shape shape, std::shared_ptr<Buffer> storage)
    : shape_(std::make_shared<const Shape>(std::move(shape))), storage_(std::move(storage)) {}

Tensor::Tensor(Axes axes) : Tensor(blank(std::move(axes))) {
  std::fill_n(storage_->data(), storage_->size(), 0.0F);
}

Tensor::Tensor(Axes axes, const std::vector<float>& values) : Tensor(blank(std::move(axes))) {
  if (values.size() != storage_->size()) {
    throw std::invalid_argument("Tensor: " + std::to_string(values.size()) + " values for shape " + axis_sizes(this->axes()));
  }
  std::copy(values.begin(), values.end(), storage_->data());
}

Tensor Tensor::blank(Axes axes) {
  const auto cells = static_cast<std::size_t>(cell_count(axes));
  return Tensor(row_major(std::move(axes)), std::make_shared<Buffer>(cells));
}

std::int64_t Tensor::offset(const Index& index) const {
  std::int64_t at = 0;
  for (std::size_t a = 0; a < rank(); ++a) at += index[a] / repeat(a) * stride(a);
  return at;
}

const float* Tensor::row(const Index& index, std::size_t count, std::vector<float>& room) const {
  const float* from = storage() + offset(index);
  const std::size_t last = rank() - 1;
  if (stride(last) == 1 && repeat(last) == 1) return from;
  Region region = single(index);
  region.back().end = region.back().begin + static_cast<std::int64_t>(count);
  room.resize(count);
  copy(region, room.data());
  return room.data();
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
    std::copy_n(storage_->data() + offset(Index(rank(), 0)), count, to);
    return;
  }
  const Range columns = region.back();
  const Layout& last = shape_->layout.back();
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
  Shape view = *shape_;
  std::swap(view.axes.at(a), view.axes.at(b));
  std::swap(view.layout.at(a), view.layout.at(b));
  return Tensor(std::move(view), storage_);
}

Tensor Tensor::split(std::size_t axis, Axis outer, Axis inner) const {
  if (outer.size * inner.size != axes().at(axis).size || repeat(axis) != 1) {
    throw std::invalid_argument("Tensor::split: sizes do not multiply to the axis");
  }
  Shape view = *shape_;
  const auto at = static_cast<std::ptrdiff_t>(axis);
  view.layout[axis].stride = stride(axis) * inner.size;
  view.layout.insert(view.layout.begin() + at + 1, Layout{stride(axis), 1});
  view.axes[axis] = std::move(outer);
  view.axes.insert(view.axes.begin() + at + 1, std::move(inner));
  return Tensor(std::move(view), storage_);
}

Tensor Tensor::repeated(std::size_t axis, std::int64_t times, Axis renamed) const {
  if (renamed.size != axes().at(axis).size * times) {
    throw std::invalid_argument("Tensor::repeated: size is not a multiple");
  }
  Shape view = *shape_;
  view.axes[axis] = std::move(renamed);
  view.layout[axis].repeat *= times;
  return Tensor(std::move(view), storage_);
}

bool Tensor::is_contiguous() const {
  std::int64_t expected = 1;
  for (std::size_t a = rank(); a-- > 0;) {
    const std::int64_t size = axes()[a].size;
    if (size != 1 && (stride(a) != expected || repeat(a) != 1)) return false;
    expected *= size;
  }
  return true;
}

Tensor Tensor::reshaped(Axes axes) const {
  if (cell_count(axes) != size()) throw std::invalid_argument("Tensor::reshaped: sizes differ");
  if (!is_contiguous()) return Tensor(std::move(axes), values());
  return Tensor(row_major(std::move(axes)), storage_);
}

Tensor Tensor::renamed(Axes axes) const {
  if (axes.size() != rank()) throw std::invalid_argument("Tensor::renamed: ranks differ");
  for (std::size_t a = 0; a < rank(); ++a) {
    if (axes[a].size != this->axes()[a].size) throw std::invalid_argument("Tensor::renamed: sizes differ");
  }
  return Tensor({std::move(axes), shape_->layout}, storage_);
}

std::span<float> Tensor::mutable_values() { return {storage_->data(), storage_->size()}; }

}  // namespace headwise
