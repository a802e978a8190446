#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/tensor/buffer.hpp"

namespace headwise {

/// What an axis counts. `step` is the leading axis of a loop (flash attention's tiles).
enum class AxisKind { batch, head, kv_head, query, key, feature, step };

/// One named axis of a tensor. `group` > 0 says the axis is made of size / group blocks of `group`
/// entries laid side by side (h*d_k is h blocks of d_k). `first` is the place in the sentence of
/// entry 0 (a decoded token stands after its prompt).
struct Axis {
  std::string name;
  std::int64_t size = 0;
  AxisKind kind = AxisKind::feature;
  std::int64_t group = 0;
  std::int64_t first = 0;

  bool operator==(const Axis&) const = default;
};

using Axes = std::vector<Axis>;
using Index = std::vector<std::int64_t>;

/// Half-open range of indices along one axis.
struct Range {
  std::int64_t begin = 0;
  std::int64_t end = 0;

  std::int64_t size() const { return end - begin; }
  bool contains(std::int64_t i) const { return i >= begin && i < end; }
  bool operator==(const Range&) const = default;
};

/// A box of cells: one range for each axis.
using Region = std::vector<Range>;

std::int64_t cell_count(const Axes& axes);
std::int64_t cell_count(const Region& region);
Region whole(const Axes& axes);
Region single(const Index& index);
bool contains(const Region& region, const Index& index);
/// Row-major position of `index`, and back.
std::int64_t flat_index(const Axes& axes, const Index& index);
Index index_at(const Axes& axes, std::int64_t flat);
/// The k-th cell of a region in row-major order.
Index index_in(const Region& region, std::int64_t k);
/// `(B, h, T_q, T_kv)` and `(1, 2, 7, 7)`.
std::string axis_names(const Axes& axes);
std::string axis_sizes(const Axes& axes);

/// Float32 values with named axes: a strided view on shared storage, so that views cost nothing
/// and a copy of a Tensor is a copy of the view. An axis may repeat each of its entries
/// (`repeat` > 1: grouped-query attention's shared KV heads), which plain strides cannot say.
class Tensor {
 public:
  Tensor() = default;
  /// Zero-filled, row-major.
  explicit Tensor(Axes axes);
  /// Takes row-major values; their number must be cell_count(axes).
  Tensor(Axes axes, const std::vector<float>& values);
  /// Row-major, with values still to be written, every one of them.
  static Tensor blank(Axes axes);

  const Axes& axes() const { return shape_->axes; }
  std::size_t rank() const { return axes().size(); }
  std::int64_t size() const { return cell_count(axes()); }
  bool empty() const { return storage_ == nullptr; }

  float at(const Index& index) const { return storage_->data()[offset(index)]; }
  /// The values of a region, row-major.
  std::vector<float> read(const Region& region) const;
  std::vector<float> values() const { return read(whole(axes())); }
  /// The same, to where there is room for them.
  void copy(const Region& region, float* to) const;
  /// `count` cells of a row, from `index` on: where they lie, if that is side by side, else in `room`.
  const float* row(const Index& index, std::size_t count, std::vector<float>& room) const;

  /// Exchanges two axes; a view.
  Tensor transposed(std::size_t a, std::size_t b) const;
  /// Splits one axis into (outer, inner); outer.size * inner.size must be its size. A view.
  Tensor split(std::size_t axis, Axis outer, Axis inner) const;
  /// Each entry of `axis` `times` times in a row (repeat_interleave), under a new name. A view.
  Tensor repeated(std::size_t axis, std::int64_t times, Axis renamed) const;
  /// The same cells under other axes of the same total size; copies where the layout needs it.
  Tensor reshaped(Axes axes) const;
  /// The same cells with other axis names; sizes must agree.
  Tensor renamed(Axes axes) const;
  bool is_contiguous() const;
  /// The same view of the same storage?
  bool same_memory(const Tensor& other) const { return storage_ == other.storage_ && shape_->layout == other.shape_->layout; }

  /// For the code that computes a tensor, before it is shared. Row-major, whole storage.
  std::span<float> mutable_values();
  /// For fast kernels: the storage with the layout to read it by.
  const float* storage() const { return storage_->data(); }
  std::int64_t offset(const Index& index) const;
  std::int64_t stride(std::size_t axis) const { return shape_->layout[axis].stride; }
  std::int64_t repeat(std::size_t axis) const { return shape_->layout[axis].repeat; }

 private:
  struct Layout {
    std::int64_t stride = 1;
    std::int64_t repeat = 1;

    bool operator==(const Layout&) const = default;
  };
  struct Shape {
    Axes axes;
    std::vector<Layout> layout;
  };

  Tensor(Shape shape, std::shared_ptr<Buffer> storage);
  static Shape row_major(Axes axes);

  std::shared_ptr<const Shape> shape_ = no_axes();
  std::shared_ptr<Buffer> storage_;

  static const std::shared_ptr<const Shape>& no_axes();
};

}  // namespace headwise
