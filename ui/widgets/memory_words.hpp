#pragma once
#include <string>
#include <vector>

#include "engine/tensor/strides.hpp"
#include "ui/widgets/memory_cells.hpp"

namespace headwise {

// What is said of a split in memory, on the canvas and in the text view.

struct MemoryLine {
  std::string what, numbers;
  bool wrong = false;
};
/// How the lit cell is found in each order, index by stride, and what the wrong reshape has in its place.
std::vector<MemoryLine> memory_lines(const Context& ui, const MemoryView& view);

struct MemoryShape {
  std::string what;
  Strides strides;
  bool wrong = false;

  /// `(64, 4, 8, 1)`, in cells.
  std::string steps() const;
};
/// The shapes that the same numbers go through.
std::vector<MemoryShape> memory_shapes(const Context& ui, const MemoryView& view);

std::string memory_about(const Context& ui, const MemoryView& view);
/// Which order is the memory's, and where a copy is needed.
std::string memory_contiguity(const MemoryView& view);

}  // namespace headwise
