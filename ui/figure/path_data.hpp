#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "ui/figure/outline.hpp"

namespace headwise {

/// SVG's path data, written short: relative, in hundredths of a pixel, so that nothing adds up.
class PathData {
 public:
  /// `-1.5`, of -150.
  static std::string number(std::int64_t hundredths);

  void move(OutlinePoint to);
  void line(OutlinePoint to);
  /// Two points: quadratic, three: cubic; the last is where it ends.
  void curve(const std::vector<OutlinePoint>& points);
  void close();
  const std::string& text() const { return text_; }

 private:
  void put(char verb, const std::vector<std::int64_t>& numbers);

  std::string text_;
  OutlinePoint at_, start_;
  bool open_ = false;
};

}  // namespace headwise
