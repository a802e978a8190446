#include "engine/session/cursor.hpp"

#include <algorithm>

namespace headwise {

StepBy step_by_name(std::string_view name) {
  if (name == "row") return StepBy::row;
  if (name == "head") return StepBy::head;
  if (name == "stage") return StepBy::stage;
  return StepBy::cell;
}

std::optional<std::size_t> find_axis(const Axes& axes, AxisKind kind) {
  for (std::size_t a = 0; a < axes.size(); ++a) {
    if (axes[a].kind == kind) return a;
  }
  return std::nullopt;
}

std::optional<std::size_t> find_head_axis(const Axes& axes) {
  const auto head = find_axis(axes, AxisKind::head);
  return head ? head : find_axis(axes, AxisKind::kv_head);
}

std::size_t step_axes(const Axes& axes, StepBy by) {
  switch (by) {
    case StepBy::cell: return axes.size();
    case StepBy::row: return axes.empty() ? 0 : axes.size() - 1;
    case StepBy::head: {
      if (const auto head = find_head_axis(axes)) return *head + 1;
      if (const auto batch = find_axis(axes, AxisKind::batch)) return *batch + 1;
      return 0;
    }
    case StepBy::stage: return 0;
  }
  return 0;
}

Region step_region(const Axes& axes, const Index& index, StepBy by) {
  Region region = whole(axes);
  for (std::size_t a = 0; a < step_axes(axes, by); ++a) region[a] = {index[a], index[a] + 1};
  return region;
}

namespace {

std::int64_t steps_in(const Axes& axes, StepBy by) {
  std::int64_t n = 1;
  for (std::size_t a = 0; a < step_axes(axes, by); ++a) n *= axes[a].size;
  return n;
}

std::int64_t step_of(const Axes& axes, const Index& index, StepBy by) {
  std::int64_t n = 0;
  for (std::size_t a = 0; a < step_axes(axes, by); ++a) n = n * axes[a].size + index[a];
  return n;
}

}  // namespace

std::size_t first_reader(const Graph& graph, std::size_t node) {
  for (const std::size_t stage : graph.stages()) {
    const auto& inputs = graph[stage].inputs;
    if (std::find(inputs.begin(), inputs.end(), node) != inputs.end()) return stage;
  }
  return graph.nodes().size();
}

StepPosition step_position(const Graph& graph, const Cell& cursor, StepBy by) {
  StepPosition position;
  const bool on_stage = graph[cursor.node].kind == NodeKind::stage;
  const std::size_t reader = on_stage ? cursor.node : first_reader(graph, cursor.node);
  if (!on_stage) position.at = -1;
  for (const std::size_t stage : graph.stages()) {
    const Axes& axes = graph[stage].axes();
    if (stage < reader) position.at += steps_in(axes, by);
    if (stage == cursor.node) position.at += step_of(axes, cursor.index, by);
    position.total += steps_in(axes, by);
  }
  return position;
}

Cell step_cell(const Graph& graph, std::int64_t at, StepBy by) {
  for (const std::size_t stage : graph.stages()) {
    const Axes& axes = graph[stage].axes();
    const std::int64_t n = steps_in(axes, by);
    if (at >= n) {
      at -= n;
      continue;
    }
    Index index(axes.size(), 0);
    for (std::size_t a = step_axes(axes, by); a-- > 0;) {
      index[a] = at % axes[a].size;
      at /= axes[a].size;
    }
    return {stage, std::move(index)};
  }
  return {graph.stages().back(), Index(graph[graph.stages().back()].axes().size(), 0)};
}

bool is_done(const Graph& graph, const Cell& cell, const Cell& cursor, StepBy by) {
  if (cell.node != cursor.node) return cell.node < cursor.node || graph[cell.node].kind != NodeKind::stage;
  if (graph[cell.node].kind != NodeKind::stage) return true;
  const Axes& axes = graph[cell.node].axes();
  return step_of(axes, cell.index, by) <= step_of(axes, cursor.index, by);
}

Index Slice::index(std::int64_t r, std::int64_t c) const {
  Index at = origin;
  if (row) at[*row] = r;
  if (column) at[*column] = c;
  return at;
}

Region Slice::region(const Axes& axes) const {
  Region region = single(origin);
  if (row) region[*row] = {0, axes[*row].size};
  if (column) region[*column] = {0, axes[*column].size};
  return region;
}

std::vector<std::size_t> free_axes(const Axes& axes) {
  std::vector<std::size_t> free;
  for (std::size_t a = 0; a < axes.size(); ++a) {
    const AxisKind kind = axes[a].kind;
    if (kind != AxisKind::batch && kind != AxisKind::head && kind != AxisKind::kv_head) free.push_back(a);
  }
  return free;
}

Slice slice_at(const Axes& axes, const Index& index) {
  Slice slice{index, std::nullopt, std::nullopt};
  const std::vector<std::size_t> free = free_axes(axes);
  if (!free.empty()) slice.column = free.back();
  if (free.size() > 1) slice.row = free[free.size() - 2];
  if (slice.row) slice.origin[*slice.row] = 0;
  if (slice.column) slice.origin[*slice.column] = 0;
  return slice;
}

}  // namespace headwise
