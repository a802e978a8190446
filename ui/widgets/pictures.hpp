#pragma once
#include <imgui.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <tuple>
#include <vector>

#include "engine/session/session.hpp"
#include "ui/theme.hpp"

namespace headwise {

/// The cell of largest size within a block of a slice; `row` and `column` count within the slice.
struct BlockCell {
  float value = 0;
  std::int32_t row = 0;
  std::int32_t column = 0;
};

/// A part of a slice, cut into blocks of so many cells.
struct SlicePart {
  Range rows, columns;
  std::int64_t block_rows = 1, block_columns = 1;

  std::int64_t down() const { return (rows.size() + block_rows - 1) / block_rows; }
  std::int64_t across() const { return (columns.size() + block_columns - 1) / block_columns; }
};

/// Values that stand, cell by cell, in the place of a tensor's own.
struct StandIn {
  std::uint64_t id = 0;  // not 0, and no other values in the place of that tensor have it
  std::function<std::vector<float>(const Region&)> read;
  bool has_gaps = false;  // what is not a number is not there

  bool is_gap(float value) const { return has_gaps && std::isnan(value); }
};

/// How the values of a slice become shares of the strongest colour.
struct ColorScale {
  ValueRange range = ValueRange::any;
  float largest = 1;
  const std::vector<float>* rows = nullptr;  // where each row has its own

  /// -1 to 1, or 0 to 1 of shares.
  float share(float value, std::int64_t row) const {
    return value / (rows ? (*rows)[static_cast<std::size_t>(row)] : largest);
  }
};

/// One square for each block of a part of a slice, row-major, and its textures once they are asked for.
class TensorPicture {
 public:
  TensorPicture(const SlicePart& part, bool has_gaps) : part_(part), has_gaps_(has_gaps) {}

  /// Values of the next rows of the part, row-major.
  void add(const std::vector<float>& values);
  std::int64_t next_row() const { return next_row_; }
  bool is_complete() const { return next_row_ == part_.rows.size(); }

  const std::vector<BlockCell>& squares() const { return squares_; }
  const BlockCell& square(std::int64_t r, std::int64_t c) const { return squares_[static_cast<std::size_t>(r * across() + c)]; }
  std::int64_t across() const { return part_.across(); }
  std::int64_t down() const { return part_.down(); }

 private:
  friend class Pictures;
  SlicePart part_;
  std::vector<BlockCell> squares_;
  std::int64_t next_row_ = 0;
  bool has_gaps_;
  struct Painted {
    std::uint64_t colors;
    std::unique_ptr<ImTextureData> texture;
    int used;  // in which frame
  };
  std::vector<Painted> painted_;
  int used_ = 0;
};

/// Pictures of tensors, kept while they are looked at: a large tensor is read once and not every
/// frame, some rows at a time, and drawn as one texture whose pixels are its squares.
class Pictures {
 public:
  Pictures() = default;
  ~Pictures();
  Pictures(const Pictures&) = delete;
  Pictures& operator=(const Pictures&) = delete;

  /// Forgets what nobody looks at any more.
  void begin_frame();
  /// Null where this frame has read enough already: then waiting(), and a later frame has it.
  TensorPicture* find(const Trace& trace, std::size_t node, const Slice& slice, const SlicePart& part, const StandIn& values = {});
  bool waiting() const { return waiting_; }
  /// By the state's key `color_scale`.
  ColorScale scale(const Session& session, const Trace& trace, std::size_t node, const Slice& slice);
  ImTextureRef texture(TensorPicture& picture, const ColorScale& scale, const Theme& theme);

 private:
  /// The largest size of a finite value in a slice and in each of its rows.
  struct Largest {
    float all = 0;
    std::vector<float> rows;
    int used = 0;
  };
  const Largest& largest(const Trace& trace, std::size_t node, const Slice& slice);
  void retire(std::unique_ptr<ImTextureData> texture);
  void sweep();

  using Place = std::tuple<std::uint64_t, std::size_t, Index>;
  std::map<std::tuple<Place, std::uint64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t>,
           std::unique_ptr<TensorPicture>>
      pictures_;
  std::map<Place, Largest> largest_;
  std::vector<std::unique_ptr<ImTextureData>> retired_;  // until the renderer has let go of them
  std::size_t squares_ = 0;
  std::int64_t cells_read_ = 0;  // in this frame
  bool waiting_ = false;         // something to the next one
};

}  // namespace headwise
