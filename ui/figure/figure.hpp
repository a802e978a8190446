#pragma once
#include <imgui.h>

#include <chrono>
#include <memory>
#include <string>

#include "engine/io/png.hpp"

namespace headwise {

/// A rectangle of a frame in logical pixels, and what a file of it says of itself.
struct Figure {
  float x = 0, y = 0, width = 0, height = 0;
  std::string title;
  std::string description;
  std::string link;  // the hash that restores the view
};

/// The figure as vectors (SVG 1.1): shapes without the fringe that smooths them on screen, text as the
/// outlines of its letters, pictures of data with sharp cells. Dear ImGui's context is the one that
/// drew `frame`.
std::string to_svg(const ImDrawData& frame, const Figure& figure);

/// The figure as a graphics card draws it, but that cells in pictures of data stay sharp, made a piece
/// at a time: `density` pixels for each logical one, which should be what the frame was made for.
class PixelPainter {
 public:
  /// `frame` outlives it.
  PixelPainter(const ImDrawData& frame, const Figure& figure, float density);
  ~PixelPainter();
  /// Goes on for about so long; true when all is drawn.
  bool work(std::chrono::duration<double> budget);
  /// 0 to 1.
  double progress() const;
  const Bitmap& bitmap() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// All of it at once.
Bitmap to_pixels(const ImDrawData& frame, const Figure& figure, float density);

/// A rectangle of a texture's pixels, each multiplied by `tint`.
Bitmap pixels_of(const ImTextureData& texture, ImVec2 uv_low, ImVec2 uv_high, ImU32 tint);

}  // namespace headwise
