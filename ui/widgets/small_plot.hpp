#pragma once
#include <optional>
#include <string>
#include <vector>

#include "ui/context.hpp"

namespace headwise {

/// A curve in a small box: what it is at each place, and the place where one is now.
struct SmallPlot {
  struct Point {
    double x = 0, y = 0;
  };
  std::vector<Point> points;  // by x, all above 0
  std::optional<std::size_t> now;
  bool logarithmic = false;   // both axes; else both begin at 0
  std::string lowest, highest;           // how the axis of y is printed at its ends
  std::string first, last;               // and that of x; empty where others say so
  std::string note, brief_note;          // how it runs, in words; the second where there is less room
  bool stressed = false;      // the note is what to look at
};

/// Draws it and returns the point nearest to the mouse, if that is in the box. `name` is the landmark of
/// the box, and `name:INDEX` that of each point.
std::optional<std::size_t> draw_small_plot(Context& ui, const SmallPlot& plot, const std::string& name, ImVec2 low, ImVec2 size);

}  // namespace headwise
