#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "engine/graph/graph.hpp"

namespace headwise {

/// Some cells of one tensor, as boxes that do not overlap; few of them where the cells lie together.
class CellSet {
 public:
  /// Adds the cells of a box; returns those that are new, as boxes.
  std::vector<Region> add(const Region& region);
  void remove(const Region& region);

  const std::vector<Region>& boxes() const { return boxes_; }
  bool empty() const { return boxes_.empty(); }
  std::int64_t count() const;
  bool contains(const Index& index) const;

 private:
  void join();

  std::vector<Region> boxes_;
};

/// `0,0:7,2`: a box as Python's slices write it.
std::string region_text(const Region& region);
/// Do two boxes have a cell in common?
bool overlap(const Region& a, const Region& b);
/// What is left of `region` without `box`, or without all of some boxes.
std::vector<Region> without(const Region& region, const Region& box);
std::vector<Region> without(const Region& region, const std::vector<Region>& boxes);

/// All cells that `cell` is made from, over any number of steps, for each node of the graph; the cell
/// itself is none of them. By what the ops declare that they read: a masked cell counts, although its value
/// happens to be left out.
std::vector<CellSet> sources(const Graph& graph, const Cell& cell);
/// All cells that `cell` goes into, likewise.
std::vector<CellSet> dependents(const Graph& graph, const Cell& cell);

}  // namespace headwise
