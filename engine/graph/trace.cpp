#include "engine/graph/trace.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>

namespace headwise {

class Trace::NodeScope final : public Scope {
 public:
  NodeScope(const Trace& trace, std::size_t node) : trace_(trace), node_(node) {}

  const Signature& signature() const override { return trace_.graph_[node_].signature; }
  Expression input(std::size_t i, Index index) const override {
    return leaf(trace_.graph_[node_].inputs.at(i), std::move(index));
  }
  Expression self(Index index) const override { return leaf(node_, std::move(index)); }

 private:
  Expression leaf(std::size_t node, Index index) const {
    Cell cell{node, std::move(index)};
    const float value = trace_.value(cell);
    return Expression::cell(std::move(cell), value);
  }

  const Trace& trace_;
  std::size_t node_;
};

std::uint64_t next_id() {
  static std::atomic<std::uint64_t> last = 0;
  return ++last;
}

constexpr std::int64_t many_cells = 1 << 16;  // whose extent takes time to find

Trace::Trace(Graph graph, Labels labels, std::int64_t memory_limit, const Trace* before, When when)
    : id_(next_id()), graph_(std::move(graph)), labels_(std::move(labels)), fits_(memory_needed(graph_) <= memory_limit),
      values_(graph_, before && before->has_values() ? &before->values_ : nullptr), extents_(graph_.nodes().size()) {
  for (std::size_t n = 0; n < graph_.nodes().size(); ++n) scopes_.push_back(std::make_unique<NodeScope>(*this, n));
  for (std::size_t n = 0; before && n < extents_.size(); ++n) {
    if (cell_count(graph_[n].axes()) < many_cells) continue;
    const auto found = before->graph_.find(graph_[n].id());
    if (found && values_.shares(n, before->values_, *found)) extents_[n] = before->extents_[*found];
  }
  if (when == When::later || !fits_) return;
  values_.compute([] { return true; });
  complete_ = true;
}

void Trace::compute(const std::function<bool()>& more) {
  if (!is_computing()) return;
  values_.compute(more);
  if (!values_.complete()) return;
  // A picture needs these first.
  for (; next_extent_ < extents_.size(); ++next_extent_) {
    std::optional<Extent>& extent = extents_[next_extent_];
    if (extent_parts_.empty()) extent_parts_ = parts_of(graph_[next_extent_].axes());
    if (!extent && extent_parts_.size() == 1) extent_parts_.clear();
    for (; !extent_parts_.empty(); extent_parts_.pop_back()) {
      if (!more()) return;
      if (!extent) extent.emplace();
      extent->add(read(next_extent_, extent_parts_.back().region));
    }
  }
  complete_ = true;
}

double Trace::progress() const {
  constexpr double reading = 0.1;  // what finding extents takes of it
  const double found = static_cast<double>(next_extent_) / static_cast<double>(std::max<std::size_t>(1, extents_.size()));
  return (1 - reading) * values_.progress() + reading * found;
}

std::vector<float> Trace::read(std::size_t node, const Region& region) const {
  std::vector<float> values(static_cast<std::size_t>(cell_count(region)));
  values_.copy(node, region, values);
  return values;
}

const Extent& Trace::extent(std::size_t node) const {
  std::optional<Extent>& extent = extents_[node];
  if (!extent) extent.emplace().add(read(node, whole(graph_[node].axes())));
  return *extent;
}

bool Trace::shares(std::size_t node, const Trace& other, std::size_t other_node) const {
  return has_values() && other.has_values() && values_.shares(node, other.values_, other_node);
}

bool Trace::same_values(std::size_t node, const Trace& other, std::size_t other_node) const {
  if (graph_[node].axes() != other.graph_[other_node].axes()) return false;
  if (!has_values() || !other.has_values()) return has_values() == other.has_values();
  if (shares(node, other, other_node)) return true;
  const std::vector<Part> parts = parts_of(graph_[node].axes());
  return std::all_of(parts.begin(), parts.end(), [&](const Part& part) {
    const std::vector<float> a = read(node, part.region);
    return std::memcmp(a.data(), other.read(other_node, part.region).data(), a.size() * sizeof(float)) == 0;
  });
}

Expression Trace::explain(const Cell& cell) const {
  return graph_[cell.node].op->explain(*scopes_[cell.node], cell.index);
}

std::vector<std::pair<std::size_t, Region>> Trace::reads(std::size_t at, const Region& region) const {
  std::vector<std::pair<std::size_t, Region>> all;
  const Node& node = graph_[at];
  for (const Access& access : node.op->access(node.signature)) {
    const std::size_t from = access.input == Access::self ? at : node.inputs[static_cast<std::size_t>(access.input)];
    all.emplace_back(from, headwise::reads(access, region, graph_[from].axes()));
  }
  return all;
}

bool Trace::is_read(const Cell& cell, const Cell& reader) const {
  const auto all = reads(reader.node, single(reader.index));
  return std::any_of(all.begin(), all.end(), [&](const auto& read) {
    return read.first == cell.node && contains(read.second, cell.index);
  });
}

std::string Trace::brief_name(const Cell& cell) const {
  const Axes& axes = graph_[cell.node].axes();
  std::string text;
  for (std::size_t a = 0; a < axes.size(); ++a) {
    if (axes[a].kind == AxisKind::batch && axes[a].size == 1) continue;
    text += (text.empty() ? "" : ",") + std::to_string(cell.index[a]);
  }
  return graph_[cell.node].id() + "[" + text + "]";
}

std::string Trace::head_name(std::int64_t head) const {
  const auto h = static_cast<std::size_t>(head);
  return "head " + std::to_string(head) + (h < labels_.heads.size() ? ": " + labels_.heads[h] : "");
}

std::string Trace::label(const Axis& axis, std::int64_t i, std::int64_t batch_item) const {
  const auto token = [&](const std::vector<std::vector<std::string>>& texts) {
    return texts[static_cast<std::size_t>(batch_item)][static_cast<std::size_t>(i + axis.first)];
  };
  switch (axis.kind) {
    case AxisKind::batch: return "sentence " + std::to_string(i);
    case AxisKind::head: return head_name(i);
    case AxisKind::kv_head: return "KV head " + std::to_string(i);
    case AxisKind::step: return axis.name + " " + std::to_string(i);
    case AxisKind::query: return token(labels_.query);
    case AxisKind::key: return token(labels_.key);
    case AxisKind::feature: return std::to_string(i);
  }
  return std::to_string(i);
}

std::string Trace::cell_name(const Cell& cell) const {
  const Node& node = graph_[cell.node];
  std::int64_t item = 0;
  std::string text;
  for (std::size_t a = 0; a < cell.index.size(); ++a) {
    const Axis& axis = node.axes()[a];
    if (axis.kind == AxisKind::batch) {
      item = cell.index[a];
      if (axis.size == 1) continue;
    }
    std::string name = label(axis, cell.index[a], item);
    if (axis.kind == AxisKind::query || axis.kind == AxisKind::key) {
      const auto& tokens = (axis.kind == AxisKind::query ? labels_.query : labels_.key)[static_cast<std::size_t>(item)];
      const bool twice = std::count(tokens.begin(), tokens.end(), name) > 1;
      name = "\"" + name + "\"" + (twice ? " at " + std::to_string(cell.index[a]) : "");
    }
    text += (text.empty() ? "" : ", ") + name;
  }
  return node.id() + "[" + text + "]";
}

}  // namespace headwise
