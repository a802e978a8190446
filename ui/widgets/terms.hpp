#pragma once
#include <optional>
#include <span>

#include "engine/ops/expression.hpp"
#include "ui/context.hpp"

namespace headwise {

/// A printed expression, wrapped: every number that is a cell has its tensor's colour, says its name
/// when hovered, and gives its cell when clicked. Landmarks `term:N` for the N-th cell.
std::optional<Cell> draw_terms(Context& ui, std::span<const Span> spans);

}  // namespace headwise
