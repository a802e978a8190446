#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/graph/graph.hpp"
#include "engine/graph/parts.hpp"
#include "engine/graph/values.hpp"
#include "engine/tensor/extent.hpp"

namespace headwise {

/// What rows and columns are called: the tokens of each sentence, and heads where they have names.
struct Labels {
  std::vector<std::vector<std::string>> query;  // [batch item][token]
  std::vector<std::vector<std::string>> key;
  std::vector<std::string> heads = {};  // one for each query head, or none
};

/// A graph and its values: every cell of every tensor can be read and explained. Where the graph needs
/// more memory than `memory_limit`, nothing is allocated and only shapes and counts are there.
class Trace {
 public:
  /// Computed at once, or by compute().
  enum class When { now, later };

  Trace(Graph graph, Labels labels, std::int64_t memory_limit, When when = When::now)
      : Trace(std::move(graph), std::move(labels), memory_limit, nullptr, when) {}
  /// To the bit the same; what comes about as it did in `before` is not computed again, and its tensors
  /// are shared.
  Trace(Graph graph, Labels labels, std::int64_t memory_limit, const Trace* before, When when = When::now);
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  /// No other trace of this program has it.
  std::uint64_t id() const { return id_; }
  const Graph& graph() const { return graph_; }
  const Labels& labels() const { return labels_; }
  bool has_values() const { return fits_ && !is_computing(); }

  /// Values that are still to come, and how much of the work is done, from 0 to 1.
  bool is_computing() const { return fits_ && !complete_; }
  double progress() const;
  /// Goes on while `more()`, which is asked every few milliseconds. Nothing changes once all is there.
  void compute(const std::function<bool()>& more);

  // Once has_values():
  float value(const Cell& cell) const { return values_.at(cell); }
  /// Row-major values of a region of a node.
  std::vector<float> read(std::size_t node, const Region& region) const;
  const Extent& extent(std::size_t node) const;
  /// Do both hold a node's values in the same memory?
  bool shares(std::size_t node, const Trace& other, std::size_t other_node) const;
  /// True where both traces hold the same bits for a node (by id) under the same axes.
  bool same_values(std::size_t node, const Trace& other, std::size_t other_node) const;

  /// Computes all stages once more, from the weights and inputs that are there, and forgets them: what
  /// a change at the very front costs.
  void compute_again() const { values_.compute_again(); }

  /// The terms of a cell's value. Valid as long as the trace is.
  Expression explain(const Cell& cell) const;
  /// What `region` of `node` reads, as (node, region) pairs; earlier cells of itself included.
  std::vector<std::pair<std::size_t, Region>> reads(std::size_t node, const Region& region) const;

  /// Is `cell` a term of `reader`?
  bool is_read(const Cell& cell, const Cell& reader) const;

  /// `scores[head 1, "bank", "river"]`.
  std::string cell_name(const Cell& cell) const;
  /// `scores[1,4,2]`: the same by number, which is short; a batch of one is left out.
  std::string brief_name(const Cell& cell) const;
  /// `head 1`; `head 1: agreement` where it has a name.
  std::string head_name(std::int64_t head) const;
  /// What index `i` of an axis is called: `bank`, `head 1`, `3`.
  std::string label(const Axis& axis, std::int64_t i, std::int64_t batch_item) const;

 private:
  class NodeScope;

  std::uint64_t id_;
  Graph graph_;
  Labels labels_;
  bool fits_;
  bool complete_ = false;
  Values values_;
  std::vector<std::unique_ptr<Scope>> scopes_;
  mutable std::vector<std::optional<Extent>> extents_;  // of small tensors, once they are asked for
  std::size_t next_extent_ = 0;                         // of large ones: the node whose extent is found now
  std::vector<Part> extent_parts_;                      // what is left of it
};

}  // namespace headwise
