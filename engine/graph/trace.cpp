#include "engine/graph/trace.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/ops/in_place.hpp"

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

namespace {

constexpr std::int64_t part_cells = 1 << 14;  // 64 KiB stay in a core's first cache, or near it

/// Cuts a tensor into parts of whole rows that lie side by side; body(region, first cell) for each, until
/// one gives false.
template <typename Body>
void each_part_of(const Axes& axes, const Body& body) {
  std::size_t cut = 0;  // the axis along which a part has several entries
  std::int64_t inner = cell_count(axes);
  while (inner > part_cells && cut + 1 < axes.size()) inner /= axes[cut++].size;
  if (cut == 0) {
    body(whole(axes), 0);
    return;
  }
  --cut;
  const std::int64_t step = std::clamp<std::int64_t>(part_cells / inner, 1, axes[cut].size);
  Region region = whole(axes);
  for (std::size_t a = 0; a < cut; ++a) region[a] = {0, 1};
  region[cut] = {0, step};
  for (std::int64_t first = 0;;) {
    if (!body(region, first)) return;
    first += cell_count(region);
    std::int64_t begin = region[cut].end;
    std::size_t axis = cut;
    if (begin == axes[cut].size) {
      begin = 0;
      while (axis-- > 0) {
        region[axis] = {region[axis].begin + 1, region[axis].end + 1};
        if (region[axis].begin < axes[axis].size) break;
        region[axis] = {0, 1};
      }
      if (axis > cut) return;
    }
    region[cut] = {begin, std::min(begin + step, axes[cut].size)};
  }
}

}  // namespace

Trace::Trace(Graph graph, Labels labels, std::int64_t memory_limit, const Trace* like,
             const std::vector<std::size_t>& changed)
    : graph_(std::move(graph)), labels_(std::move(labels)),
      has_values_(memory_needed(graph_) <= memory_limit), extents_(graph_.nodes().size()) {
  if (!has_values_) return;
  derived_ = derived_nodes(graph_);
  tensors_.reserve(graph_.nodes().size());
  std::vector<bool> fresh(graph_.nodes().size(), like == nullptr || !like->has_values_ || like->derived_ != derived_);
  for (const std::size_t n : changed) fresh[n] = true;
  for (std::size_t n = 0; n < graph_.nodes().size(); ++n) {
    const Node& node = graph_[n];
    for (const std::size_t input : node.inputs) fresh[n] = fresh[n] || fresh[input];
    scopes_.push_back(std::make_unique<NodeScope>(*this, n));
    tensors_.push_back(fresh[n] ? computed(n, tensors_) : like->tensors_[n]);
  }
}

std::vector<Tensor> Trace::inputs(std::size_t node, const Tensors& tensors) const {
  std::vector<Tensor> all;
  all.reserve(graph_[node].inputs.size());
  for (const std::size_t input : graph_[node].inputs) all.push_back(tensors[input]);
  return all;
}

Tensor Trace::computed(std::size_t n, const Tensors& tensors) const {
  if (derived_[n]) return Tensor::blank({});
  const Node& node = graph_[n];
  const InPlace* op = node.op->in_place();
  if (!op) return node.op->compute(inputs(n, tensors), node.axes());
  Tensor out = Tensor::blank(node.axes());
  const std::span<float> values = out.mutable_values();
  const std::vector<Tensor> from = inputs(n, tensors);
  each_part_of(node.axes(), [&](const Region& region, std::int64_t first) {
    const auto part = values.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(cell_count(region)));
    copy(node.inputs[0], region, tensors, part);
    op->apply(from, region, part);
    return true;
  });
  return out;
}

void Trace::copy(std::size_t node, const Region& region, const Tensors& tensors, std::span<float> to) const {
  if (!derived_[node]) {
    tensors[node].copy(region, to.data());
  } else if (!to.empty()) {
    copy(graph_[node].inputs[0], region, tensors, to);
    graph_[node].op->in_place()->apply(inputs(node, tensors), region, to);
  }
}

void Trace::compute_again() const {
  Tensors tensors;
  tensors.reserve(graph_.nodes().size());
  for (std::size_t n = 0; n < graph_.nodes().size(); ++n) {
    tensors.push_back(graph_[n].inputs.empty() ? tensors_[n] : computed(n, tensors));
  }
}

float Trace::value(const Cell& cell) const {
  if (!derived_[cell.node]) return tensors_[cell.node].at(cell.index);
  float value = 0;
  copy(cell.node, single(cell.index), tensors_, {&value, 1});
  return value;
}

std::vector<float> Trace::read(std::size_t node, const Region& region) const {
  std::vector<float> values(static_cast<std::size_t>(cell_count(region)));
  copy(node, region, tensors_, values);
  return values;
}

void Trace::each_part(std::size_t node, const std::function<bool(const Region&, std::span<const float>)>& body) const {
  std::vector<float> values;
  each_part_of(graph_[node].axes(), [&](const Region& region, std::int64_t) {
    values.resize(static_cast<std::size_t>(cell_count(region)));
    copy(node, region, tensors_, values);
    return body(region, values);
  });
}

Extent Trace::extent(std::size_t node) const {
  std::optional<Extent>& extent = extents_[node];
  if (extent) return *extent;
  extent.emplace();
  bool first = true;
  each_part(node, [&](const Region&, std::span<const float> values) {
    for (const float value : values) {
      extent->masked = extent->masked || std::isinf(value);
      if (!std::isfinite(value)) continue;
      extent->lowest = first ? value : std::min(extent->lowest, value);
      extent->highest = first ? value : std::max(extent->highest, value);
      first = false;
    }
    return true;
  });
  return *extent;
}

bool Trace::shares(std::size_t node, const Trace& other, std::size_t other_node) const {
  return has_values_ && other.has_values_ && tensors_[node].same_memory(other.tensors_[other_node]);
}

bool Trace::same_values(std::size_t node, const Trace& other, std::size_t other_node) const {
  if (graph_[node].axes() != other.graph_[other_node].axes()) return false;
  if (!has_values_ || !other.has_values_) return has_values_ == other.has_values_;
  if (shares(node, other, other_node)) return true;
  bool same = true;
  each_part(node, [&](const Region& region, std::span<const float> values) {
    return same = std::memcmp(values.data(), other.read(other_node, region).data(), values.size_bytes()) == 0;
  });
  return same;
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

std::string Trace::label(const Axis& axis, std::int64_t i, std::int64_t batch_item) const {
  const auto token = [&](const std::vector<std::vector<std::string>>& texts) {
    return texts[static_cast<std::size_t>(batch_item)][static_cast<std::size_t>(i + axis.first)];
  };
  switch (axis.kind) {
    case AxisKind::batch: return "sentence " + std::to_string(i);
    case AxisKind::head: return "head " + std::to_string(i);
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
