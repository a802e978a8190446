#include "ui/figure/outline.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace headwise {

namespace {

std::int64_t cross(OutlinePoint a, OutlinePoint b, OutlinePoint c) {
  return std::int64_t{b.x - a.x} * (c.y - a.y) - std::int64_t{b.y - a.y} * (c.x - a.x);
}

void leave_out_straight_corners(std::vector<OutlinePoint>& line) {
  std::vector<OutlinePoint> kept;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const OutlinePoint before = kept.empty() ? line.back() : kept.back();
    if (cross(before, line[i], line[(i + 1) % line.size()]) != 0) kept.push_back(line[i]);
  }
  line = std::move(kept);
}

}  // namespace

void Outline::add(OutlinePoint a, OutlinePoint b, OutlinePoint c) {
  const std::int64_t area = cross(a, b, c);
  if (area == 0) return;
  if (area < 0) std::swap(b, c);
  edges_.insert(edges_.end(), {{a, b}, {b, c}, {c, a}});
}

std::vector<std::vector<OutlinePoint>> Outline::take() {
  // Where two triangles meet, their edges run opposite ways: what is left runs along the outside.
  std::map<std::pair<OutlinePoint, OutlinePoint>, int> left;
  for (const Edge& edge : edges_) {
    if (const auto opposite = left.find({edge.to, edge.from}); opposite != left.end()) {
      if (--opposite->second == 0) left.erase(opposite);
    } else {
      ++left[{edge.from, edge.to}];
    }
  }
  edges_.clear();
  std::vector<std::vector<OutlinePoint>> lines;
  while (!left.empty()) {
    std::vector<OutlinePoint> line{left.begin()->first.first};
    do {
      const auto next = left.lower_bound({line.back(), {INT32_MIN, INT32_MIN}});
      if (next == left.end() || next->first.first != line.back()) break;
      line.push_back(next->first.second);
      if (--next->second == 0) left.erase(next);
    } while (line.back() != line.front());
    line.pop_back();
    leave_out_straight_corners(line);
    if (line.size() > 2) lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace headwise
