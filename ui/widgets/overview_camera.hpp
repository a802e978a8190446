#pragma once
#include <imgui.h>

#include <cstdint>
#include <optional>
#include <tuple>

#include "engine/session/session.hpp"
#include "ui/widgets/overview_map.hpp"

namespace headwise {

/// A place on the screen through which a part of a map is seen. How large things are is the state's key
/// `magnify` (1: the whole map); where, stays here.
class OverviewCamera {
 public:
  /// For this frame. Follows the cursor's cell where that has moved.
  void look(Session& session, const OverviewMap& map, const OverviewMap::Box& window);

  ImVec2 at(ImVec2 place) const;   // of the map, on the screen
  ImVec2 place(ImVec2 at) const;   // the other way round
  float scale() const { return scale_; }
  const OverviewMap::Box& window() const { return window_; }

  /// `factor` times larger; what is at a point of the screen stays there.
  void zoom(Session& session, double factor, ImVec2 fixed);
  void pan(ImVec2 by);
  /// As large as the window can show it.
  void show(Session& session, const OverviewMap::Box& box);
  /// Closer to the chosen cell, further away, or (0) the whole, with the next frame.
  void ask(double factor) { asked_ = factor; }

 private:
  void keep_in_sight();
  void set_magnify(Session& session, double magnify);
  static OverviewMap::Box cell_box(const OverviewMap& map, const Cell& cell);

  OverviewMap::Box window_;
  ImVec2 size_;
  ImVec2 center_{0.5F, 0.5F};  // as a share of the map, which may change its size
  float fit_ = 1, scale_ = 1;
  float cell_ = 1;
  std::optional<Cell> cursor_;
  std::optional<double> asked_;
};

/// What the overview keeps from frame to frame.
struct Overview {
  OverviewMap map;
  std::tuple<std::uint64_t, std::int64_t, float, float, float> drawn_for;  // trace, sentence, room, text size
  OverviewCamera camera;
};

}  // namespace headwise
