#pragma once
#include <string>
#include <vector>

#include "engine/graph/edits.hpp"
#include "engine/graph/trace.hpp"

namespace headwise {

/// How a node differs from the run before.
struct Change {
  bool added = false;
  bool shape = false;
  bool values = false;
  // Where the axes agree and values differ: the cell that differs most, the first of equals.
  // Infinite where one of the two is infinite, or not a number, alone.
  double largest = 0;
  Index at;
  float before = 0;
  float after = 0;

  bool any() const { return added || shape || values; }
};

/// One for each node of `after`. Without values, shapes alone are compared.
std::vector<Change> compare(const Trace& before, const Trace& after);

/// The stages whose values differ in size, those that differ most first; equals in order of the pipeline.
std::vector<std::size_t> largest_first(const Graph& graph, const std::vector<Change>& changes);

struct Run;
/// What made the difference, in words, a line for each setting and for each of a few edits:
/// `heads h: 2 to 4`, `w_q[0,1]: 0.37 to 0.5`.
std::vector<std::string> what_was_set(const Run& before, const Run& after);

/// Cells whose edits differ between two runs: set, reset or set to something else.
Edits difference(const Edits& before, const Edits& after);

}  // namespace headwise
