#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ui/context.hpp"
#include "ui/widgets/pictures.hpp"

namespace headwise {

/// A picture of one slice of a tensor, or what the state's `zoom` leaves of it: coloured cells, numbers
/// where they fit, tokens or indices on the axes. Where a cell would be smaller than a pixel, one square
/// stands for a block of cells and shows the one of largest size; squares_stand_for() says so.
class HeatMap {
 public:
  HeatMap(const Context& ui, const Trace& trace, std::size_t node, const Slice& slice, bool transposed, StandIn values = {});

  /// Chooses the size of a cell, at most `largest`, so that the whole fits, labels included.
  void fit(const Context& ui, float width, float height, ImVec2 largest, bool labels = true, bool row_labels = true);
  /// In place of fit(): this part of the slice, with cells of that size and no labels.
  void show(const Range& rows, const Range& columns, ImVec2 cell);
  ImVec2 size() const { return {label_width_ + cell_.x * static_cast<float>(shown_columns_),
                                label_height_ + cell_.y * static_cast<float>(shown_rows_)}; }
  std::int64_t columns() const { return columns_.size(); }
  std::int64_t rows() const { return rows_.size(); }
  float label_width() const { return label_width_; }
  float label_height() const { return label_height_; }
  ImVec2 cell() const { return cell_; }
  bool is_transposed() const { return transposed_; }
  std::int64_t cells_in_square() const { return block_rows_ * block_columns_; }
  std::string squares_stand_for() const;

  /// Cells to outline, in the colour of the tensor's role.
  void light(Region region) { lit_.push_back(std::move(region)); }
  void light_cell(Index index) { chosen_ = std::move(index); }
  /// Other colours than the state's key `color_scale` gives.
  void color_by(const ColorScale& scale) { scale_ = scale; }
  /// Fades cells that the session's cursor has not reached.
  void fade_undone() { fade_ = true; }

  /// Where a region's cells were drawn last, from corner to corner; none where the picture has none of them.
  std::optional<std::pair<ImVec2, ImVec2>> place(const Region& region) const;

  struct Result {
    std::optional<Cell> hovered;
    bool clicked = false;
    bool double_clicked = false;
    bool can_edit = false;  // a drag or the wheel changes the hovered cell
  };
  /// At the given place; `name` sets its id, and landmarks `name:row,column` where it is not empty.
  Result draw(Context& ui, ImVec2 at, const char* id, const std::string& landmarks = {});
  /// What draw() has within the edges, at the place of the first cell. False where a large tensor has
  /// yet to be read: a later frame has it.
  bool paint(Context& ui, ImVec2 cells);
  /// The cell that the square at a point stands for.
  Cell under(const Context& ui, ImVec2 cells, ImVec2 point) const;

 private:
  /// Of the square at a place of the picture.
  BlockCell square(const Context& ui, std::int64_t r, std::int64_t c) const;
  Index index(std::int64_t row, std::int64_t column) const {
    return transposed_ ? slice_.index(column, row) : slice_.index(row, column);
  }
  Index index(const BlockCell& square) const { return slice_.index(square.row, square.column); }
  const Axis* row_axis() const;
  const Axis* column_axis() const;
  std::string row_label(std::int64_t row) const;
  std::string column_label(std::int64_t column) const;
  bool is_texture() const;
  SlicePart part() const;
  /// Of the session's run, and not of another one beside it.
  bool is_current(const Context& ui) const;
  /// And with its values, not others in their place.
  bool has_run_values(const Context& ui) const;
  TensorPicture* picture(const Context& ui) const;
  void draw_labels(const Context& ui, ImVec2 cells) const;
  bool draw_cells(const Context& ui, ImVec2 cells) const;
  void draw_texture(const Context& ui, ImVec2 cells, const ColorScale& scale) const;
  void draw_later(const Context& ui, ImVec2 cells) const;
  void draw_groups(const Context& ui, ImVec2 cells) const;
  void mark_window(const Context& ui, ImVec2 cells) const;
  void mark_edits(const Context& ui, ImVec2 cells) const;
  void mark_changed(const Context& ui, ImVec2 cells) const;
  void mark_lit(const Context& ui, ImVec2 cells) const;
  bool has_handles(const Context& ui) const;
  void draw_handles(const Context& ui) const;
  /// A word beside a row or above a column is typed anew when it is clicked.
  void word_labels(Context& ui, ImVec2 cells, const char* id, const std::string& landmarks) const;
  bool can_edit(const Context& ui, const Cell& hovered) const;
  void outline(const Context& ui, const Region& region, ImU32 color, float thickness) const;
  void take_wheel(Context& ui, const Result& result) const;

  const Trace* trace_;
  std::size_t node_;
  StandIn values_;
  Slice slice_;
  bool transposed_;
  Range rows_, columns_;  // of the slice, as they stand in the picture
  std::int64_t shown_rows_, shown_columns_;
  std::int64_t block_rows_ = 1, block_columns_ = 1;
  ImVec2 cell_{0, 0};
  ImVec2 cells_{0, 0};  // where they were drawn
  float label_width_ = 0, label_height_ = 0, widest_column_ = 0;
  bool turned_ = false;
  bool labels_ = true;
  std::int64_t batch_item_ = 0;
  std::vector<Region> lit_;
  std::optional<Index> chosen_;
  std::optional<ColorScale> scale_;
  bool fade_ = false;
};

/// A tensor's slice without labels or numbers, drawn into a box: for thumbnails.
void draw_thumbnail(const Context& ui, std::size_t node, const Slice& slice, ImVec2 low, ImVec2 high);

}  // namespace headwise
