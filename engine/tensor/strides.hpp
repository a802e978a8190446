#pragma once
#include <cstdint>
#include <vector>

#include "engine/tensor/tensor.hpp"

namespace headwise {

/// How axes walk along one row of memory: a cell's address is the sum of index times step. What
/// Tensor's strides say, without a tensor, so that it can be said of sizes too large to run.
struct Strides {
  Axes axes;
  std::vector<std::int64_t> steps;  // one for each axis, in cells

  /// In the order of the axes: the last one steps by one cell.
  static Strides row_major(Axes axes);
  Strides transposed(std::size_t a, std::size_t b) const;
  /// As Tensor::split().
  Strides split(std::size_t axis, Axis outer, Axis inner) const;
  std::int64_t address(const Index& index) const;
  /// The cell at an address; every address must have exactly one.
  Index index_at(std::int64_t address) const;
  /// Are the addresses in the order of the axes? As Tensor::is_contiguous().
  bool is_contiguous() const;
};

}  // namespace headwise
