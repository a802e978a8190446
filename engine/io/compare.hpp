#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "engine/io/stored_tensors.hpp"

namespace headwise {

/// How one tensor differs between two sets of them.
struct TensorDifference {
  enum class Kind {
    identical,  // to the bit
    equal,      // in value: a zero has another sign
    values,
    shape,
    only_a,
    only_b
  };
  std::string name;
  Kind kind = Kind::identical;
  std::vector<std::uint64_t> shape_a;  // empty where it is not in A
  std::vector<std::uint64_t> shape_b;
  /// Where values differ: the largest |a - b| (infinite where one is infinite and the other is
  /// not), the first cell that has it, in row-major order, and what stands there.
  double largest = 0;
  std::uint64_t at = 0;
  float a = 0;
  float b = 0;
};

/// `identical`, `only_a` ...
std::string_view kind_name(TensorDifference::Kind kind);

/// Every tensor of A in its order, then those of B alone. Holds two tensors at a time.
std::vector<TensorDifference> compare(const std::vector<NamedTensor>& a,
                                      const std::vector<NamedTensor>& b);

}  // namespace headwise
