#include "engine/io/compare.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <set>

namespace headwise {

namespace {

double distance(float a, float b) {
  if (a == b) return 0;
  const double d = std::fabs(static_cast<double>(a) - static_cast<double>(b));
  return std::isnan(d) ? std::numeric_limits<double>::infinity() : d;
}

std::vector<std::uint64_t> shape_of(const NamedTensor& tensor) {
  return {tensor.shape.begin(), tensor.shape.end()};
}

void compare_values(TensorDifference& difference, const std::vector<float>& a,
                    const std::vector<float>& b) {
  using Kind = TensorDifference::Kind;
  if (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0) return;
  difference.kind = Kind::equal;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double d = distance(a[i], b[i]);
    if (d <= difference.largest) continue;
    difference.kind = Kind::values;
    difference.largest = d;
    difference.at = i;
    difference.a = a[i];
    difference.b = b[i];
  }
}

}  // namespace

std::string_view kind_name(TensorDifference::Kind kind) {
  using Kind = TensorDifference::Kind;
  switch (kind) {
    case Kind::identical:
      return "identical";
    case Kind::equal:
      return "equal";
    case Kind::values:
      return "values";
    case Kind::shape:
      return "shape";
    case Kind::only_a:
      return "only_a";
    case Kind::only_b:
      return "only_b";
  }
  return "";
}

std::vector<TensorDifference> compare(const std::vector<NamedTensor>& a,
                                      const std::vector<NamedTensor>& b) {
  using Kind = TensorDifference::Kind;
  std::map<std::string_view, const NamedTensor*> in_b;
  for (const NamedTensor& tensor : b) in_b[tensor.name] = &tensor;
  std::set<std::string_view> in_a;
  std::vector<TensorDifference> all;
  for (const NamedTensor& tensor : a) {
    in_a.insert(tensor.name);
    TensorDifference& difference = all.emplace_back();
    difference.name = tensor.name;
    difference.shape_a = shape_of(tensor);
    const auto other = in_b.find(tensor.name);
    if (other == in_b.end()) {
      difference.kind = Kind::only_a;
      continue;
    }
    difference.shape_b = shape_of(*other->second);
    if (difference.shape_a != difference.shape_b) {
      difference.kind = Kind::shape;
    } else {
      compare_values(difference, tensor.values(), other->second->values());
    }
  }
  for (const NamedTensor& tensor : b) {
    if (in_a.count(tensor.name) > 0) continue;
    TensorDifference& difference = all.emplace_back();
    difference.name = tensor.name;
    difference.kind = Kind::only_b;
    difference.shape_b = shape_of(tensor);
  }
  return all;
}

}  // namespace headwise
