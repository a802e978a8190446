#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/graph/graph.hpp"

namespace headwise {

/// What rows and columns are called: the tokens of each sentence.
struct Labels {
  std::vector<std::vector<std::string>> query;  // [batch item][token]
  std::vector<std::vector<std::string>> key;
};

/// Smallest and largest finite value, and whether minus infinity occurs.
struct Extent {
  float lowest = 0;
  float highest = 0;
  bool masked = false;
};

/// A graph that has run: every cell of every tensor readable and explainable. Immutable. Where the graph
/// needs more memory than `memory_limit`, nothing is allocated and only shapes and counts are there.
class Trace {
 public:
  Trace(Graph graph, Labels labels, std::int64_t memory_limit)
      : Trace(std::move(graph), std::move(labels), memory_limit, nullptr, {}) {}
  /// To the bit the same as running `graph`, where it is the graph of `like` except for the ops of the
  /// nodes `changed`: what these do not reach is not computed again, and its tensors are shared.
  Trace(Graph graph, Labels labels, std::int64_t memory_limit, const Trace* like,
        const std::vector<std::size_t>& changed);
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  const Graph& graph() const { return graph_; }
  const Labels& labels() const { return labels_; }
  bool has_values() const { return has_values_; }

  float value(const Cell& cell) const;
  /// Row-major values of a region of a node.
  std::vector<float> read(std::size_t node, const Region& region) const;
  Extent extent(std::size_t node) const;
  /// Do both hold a node's values in the same memory?
  bool shares(std::size_t node, const Trace& other, std::size_t other_node) const;
  /// True where both traces hold the same bits for a node (by id) under the same axes.
  bool same_values(std::size_t node, const Trace& other, std::size_t other_node) const;

  /// Computes all stages once more, from the weights and inputs that are there, and forgets them: what
  /// a change at the very front costs.
  void compute_again() const;

  /// The terms of a cell's value. Valid as long as the trace is.
  Expression explain(const Cell& cell) const;
  /// What `region` of `node` reads, as (node, region) pairs; earlier cells of itself included.
  std::vector<std::pair<std::size_t, Region>> reads(std::size_t node, const Region& region) const;

  /// `scores[head 1, "bank", "river"]`.
  std::string cell_name(const Cell& cell) const;
  /// What index `i` of an axis is called: `bank`, `head 1`, `3`.
  std::string label(const Axis& axis, std::int64_t i, std::int64_t batch_item) const;

 private:
  class NodeScope;
  using Tensors = std::vector<Tensor>;

  std::vector<Tensor> inputs(std::size_t node, const Tensors& tensors) const;
  Tensor computed(std::size_t node, const Tensors& tensors) const;
  void copy(std::size_t node, const Region& region, const Tensors& tensors, std::span<float> to) const;
  /// Calls body(region, values) for one part of a node after the other, until that gives false.
  void each_part(std::size_t node, const std::function<bool(const Region&, std::span<const float>)>& body) const;

  Graph graph_;
  Labels labels_;
  bool has_values_ = false;
  std::vector<bool> derived_;
  Tensors tensors_;  // of a derived node: one cell, to know it again by
  std::vector<std::unique_ptr<Scope>> scopes_;
  mutable std::vector<std::optional<Extent>> extents_;
};

}  // namespace headwise
