#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/graph/graph.hpp"

namespace headwise {

/// The part that is shown of axes, by their names: what several tensors have in common is cut alike.
using Windows = std::vector<std::pair<std::string, Range>>;

/// `T_q:0-15,d_k:0-3`, first and last index; Error where it is not that, or an axis is named twice.
Windows parse_windows(std::string_view text);
std::string to_text(const Windows& windows);
/// Error where an axis is not in the graph or has no such indices.
void check_windows(const Windows& windows, const Graph& graph);
/// Those that check_windows() takes.
Windows fitting_windows(const Windows& windows, const Graph& graph);
/// What is shown of an axis: its window, else the whole.
Range window_of(const Windows& windows, const Axis& axis);
/// Sets an axis' window, or takes it away where it is the whole axis.
void set_window(Windows& windows, const Axis& axis, Range range);

}  // namespace headwise
