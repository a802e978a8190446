#pragma once
#include <imgui.h>

#include <string>

#include "ui/context.hpp"

namespace headwise {

/// Text at a place, `ems` high, cut with an ellipsis where it is wider than `width` (0: any).
void draw_text(const Context& ui, ImFont* font, float ems, ImVec2 at, ImU32 color, const std::string& text,
               float width = 0);
/// The same in the middle of a box.
void draw_text_in(const Context& ui, ImFont* font, float ems, ImVec2 low, ImVec2 high, ImU32 color,
                  const std::string& text);
float text_width(const Context& ui, ImFont* font, float ems, const std::string& text);

/// Fills a box with lines, so that things are told apart without colour: none for pattern 0, then
/// rising, level, falling and upright ones, and again.
void draw_hatching(const Context& ui, ImVec2 low, ImVec2 high, std::int64_t pattern, ImU32 color);

/// A part of a picture that can be clicked, and is a landmark; outlined while hovered.
struct Spot {
  bool hovered = false;
  bool clicked = false;
};
Spot draw_spot(Context& ui, const std::string& name, ImVec2 low, ImVec2 high);

/// A bar that shows `share` of its width (negative: to the left of `zero`, a share of it), with a
/// number behind it.
void draw_bar(const Context& ui, ImVec2 low, ImVec2 high, float zero, float share, ImU32 color);

/// `most` indices of `size`, or fewer, with `at` in their middle where that can be.
Range around(std::int64_t size, std::int64_t at, std::int64_t most);

}  // namespace headwise
