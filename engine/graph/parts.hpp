#pragma once
#include <vector>

#include "engine/tensor/tensor.hpp"

namespace headwise {

/// Whole rows of a tensor that lie side by side in row-major order: those from cell number `first` on.
struct Part {
  Region region;
  std::int64_t first = 0;
};

/// A tensor cut into parts that stay in a core's cache while they are worked on.
std::vector<Part> parts_of(const Axes& axes);

}  // namespace headwise
