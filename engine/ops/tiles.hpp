#pragma once
#include <algorithm>
#include <cstdint>

#include "engine/ops/op.hpp"

namespace headwise {

/// Flash attention walks the keys in tiles (Dao et al. 2022, algorithm 1; the online softmax is
/// Milakov & Gimelshein 2018). What the ops of that loop share: the leading tile axis, and which
/// keys tile t holds.
struct Tiles {
  Axis axis;          // name "tile", kind step
  std::int64_t keys;  // in every tile but, perhaps, the last

  explicit Tiles(const Attributes& a)
      : axis(attribute<Axes>(a, "tiles").at(0)), keys(attribute<std::int64_t>(a, "tile_keys")) {}

  Range of(std::int64_t tile, std::int64_t all_keys) const {
    return {std::min(tile * keys, all_keys), std::min((tile + 1) * keys, all_keys)};
  }
  /// Reads the tile's keys of scores (B, h, T_q, T_kv) from output axes (tile, B, h, T_q, ...).
  Access scores(int input) const {
    using L = AxisLink;
    return {input, {L::same(1), L::same(2), L::same(3), L::block(0, keys)}};
  }
  /// Reads (tile, B, h, T_q) at the output's own tile, or the one before.
  static Access at_tile(int input) {
    using L = AxisLink;
    return {input, {L::same(0), L::same(1), L::same(2), L::same(3)}};
  }
  static Access before_tile(int input) {
    using L = AxisLink;
    return {input, {L::previous(0), L::same(1), L::same(2), L::same(3)}};
  }
  /// All tiles of some rows (b, h, i) a piece, for an output (tile, B, h, T_q, ...) with rows of `width`
  /// cells: compute(row, (b, h, i)).
  static Work by_row(Tensor out, const Axes& scores, std::int64_t width, std::function<void(std::int64_t, const Index&)> compute) {
    const Axes rows(scores.begin(), scores.end() - 1);
    return some_at_a_time(std::move(out), cell_count(rows), scores.back().size * width,
                          [rows, compute = std::move(compute)](std::int64_t r) { compute(r, index_at(rows, r)); });
  }
  static Index earlier(Index at) {
    --at[0];
    return at;
  }
  static constexpr const char* paper = "Dao et al. 2022, algorithm 1; Milakov & Gimelshein 2018";
};

}  // namespace headwise
