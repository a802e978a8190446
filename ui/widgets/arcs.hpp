#pragma once
#include <cstdint>
#include <span>

#include "ui/context.hpp"

namespace headwise {

/// Tokens in two columns, queries left and keys right, with a line for every weight of the given heads:
/// the larger, the wider. Pointing at a token shows its lines alone and prints their weights; a click on
/// a token or line goes to its cell.
/// Landmarks `arcs:query:I`, `arcs:key:J`, and `arcs:head:H` at the number on a head's strongest line.
void draw_arcs(Context& ui, const HeadPatterns& of, std::span<const std::int64_t> heads, ImVec2 at, ImVec2 size);
/// Are there so many lines that those of one query are shown at a time?
bool arcs_of_one_query(const Context& ui, const HeadPatterns& of, std::span<const std::int64_t> heads);

}  // namespace headwise
