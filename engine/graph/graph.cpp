#include "engine/graph/graph.hpp"

#include <algorithm>
#include <stdexcept>

#include "engine/ops/catalog.hpp"
#include "engine/ops/in_place.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

std::string_view role_name(Role role) {
  switch (role) {
    case Role::none: return "none";
    case Role::input: return "input";
    case Role::query: return "query";
    case Role::key: return "key";
    case Role::value: return "value";
    case Role::scores: return "scores";
    case Role::weights: return "weights";
    case Role::mask: return "mask";
    case Role::index: return "index";
    case Role::output: return "output";
  }
  return "none";
}

NodeRef Graph::add(NodeKind kind, std::string id, std::string title, Role role, std::unique_ptr<Op> op,
                   const std::vector<NodeRef>& inputs) {
  std::string stands_for = stands_for_ + id;
  id = path_ + id;
  if (find(id)) throw std::logic_error("two nodes called " + id);
  Node node{std::move(title), role, kind, comparison_, std::move(stands_for), std::move(op), {}, {std::move(id), {}, {}, {}}};
  for (const NodeRef ref : inputs) {
    const Node& input = nodes_.at(ref.node);
    node.inputs.push_back(ref.node);
    node.signature.input_ids.push_back(input.id());
    node.signature.input_axes.push_back(input.axes());
  }
  node.signature.axes = node.op->shape(node.signature.input_axes);
  if (kind == NodeKind::stage) stages_.push_back(nodes_.size());
  nodes_.push_back(std::move(node));
  return {nodes_.size() - 1};
}

std::optional<std::size_t> Graph::find(std::string_view id) const {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].id() == id) return i;
  }
  return std::nullopt;
}

void Graph::give(std::size_t at, Tensor values, std::string origin) {
  Node& node = nodes_.at(at);
  node.op = make_op("given", {{"values", values.renamed(node.axes())}, {"origin", std::move(origin)}});
  node.inputs.clear();
  node.signature.input_ids.clear();
  node.signature.input_axes.clear();
}

void Graph::edit(std::size_t at, std::vector<std::pair<Index, float>> cells) {
  Node& node = nodes_.at(at);
  std::sort(cells.begin(), cells.end());
  std::vector<std::int64_t> places;
  std::vector<float> values;
  for (const auto& [index, value] : cells) {
    places.push_back(flat_index(node.axes(), index));
    values.push_back(value);
  }
  const Axes one_axis{{"edit", static_cast<std::int64_t>(values.size())}};
  Tensor given(one_axis, std::move(values));
  node.op = make_op("edited", {{"op", node.op}, {"at", std::move(places)}, {"values", std::move(given)}});
}

namespace {

/// `d_model × (h*d_k)` or `8 × (2 × 4)`: an axis made of groups shows them.
Count parameters(const Node& weight) {
  Count count{Count::Kind::parameters, weight.id(), {}, {}, cell_count(weight.axes())};
  for (const Axis& axis : weight.axes()) {
    const bool grouped = axis.group > 0;
    count.formula += (count.formula.empty() ? "" : " \u00d7 ") + (grouped ? "(" + axis.name + ")" : axis.name);
    count.numbers += (count.numbers.empty() ? "" : " \u00d7 ") +
                     (grouped ? "(" + print_count(axis.size / axis.group) + " \u00d7 " + print_count(axis.group) + ")"
                              : print_count(axis.size));
  }
  return count;
}

Count bytes(const Node& node) {
  if (node.op->is_view()) return {Count::Kind::bytes, "a view: no memory of its own", "0", "0", 0};
  return bytes_of("float32 values", node.axes());
}

}  // namespace

Count bytes_of(std::string what, const Axes& axes) {
  std::vector<std::pair<std::string, std::int64_t>> factors;
  for (const Axis& axis : axes) {
    factors.emplace_back(axis.group > 0 ? "(" + axis.name + ")" : axis.name, axis.size);
  }
  factors.emplace_back("4 bytes", 4);
  return flops(Count::Kind::bytes, std::move(what), factors);
}

std::vector<Count> counts(const Graph& graph, std::size_t at) {
  const Node& node = graph[at];
  std::vector<Count> all;
  for (const std::size_t input : node.inputs) {
    if (graph[input].kind != NodeKind::weight) continue;
    const auto reads_it = [input](const Node& n) {
      return std::find(n.inputs.begin(), n.inputs.end(), input) != n.inputs.end();
    };
    const auto first = std::find_if(graph.nodes().begin(), graph.nodes().end(), reads_it);
    if (&*first == &node) all.push_back(parameters(graph[input]));
  }
  for (Count& count : node.op->counts(node.signature)) all.push_back(std::move(count));
  all.push_back(bytes(node));
  return all;
}

std::int64_t total(const std::vector<Count>& all, Count::Kind kind) {
  std::int64_t sum = 0;
  for (const Count& count : all) {
    if (count.kind == kind) sum += count.value;
  }
  return sum;
}

std::int64_t total(const Graph& graph, Count::Kind kind) {
  std::int64_t sum = 0;
  for (const std::size_t stage : graph.stages()) {
    if (!graph[stage].comparison) sum += total(counts(graph, stage), kind);
  }
  return sum;
}

std::vector<bool> derived_nodes(const Graph& graph) {
  const auto& nodes = graph.nodes();
  std::vector<bool> derived(nodes.size()), is_read(nodes.size());
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    const InPlace* op = nodes[n].op->in_place();
    derived[n] = op && op->reach() == InPlace::Reach::cell && nodes[n].kind == NodeKind::stage;
  }
  for (const Node& node : nodes) {
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      is_read[node.inputs[i]] = true;
      if (i > 0 || !node.op->in_place()) derived[node.inputs[i]] = false;
    }
  }
  for (std::size_t n = 0; n < nodes.size(); ++n) derived[n] = derived[n] && is_read[n];
  return derived;
}

std::int64_t memory_needed(const Graph& graph) {
  const std::vector<bool> derived = derived_nodes(graph);
  std::int64_t sum = 0;
  for (std::size_t n = 0; n < derived.size(); ++n) {
    if (!derived[n] && !graph[n].op->is_view()) sum += 4 * cell_count(graph[n].axes());
  }
  return sum;
}

}  // namespace headwise
