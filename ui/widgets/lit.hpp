#pragma once
#include "ui/context.hpp"

namespace headwise {

/// A picture of a part of a slice on screen: from where to where, and how large one cell is.
struct LitPicture {
  std::size_t node = 0;
  const Slice& slice;
  bool transposed = false;
  Range rows, columns;  // as they stand in the picture
  ImVec2 low, high;
  ImVec2 cell;
};

/// Over a picture, where the session lights cells up: sources in solid outlines, dependents in dashed
/// ones, and everything else behind a veil, but for the tensor that the cursor is in.
void draw_lit(const Context& ui, const LitPicture& picture);
/// What the two kinds of outlines mean, where cells are lit.
void draw_lit_legend(const Context& ui, ImVec2 at, float width);
/// `24 of 56`: how many of a tensor's cells are lit; empty where nothing is to be lit.
std::string lit_count(const Session& session, std::size_t node);
/// The choice of what is lit.
void draw_lit_choice(Context& ui);
void describe_lit(const Session& session, Description& out);

}  // namespace headwise
