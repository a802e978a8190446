#include <algorithm>
#include <cmath>

#include "engine/session/session.hpp"

namespace headwise {

namespace {

constexpr std::int64_t fewest = 3;  // cells in sight along an axis

/// The window of `size` entries that has `i` where `now` has it.
Range resized(const Axis& axis, const Range& now, std::int64_t i, std::int64_t size) {
  const double place = now.size() > 1 ? static_cast<double>(i - now.begin) / static_cast<double>(now.size() - 1) : 0.5;
  const auto begin = i - static_cast<std::int64_t>(std::llround(place * static_cast<double>(size - 1)));
  const std::int64_t first = std::clamp<std::int64_t>(begin, 0, axis.size - size);
  return {first, first + size};
}

}  // namespace

void Session::show_windows(const Windows& windows) { draft_.set("zoom", to_text(windows)); }

void Session::zoom(const Cell& at, double factor) {
  Windows windows = this->windows();
  const Axes& axes = graph()[at.node].axes();
  const Slice slice = slice_at(axes, at.index);
  for (const auto& a : {slice.row, slice.column}) {
    if (!a) continue;
    const Axis& axis = axes[*a];
    const Range now = window_of(windows, axis);
    auto size = static_cast<std::int64_t>(std::llround(static_cast<double>(now.size()) / factor));
    if (size == now.size()) size += factor > 1 ? -1 : 1;
    size = std::clamp(size, std::min(fewest, axis.size), axis.size);
    set_window(windows, axis, resized(axis, now, at.index[*a], size));
  }
  show_windows(windows);
}

void Session::pan(std::size_t node, std::int64_t rows, std::int64_t columns) {
  Windows windows = this->windows();
  const Axes& axes = graph()[node].axes();
  const Slice slice = slice_at(axes, first_cell(node).index);
  const auto move = [&](std::optional<std::size_t> a, std::int64_t by) {
    if (!a) return;
    const Axis& axis = axes[*a];
    const Range now = window_of(windows, axis);
    const std::int64_t begin = std::clamp<std::int64_t>(now.begin + by, 0, axis.size - now.size());
    set_window(windows, axis, {begin, begin + now.size()});
  };
  move(slice.row, rows);
  move(slice.column, columns);
  show_windows(windows);
}

void Session::keep_cursor_in_sight() {
  if (draft_.is_default("zoom")) return;
  Windows windows = this->windows();
  const Axes& axes = node().axes();
  for (std::size_t a = 0; a < axes.size(); ++a) {
    const Range now = window_of(windows, axes[a]);
    const std::int64_t i = cursor_.index[a];
    if (now.contains(i)) continue;
    const std::int64_t begin = std::clamp<std::int64_t>(i < now.begin ? i : i + 1 - now.size(), 0, axes[a].size - now.size());
    set_window(windows, axes[a], {begin, begin + now.size()});
  }
  show_windows(windows);
}

}  // namespace headwise
