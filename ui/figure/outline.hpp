#pragma once
#include <cstdint>
#include <vector>

namespace headwise {

/// A point in hundredths of a logical pixel.
struct OutlinePoint {
  std::int32_t x = 0, y = 0;
  auto operator<=>(const OutlinePoint&) const = default;
};

/// Collects triangles and gives back the outline of what they cover together.
class Outline {
 public:
  /// In any order of its corners.
  void add(OutlinePoint a, OutlinePoint b, OutlinePoint c);
  bool empty() const { return edges_.empty(); }
  /// Closed lines to be filled by the rule `nonzero`; corners on a straight line are left out.
  std::vector<std::vector<OutlinePoint>> take();

 private:
  struct Edge {
    OutlinePoint from, to;
  };
  std::vector<Edge> edges_;
};

}  // namespace headwise
