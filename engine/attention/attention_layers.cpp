#include "engine/attention/attention_layers.hpp"

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace headwise {

namespace {

bool has_axes(const Axes& axes, std::initializer_list<AxisKind> kinds) {
  return std::equal(axes.begin(), axes.end(), kinds.begin(), kinds.end(),
                    [](const Axis& axis, AxisKind kind) { return axis.kind == kind; });
}

bool meets_every_key(const Axes& axes) {
  return axes.size() > 1 && axes[axes.size() - 2].kind == AxisKind::query && axes.back().kind == AxisKind::key;
}

/// `block1/attn/` of `block1/attn/scores`.
std::string_view path_of(const Node& node) {
  const std::string_view id = node.id();
  return id.substr(0, id.rfind('/') + 1);
}

std::size_t shared_path(std::string_view a, std::string_view b) {
  std::size_t shared = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()) && a[i] == b[i]; ++i) {
    if (a[i] == '/') shared = i + 1;
  }
  return shared;
}

/// The mask among what a node was made from, without leaving the tensors of one query with one key.
std::optional<std::size_t> mask_before(const Graph& g, std::size_t node) {
  for (const std::size_t input : g[node].inputs) {
    if (g[input].role == Role::mask && has_axes(g[input].axes(), {AxisKind::batch, AxisKind::query, AxisKind::key})) return input;
  }
  for (const std::size_t input : g[node].inputs) {
    if (!meets_every_key(g[input].axes())) continue;
    if (const auto found = mask_before(g, input)) return found;
  }
  return std::nullopt;
}

/// From what W_O is multiplied with back to where it still had heads.
std::optional<std::size_t> by_head(const Graph& g, std::size_t node) {
  while (!has_axes(g[node].axes(), {AxisKind::batch, AxisKind::head, AxisKind::query, AxisKind::feature})) {
    if (g[node].inputs.empty()) return std::nullopt;
    node = g[node].inputs[0];
  }
  return node;
}

std::optional<AttentionLayer::Mixing> mixing_of(const Graph& g, std::size_t weights) {
  const Axes& axes = g[weights].axes();
  for (const std::size_t stage : g.stages()) {
    if (path_of(g[stage]) != path_of(g[weights])) continue;
    for (const std::size_t input : g[stage].inputs) {
      const Node& w_o = g[input];
      if (w_o.kind != NodeKind::weight || w_o.role != Role::output || w_o.axes().size() != 2) continue;
      const auto heads = by_head(g, g[stage].inputs[0]);
      if (!heads) continue;
      const Axes& found = g[*heads].axes();
      if (found[1] == axes[1] && found[2] == axes[2] && found[1].size * found[3].size == w_o.axes()[0].size) {
        return AttentionLayer::Mixing{*heads, input};
      }
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<AttentionLayer> attention_layers(const Graph& g) {
  std::vector<AttentionLayer> all;
  for (const std::size_t stage : g.stages()) {
    if (g[stage].role != Role::weights) continue;
    if (!has_axes(g[stage].axes(), {AxisKind::batch, AxisKind::head, AxisKind::query, AxisKind::key})) continue;
    all.push_back({stage, mask_before(g, stage), mixing_of(g, stage)});
  }
  return all;
}

const AttentionLayer* attention_layer_at(const Graph& g, std::span<const AttentionLayer> layers, std::size_t cursor) {
  const std::string_view here = path_of(g[cursor]);
  const AttentionLayer* best = nullptr;
  std::size_t nearest = 0;
  for (const AttentionLayer& layer : layers) {
    if (layer.weights == cursor) return &layer;
    const std::string_view path = path_of(g[layer.weights]);
    const std::size_t shared = shared_path(path, here);
    const bool later = best && shared == nearest && (path == path_of(g[best->weights]) || layer.weights <= cursor);
    if (best && shared <= nearest && !later) continue;
    best = &layer;
    nearest = shared;
  }
  return best;
}

}  // namespace headwise
