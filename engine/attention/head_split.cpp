#include "engine/attention/head_split.hpp"

#include <algorithm>
#include <deque>
#include <set>

namespace headwise {

namespace {

bool is_token_axis(const Axis& axis) { return axis.kind == AxisKind::query || axis.kind == AxisKind::key; }

/// (B, T, h*d), made of blocks of d.
bool is_whole(const Axes& axes) {
  return axes.size() == 3 && axes[0].kind == AxisKind::batch && is_token_axis(axes[1]) && axes[2].group > 0;
}

/// (B, h, T, d).
bool is_by_head(const Axes& axes) {
  return axes.size() == 4 && axes[0].kind == AxisKind::batch &&
         (axes[1].kind == AxisKind::head || axes[1].kind == AxisKind::kv_head) && is_token_axis(axes[2]) &&
         axes[3].kind == AxisKind::feature;
}

bool fits(const Axes& whole, const Axes& heads) {
  return whole[1].size == heads[2].size && whole[2].group == heads[3].size &&
         whole[2].size == heads[1].size * heads[3].size;
}

HeadSplit make_split(const Graph& graph, std::size_t whole, std::size_t heads, bool back) {
  HeadSplit split;
  split.whole = whole;
  split.heads = heads;
  split.back = back;
  const Strides by_head = Strides::row_major(graph[heads].axes());
  split.stored = back ? by_head : Strides::row_major(by_head.transposed(1, 2).axes);
  split.right = split.stored.transposed(1, 2);
  split.wrong = Strides::row_major(split.right.axes);
  return split;
}

}  // namespace

std::optional<Placement> placement(const Graph& graph, std::size_t node) {
  const Node& n = graph[node];
  if (!n.op->is_view()) return Placement{node, Strides::row_major(n.axes())};
  const std::optional<Placement> input = placement(graph, n.inputs[0]);
  if (!input) return std::nullopt;
  std::optional<Strides> strides = n.op->strides(input->strides, n.axes());
  if (!strides) return std::nullopt;
  return Placement{input->owner, *std::move(strides)};
}

Index HeadSplit::in_node(const Graph& graph, std::size_t node, const Index& four) const {
  const Axes& axes = graph[node].axes();
  if (axes.size() == 4) return four;
  return {four[0], four[1], four[2] * axes[2].group + four[3]};
}

Index HeadSplit::of_node(const Graph& graph, std::size_t node, const Index& index) const {
  const Axes& axes = graph[node].axes();
  if (axes.size() == 4) return index;
  return {index[0], index[1], index[2] / axes[2].group, index[2] % axes[2].group};
}

std::vector<HeadSplit> head_splits(const Graph& graph) {
  std::vector<HeadSplit> all;
  const auto find = [&all](std::size_t whole) {
    return std::find_if(all.begin(), all.end(), [whole](const HeadSplit& s) { return !s.back && s.whole == whole; });
  };
  for (const std::size_t n : graph.stages()) {
    const Node& node = graph[n];
    if (is_by_head(node.axes())) {
      const std::optional<Placement> place = placement(graph, n);
      if (!place || place->owner == n) continue;
      const Axes& owner = graph[place->owner].axes();
      if (!is_whole(owner) || !fits(owner, node.axes())) continue;
      const auto known = find(place->owner);
      if (known == all.end()) {
        all.push_back(make_split(graph, place->owner, n, false));
      } else if (known->differ() && !known->reshaped && place->strides.steps == known->wrong.steps) {
        known->reshaped = n;
      }
    } else if (is_whole(node.axes()) && !node.op->is_view()) {
      for (const std::size_t input : node.inputs) {
        if (is_by_head(graph[input].axes()) && fits(node.axes(), graph[input].axes())) {
          all.push_back(make_split(graph, n, input, true));
          break;
        }
      }
    }
  }
  return all;
}

std::optional<std::size_t> nearest_split(const Graph& graph, const std::vector<HeadSplit>& all, std::size_t node) {
  std::deque<std::size_t> next{node};
  std::set<std::size_t> seen{node};
  while (!next.empty()) {
    const std::size_t at = next.front();
    next.pop_front();
    for (std::size_t s = 0; s < all.size(); ++s) {
      if (all[s].result() == at || all[s].source() == at) return s;
    }
    for (const std::size_t input : graph[at].inputs) {
      if (seen.insert(input).second) next.push_back(input);
    }
  }
  const auto after = std::find_if(all.begin(), all.end(), [node](const HeadSplit& s) { return s.result() > node; });
  if (after == all.end()) return std::nullopt;
  return static_cast<std::size_t>(after - all.begin());
}

std::optional<std::int64_t> address_of(const Graph& graph, const HeadSplit& split, std::size_t node,
                                       const Index& index) {
  if (split.back && node == split.whole) return split.right.address(split.of_node(graph, node, index));
  const std::optional<Placement> place = placement(graph, node);
  if (!place || place->owner != split.source()) return std::nullopt;
  return place->strides.address(index);
}

}  // namespace headwise
