#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/graph/counterparts.hpp"
#include "engine/graph/edits.hpp"
#include "engine/graph/parts.hpp"
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
  std::int64_t cells = 0;     // that both have, where they were read
  std::int64_t infinite = 0;  // of these, where the difference is
  double sum = 0;             // of the sizes of the other differences
  double finite = 0;          // the largest of these

  bool any() const { return added || shape || values; }
  /// Of the sizes of finite differences.
  double mean() const { return cells > infinite ? sum / static_cast<double>(cells - infinite) : 0; }
};

/// Finds what changed, a part after the other. Both traces must stay as long as it does.
class Comparison {
 public:
  /// Of tensors of equal ids.
  Comparison(const Trace& before, const Trace& after);
  /// `in_before` says what stands in `before` for each node of `after`; cells that do not are left out.
  Comparison(const Trace& before, const Trace& after, std::vector<Counterpart> in_before);
  /// Compares on while `more()`, which is asked every few milliseconds.
  void compute(const std::function<bool()>& more);
  bool complete() const { return next_ == changes_.size(); }
  /// One for each node of `after`. Without values, shapes alone are compared.
  const std::vector<Change>& changes() const { return changes_; }

 private:
  const Trace& before_;
  const Trace& after_;
  std::vector<Counterpart> in_before_;
  std::vector<Change> changes_;
  std::size_t next_ = 0;     // the node that is compared now
  std::vector<Part> parts_;  // what is left of it, the last first
};

/// All at once.
std::vector<Change> compare(const Trace& before, const Trace& after);

/// The stages whose values differ in size, those that differ most first; equals in order of the pipeline.
std::vector<std::size_t> largest_first(const Graph& graph, const std::vector<Change>& changes);

struct Run;
/// The cells of a region whose values are others than in a run before; none where there is no such run,
/// or where it has no values for this tensor under the same axes.
struct ChangedCells {
  std::int64_t count = 0;
  std::vector<bool> at;  // row-major over the region; empty where count is 0
};
ChangedCells changed_cells(const Run* before, const Run& now, std::size_t node, const Region& region);
/// A cell's value in the run before; none where that has no such cell.
std::optional<float> value_before(const Run* before, const Run& now, const Cell& cell);
/// `before 0.25, now 0.31 (+0.06)`; empty where nothing changed.
std::string change_text(const Run* before, const Run& now, const Cell& cell);

/// What made the difference, in words, a line for each setting and for each of a few edits:
/// `heads h: 2 to 4`, `w_q[0,1]: 0.37 to 0.5`.
std::vector<std::string> what_was_set(const Run& before, const Run& after);

/// Cells whose edits differ between two runs: set, reset or set to something else.
Edits difference(const Edits& before, const Edits& after);

}  // namespace headwise
