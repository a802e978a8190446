#pragma once
#include <cstdint>
#include <vector>

#include "engine/tensor/tensor.hpp"

namespace headwise {

/// How one axis of an input is read by a region of the output. With o the output index on `axis`:
///   same       reads o
///   whole      reads everything
///   quotient   reads o / factor               (a KV head shared by `factor` query heads)
///   remainder  reads o % factor               (the entry within a head of a concatenated feature)
///   merged     reads o * factor + o2          (the feature that entry o2 of head o came from)
///   block      reads o * factor .. +factor-1  (the keys of tile o)
///   previous   reads o - 1, nothing at 0      (an earlier cell of the same tensor)
///   fixed      reads `factor`                 (the last tile)
///   shifted    reads o + factor if there      (the position of a decoded token)
///   some       reads entries that the place or a value picks, so anything may be read
struct AxisLink {
  enum class Kind { same, whole, quotient, remainder, merged, block, previous, fixed, shifted, some };
  Kind kind = Kind::whole;
  std::size_t axis = 0;
  std::int64_t factor = 1;
  std::size_t inner = 0;

  static AxisLink same(std::size_t axis) { return {Kind::same, axis, 1, 0}; }
  static AxisLink whole() { return {Kind::whole, 0, 1, 0}; }
  static AxisLink quotient(std::size_t axis, std::int64_t by) { return {Kind::quotient, axis, by, 0}; }
  static AxisLink remainder(std::size_t axis, std::int64_t by) { return {Kind::remainder, axis, by, 0}; }
  static AxisLink merged(std::size_t outer, std::size_t inner, std::int64_t inner_size) {
    return {Kind::merged, outer, inner_size, inner};
  }
  static AxisLink block(std::size_t axis, std::int64_t size) { return {Kind::block, axis, size, 0}; }
  static AxisLink previous(std::size_t axis) { return {Kind::previous, axis, 1, 0}; }
  static AxisLink fixed(std::int64_t at) { return {Kind::fixed, 0, at, 0}; }
  static AxisLink shifted(std::size_t axis, std::int64_t by) { return {Kind::shifted, axis, by, 0}; }
  static AxisLink some() { return {Kind::some, 0, 1, 0}; }
};

/// What an op reads of one of its inputs, or of its own output (earlier cells only).
struct Access {
  static constexpr int self = -1;
  int input = 0;
  std::vector<AxisLink> links;  // one for each axis of that input
};

/// The smallest box of the input that holds every cell the output region reads.
Region reads(const Access& access, const Region& output, const Axes& input_axes);

/// Boxes that hold exactly the cells that the output region reads, and no other.
std::vector<Region> exact_reads(const Access& access, const Region& output, const Axes& input_axes);

/// The way back: the smallest box of the output that holds every cell reading the input region.
Region readers(const Access& access, const Region& input, const Axes& output_axes);
/// The same as boxes without any other cell.
std::vector<Region> exact_readers(const Access& access, const Region& input, const Axes& output_axes);

}  // namespace headwise
