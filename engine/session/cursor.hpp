#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/graph/trace.hpp"

namespace headwise {

enum class StepBy { cell, row, head, stage };
StepBy step_by_name(std::string_view name);

/// How many leading axes of a tensor one step holds fixed: all for a cell, none for a stage.
std::size_t step_axes(const Axes& axes, StepBy by);
/// The cells of the step that `index` belongs to.
Region step_region(const Axes& axes, const Index& index, StepBy by);

/// Stepping through the stages of a trace, in order; a step is a place, so going back costs nothing.
/// A cursor on a weight or mask stands just before the stage that first reads it.
struct StepPosition {
  std::int64_t at = 0;     // from 0; -1 before the first
  std::int64_t total = 0;
};
/// The first stage that reads a node; beyond the last node where none does.
std::size_t first_reader(const Graph& graph, std::size_t node);
StepPosition step_position(const Graph& graph, const Cell& cursor, StepBy by);
/// The first cell of step `at`, which must be within 0..total-1.
Cell step_cell(const Graph& graph, std::int64_t at, StepBy by);
/// Has the cell been computed once the cursor's step is done?
bool is_done(const Graph& graph, const Cell& cell, const Cell& cursor, StepBy by);

/// The two-dimensional part of a tensor that a picture shows: batch, head and step axes held at
/// the cursor's place, the last two others as rows and columns.
struct Slice {
  Index origin;                       // the fixed axes' indices; 0 on rows and columns
  std::optional<std::size_t> row;     // axis, none for a vector
  std::optional<std::size_t> column;

  std::int64_t rows(const Axes& axes) const { return row ? axes[*row].size : 1; }
  std::int64_t columns(const Axes& axes) const { return column ? axes[*column].size : 1; }
  Index index(std::int64_t r, std::int64_t c) const;
  Region region(const Axes& axes) const;
};
/// The axes that a place within a picture is given by: all but batch and heads.
std::vector<std::size_t> free_axes(const Axes& axes);
/// The slice through `index`.
Slice slice_at(const Axes& axes, const Index& index);
/// Where the head (or KV head) and batch axes are.
std::optional<std::size_t> find_axis(const Axes& axes, AxisKind kind);
std::optional<std::size_t> find_head_axis(const Axes& axes);

}  // namespace headwise
