#pragma once
#include <span>

namespace headwise {

/// Smallest and largest finite value, and whether an infinity occurs.
struct Extent {
  float lowest = 0;
  float highest = 0;
  bool masked = false;
  bool empty = true;  // no finite value so far

  void add(std::span<const float> values);
};

}  // namespace headwise
