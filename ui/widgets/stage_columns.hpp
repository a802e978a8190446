#pragma once
#include <cstddef>
#include <vector>

#include "engine/graph/graph.hpp"

namespace headwise {

/// Stages by how many stages lie before them: side by side what can be computed side by side. What
/// has another path (a layer, a step of decoding) comes behind.
std::vector<std::vector<std::size_t>> stage_columns(const Graph& graph);

}  // namespace headwise
