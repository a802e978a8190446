#pragma once
#include <span>

#include "engine/ops/op.hpp"

namespace headwise {

/// An op that turns the values of its first input into its own where they lie. What such an op makes
/// on the way to another need not be kept: any part of it is made again, to the bit, when it is read.
class InPlace : public Op {
 public:
  /// What a cell needs of the first input: the same cell, or the whole row (the last axis) it is in.
  enum class Reach { cell, row };
  virtual Reach reach() const { return Reach::cell; }

  /// `values` holds the first input's cells of `region`, row-major, and then the output's. inputs[0]
  /// itself is not to be read. With Reach::row the region holds whole rows.
  virtual void apply(const std::vector<Tensor>& inputs, const Region& region, std::span<float> values) const = 0;

  Axes shape(const std::vector<Axes>& inputs) const override { return inputs[0]; }
  Tensor compute(const std::vector<Tensor>& inputs, const Axes& axes) const final;
  const InPlace* in_place() const final { return this; }
};

/// Calls body(index of the row's first cell, its cells) for each row of a region.
template <typename Body>
void each_row(const Region& region, std::span<float> values, const Body& body) {
  Index at;
  for (const Range& range : region) at.push_back(range.begin);
  const auto columns = static_cast<std::size_t>(region.back().size());
  for (; !values.empty(); values = values.subspan(columns)) {
    body(static_cast<const Index&>(at), values.first(columns));
    for (std::size_t axis = region.size() - 1; axis-- > 0;) {
      if (++at[axis] < region[axis].end) break;
      at[axis] = region[axis].begin;
    }
  }
}

}  // namespace headwise
