#include "ui/figure/path_data.hpp"

#include <cstdlib>

namespace headwise {

std::string PathData::number(std::int64_t hundredths) {
  const std::int64_t size = std::abs(hundredths);
  std::string text = hundredths < 0 ? "-" : "";
  if (size >= 100 || size == 0) text += std::to_string(size / 100);
  if (size % 100 == 0) return text;
  text += '.';
  text += static_cast<char>('0' + size % 100 / 10);
  if (size % 10 != 0) text += static_cast<char>('0' + size % 10);
  return text;
}

void PathData::put(char verb, const std::vector<std::int64_t>& numbers) {
  text_ += verb;
  for (const std::int64_t n : numbers) {
    if (text_.back() != verb && n >= 0) text_ += ' ';
    text_ += number(n);
  }
}

void PathData::move(OutlinePoint to) {
  close();
  text_.empty() ? put('M', {to.x, to.y}) : put('m', {std::int64_t{to.x} - at_.x, std::int64_t{to.y} - at_.y});
  open_ = true;
  at_ = start_ = to;
}

void PathData::line(OutlinePoint to) {
  const std::int64_t dx = std::int64_t{to.x} - at_.x;
  const std::int64_t dy = std::int64_t{to.y} - at_.y;
  if (dx == 0 && dy == 0) return;
  if (dy == 0) {
    put('h', {dx});
  } else if (dx == 0) {
    put('v', {dy});
  } else {
    put('l', {dx, dy});
  }
  at_ = to;
}

void PathData::curve(const std::vector<OutlinePoint>& points) {
  std::vector<std::int64_t> numbers;
  for (const OutlinePoint& point : points) {
    numbers.push_back(std::int64_t{point.x} - at_.x);
    numbers.push_back(std::int64_t{point.y} - at_.y);
  }
  put(points.size() == 2 ? 'q' : 'c', numbers);
  at_ = points.back();
}

void PathData::close() {
  if (!open_) return;
  text_ += 'z';
  open_ = false;
  at_ = start_;
}

}  // namespace headwise
