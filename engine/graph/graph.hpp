#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/ops/op.hpp"

namespace headwise {

/// What part a tensor plays; the interface gives each its own colour.
enum class Role { none, input, query, key, value, scores, weights, mask, index, output };
std::string_view role_name(Role role);

/// A stage is a step of the pipeline; a weight is a parameter; an input is neither, but explains
/// something (the mask).
enum class NodeKind { stage, weight, input };

struct Node {
  std::string title;
  Role role = Role::none;
  NodeKind kind = NodeKind::stage;
  /// There to compare with, no part of the computation: left out of totals.
  bool comparison = false;
  /// Id of the tensor that this one is, or holds some tokens of, where all are computed at once; else its own.
  std::string stands_for;
  std::shared_ptr<const Op> op;
  std::vector<std::size_t> inputs;  // positions of earlier nodes
  Signature signature;              // id, axes, and the same of the inputs

  const std::string& id() const { return signature.id; }
  const Axes& axes() const { return signature.axes; }
};

/// A tensor of the graph, as the pipelines pass it around.
struct NodeRef {
  std::size_t node = 0;
};

/// Ops wired together, in an order in which they can run. Shapes are known as soon as a node is
/// added; nothing is computed here.
class Graph {
 public:
  NodeRef add(NodeKind kind, std::string id, std::string title, Role role, std::unique_ptr<Op> op,
              const std::vector<NodeRef>& inputs);
  NodeRef stage(std::string id, std::string title, Role role, std::unique_ptr<Op> op,
                const std::vector<NodeRef>& inputs = {}) {
    return add(NodeKind::stage, std::move(id), std::move(title), role, std::move(op), inputs);
  }

  /// Nodes added from here on have `path` before their id: `block2/attn/`. Empty to end it.
  void enter(std::string path) { path_ = stands_for_ = std::move(path); }
  /// The same, where they stand for the nodes whose ids have no path.
  void enter_part(std::string path) {
    path_ = std::move(path);
    stands_for_.clear();
  }
  /// The node stands for another pipeline's of that id.
  void stands_for(NodeRef ref, std::string id) { nodes_[ref.node].stands_for = std::move(id); }
  const std::string& path() const { return path_; }
  /// Nodes added from here on are there to compare with.
  void begin_comparison() { comparison_ = true; }

  const std::vector<Node>& nodes() const { return nodes_; }
  const Node& operator[](std::size_t node) const { return nodes_[node]; }
  const Axes& axes(NodeRef ref) const { return nodes_[ref.node].axes(); }
  std::optional<std::size_t> find(std::string_view id) const;
  /// The node of that id on the current path, which must be there.
  NodeRef find_ref(std::string_view id) const { return {find(path_ + std::string(id)).value()}; }
  /// Positions of the stages, in order.
  const std::vector<std::size_t>& stages() const { return stages_; }

  /// Replaces how a node's values come about, keeping its place and shape: given instead of computed.
  void give(std::size_t node, Tensor values, std::string origin);
  /// Sets some cells of a node by hand; the others come about as before.
  void edit(std::size_t node, std::vector<std::pair<Index, float>> cells);

 private:
  std::vector<Node> nodes_;
  std::vector<std::size_t> stages_;
  std::string path_;
  std::string stands_for_;  // the path of what nodes stand for
  bool comparison_ = false;
};

/// Everything counted at a node: the parameters of the weights it is the first to read, its FLOPs,
/// and the bytes its values take (0 for a view).
std::vector<Count> counts(const Graph& graph, std::size_t node);
/// Bytes of one float32 for each cell.
Count bytes_of(std::string what, const Axes& axes);
std::int64_t total(const std::vector<Count>& counts, Count::Kind kind);
/// The same over all stages but those that are there to compare with.
std::int64_t total(const Graph& graph, Count::Kind kind);
/// Which nodes need not be kept, because only ops that work in place read them: from the nearest kept
/// tensor before them every cell is made again when it is asked for.
std::vector<bool> derived_nodes(const Graph& graph);
/// Bytes that running the graph will hold at once: every tensor that is neither a view nor derived.
std::int64_t memory_needed(const Graph& graph);

}  // namespace headwise
