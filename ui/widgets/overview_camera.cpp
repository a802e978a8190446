#include "ui/widgets/overview_camera.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "ui/context.hpp"

namespace headwise {

namespace {

constexpr float largest_cell = 96;  // logical pixels

ImVec2 middle(const OverviewMap::Box& box) {
  return {(box.first.x + box.second.x) * 0.5F, (box.first.y + box.second.y) * 0.5F};
}

bool inside(const OverviewMap::Box& box, ImVec2 point) {
  return point.x >= box.first.x && point.x <= box.second.x && point.y >= box.first.y && point.y <= box.second.y;
}

}  // namespace

OverviewMap::Box OverviewCamera::cell_box(const OverviewMap& map, const Cell& cell) {
  const OverviewMap::Block* block = map.find(cell.node);
  if (!block) return {{0, 0}, map.size};
  for (const OverviewMap::Tile& tile : block->tiles) {
    if (!contains(tile.region, cell.index)) continue;
    const auto along = [&](std::optional<std::size_t> axis, float from, float to) {
      if (!axis) return std::pair{from, to};
      const float step = (to - from) / static_cast<float>(tile.region[*axis].size());
      const auto i = static_cast<float>(cell.index[*axis]);
      return std::pair{from + i * step, from + (i + 1) * step};
    };
    const auto [x0, x1] = along(tile.slice.column, tile.box.first.x, tile.box.second.x);
    const auto [y0, y1] = along(tile.slice.row, tile.box.first.y, tile.box.second.y);
    return {{x0, y0}, {x1, y1}};
  }
  return block->box;
}

ImVec2 OverviewCamera::at(ImVec2 place) const {
  const ImVec2 mid = middle(window_);
  return {mid.x + (place.x - center_.x * size_.x) * scale_, mid.y + (place.y - center_.y * size_.y) * scale_};
}

ImVec2 OverviewCamera::place(ImVec2 at) const {
  const ImVec2 mid = middle(window_);
  return {center_.x * size_.x + (at.x - mid.x) / scale_, center_.y * size_.y + (at.y - mid.y) / scale_};
}

void OverviewCamera::keep_in_sight() {
  const auto clamped = [this](float center, float length, float room) {
    const float half = room / (2 * scale_ * length);
    return half >= 0.5F ? 0.5F : std::clamp(center, half, 1 - half);
  };
  const ImVec2 room = window_.second - window_.first;
  center_ = {clamped(center_.x, size_.x, room.x), clamped(center_.y, size_.y, room.y)};
}

void OverviewCamera::set_magnify(Session& session, double magnify) {
  const double most = std::max(1.0, static_cast<double>(largest_cell / (cell_ * fit_)));
  magnify = std::clamp(magnify, 1.0, most);
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", magnify < 1.0005 ? 0 : magnify < 1000 ? 3 : 0, magnify);
  session.set("magnify", text);
  scale_ = fit_ * static_cast<float>(session.settings().number("magnify"));
}

void OverviewCamera::look(Session& session, const OverviewMap& map, const OverviewMap::Box& window) {
  window_ = window;
  size_ = map.size;
  cell_ = map.cell;
  const float margin = 0.5F * ImGui::GetFontSize();
  const ImVec2 room = window.second - window.first - ImVec2{2 * margin, 2 * margin};
  fit_ = std::min({room.x / size_.x, room.y / size_.y, 1.0F});
  scale_ = fit_ * static_cast<float>(session.settings().number("magnify"));
  const ImVec2 chosen = middle(cell_box(map, session.cursor()));
  if (cursor_ != session.cursor()) {
    if (!cursor_ || !inside(window_, at(chosen))) center_ = {chosen.x / size_.x, chosen.y / size_.y};
    cursor_ = session.cursor();
  }
  if (asked_) {
    if (*asked_ == 0) {
      set_magnify(session, 1);
    } else {
      if (!inside(window_, at(chosen))) center_ = {chosen.x / size_.x, chosen.y / size_.y};
      zoom(session, *asked_, at(chosen));
    }
    asked_.reset();
  }
  keep_in_sight();
}

void OverviewCamera::zoom(Session& session, double factor, ImVec2 fixed) {
  const ImVec2 before = place(fixed);
  set_magnify(session, session.settings().number("magnify") * factor);
  const ImVec2 after = place(fixed);
  center_ = {center_.x + (before.x - after.x) / size_.x, center_.y + (before.y - after.y) / size_.y};
  keep_in_sight();
}

void OverviewCamera::pan(ImVec2 by) {
  center_ = {center_.x - by.x / (scale_ * size_.x), center_.y - by.y / (scale_ * size_.y)};
  keep_in_sight();
}

void OverviewCamera::show(Session& session, const OverviewMap::Box& box) {
  const ImVec2 room = window_.second - window_.first;
  const ImVec2 size = box.second - box.first;
  set_magnify(session, static_cast<double>(std::min(room.x / size.x, room.y / size.y) * 0.8F / fit_));
  const ImVec2 mid = middle(box);
  center_ = {mid.x / size_.x, mid.y / size_.y};
  keep_in_sight();
}

}  // namespace headwise
