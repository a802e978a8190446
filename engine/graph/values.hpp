#pragma once
#include <functional>
#include <span>
#include <vector>

#include "engine/graph/graph.hpp"

namespace headwise {

/// The values of a graph's nodes, computed one node after the other, and read while that goes on.
class Values {
 public:
  /// Nothing computed yet, but for nodes that come about as they do in `before` (null: none): these share
  /// its tensors. `graph` must outlive the values.
  Values(const Graph& graph, const Values* before);

  /// Computes on while `more()`, which is asked between pieces of some milliseconds at most.
  void compute(const std::function<bool()>& more);
  bool complete() const { return next_ == graph_->nodes().size(); }
  /// From 0 to 1, by cells and multiplications.
  double progress() const;

  /// Row-major values of a region; the node must have been computed.
  void copy(std::size_t node, const Region& region, std::span<float> to) const;
  float at(const Cell& cell) const;
  /// Do both hold a node's values in the same memory?
  bool shares(std::size_t node, const Values& other, std::size_t other_node) const {
    return tensors_[node].same_memory(other.tensors_[other_node]);
  }

  /// Computes everything that has inputs once more from what has none, and forgets it.
  void compute_again() const;

 private:
  std::vector<Tensor> inputs(std::size_t node) const;
  Work work(std::size_t node) const;

  const Graph* graph_;
  std::vector<bool> derived_;    // see derived_nodes()
  std::vector<bool> fresh_;      // else taken over
  std::vector<Tensor> tensors_;  // of a derived node: one cell, to know it again by
  std::size_t next_ = 0;         // the node that is computed now
  std::int64_t together_ = 1;  // pieces of work at a time, for each thread
  Work work_;
  std::int64_t piece_ = 0;
};

}  // namespace headwise
