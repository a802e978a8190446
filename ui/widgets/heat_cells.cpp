// What a heat map has within its edges: squares, or one texture of them.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "engine/tensor/print.hpp"
#include "ui/widgets/heat_map.hpp"
#include "ui/widgets/lit.hpp"

namespace headwise {

namespace {

constexpr float mono_advance = 0.6F;  // a mono character's width in font sizes
constexpr float smallest_rect = 6;    // smaller cells are drawn as one texture

/// As print_number(), but what rounds to zero is printed so: a cell has no room for an exponent.
std::string cell_text(float value, int decimals) {
  const double least = decimals == 2 ? 0.005 : 0.05;
  return print_number(std::fabs(static_cast<double>(value)) < least ? 0 : static_cast<double>(value), decimals);
}

/// `-2e-7`, for where all cells would read 0.00.
std::string tiny_text(float value) {
  if (value == 0) return "0";
  if (!std::isfinite(value)) return print_number(static_cast<double>(value));
  char text[16];
  std::snprintf(text, sizeof text, "%.0e", static_cast<double>(value));
  std::string short_text = text;
  const std::size_t exponent = short_text.find('e') + 2;
  while (exponent + 1 < short_text.size() && short_text[exponent] == '0') short_text.erase(exponent, 1);
  return short_text;
}

/// The first of 0..count-1 that is so, where all after it are so too; count where none is.
template <typename Is>
std::int64_t first_that(std::int64_t count, const Is& is) {
  std::int64_t low = 0;
  while (low < count) {
    const std::int64_t middle = (low + count) / 2;
    is(middle) ? count = middle : low = middle + 1;
  }
  return low;
}

}  // namespace

bool HeatMap::is_texture() const {
  return block_rows_ * block_columns_ > 1 || std::min(cell_.x, cell_.y) < smallest_rect;
}

SlicePart HeatMap::part() const {
  return transposed_ ? SlicePart{columns_, rows_, block_columns_, block_rows_}
                     : SlicePart{rows_, columns_, block_rows_, block_columns_};
}

TensorPicture* HeatMap::picture(const Context& ui) const {
  return ui.pictures->find(*trace_, node_, slice_, part(), values_);
}

BlockCell HeatMap::square(const Context& ui, std::int64_t r, std::int64_t c) const {
  const TensorPicture* squares = is_texture() || values_.read ? picture(ui) : nullptr;
  if (squares) return transposed_ ? squares->square(c, r) : squares->square(r, c);
  const std::int64_t row = rows_.begin + r * block_rows_;
  const std::int64_t column = columns_.begin + c * block_columns_;
  const float value = trace_->value({node_, index(row, column)});
  return {value, static_cast<std::int32_t>(transposed_ ? column : row), static_cast<std::int32_t>(transposed_ ? row : column)};
}

void HeatMap::draw_texture(const Context& ui, ImVec2 cells, const ColorScale& scale) const {
  const ImTextureRef texture = ui.pictures->texture(*picture(ui), scale, *ui.theme);
  const ImVec2 end = cells + ImVec2{cell_.x * static_cast<float>(shown_columns_), cell_.y * static_cast<float>(shown_rows_)};
  ImDrawList* draw = ImGui::GetWindowDrawList();
  if (!transposed_) return draw->AddImage(texture, cells, end);
  draw->AddImageQuad(texture, cells, {end.x, cells.y}, end, {cells.x, end.y}, {0, 0}, {0, 1}, {1, 1}, {1, 0});
}

/// A veil over what the cursor has not reached: the rest of its row, and the rows below.
void HeatMap::draw_later(const Context& ui, ImVec2 cells) const {
  const auto later = [&](std::int64_t r, std::int64_t c) {
    return !ui.session.is_done({node_, index(std::min(rows_.end - 1, rows_.begin + r * block_rows_),
                                             std::min(columns_.end - 1, columns_.begin + c * block_columns_))});
  };
  const std::int64_t row = first_that(shown_rows_, [&](std::int64_t r) { return later(r, shown_columns_ - 1); });
  if (row == shown_rows_) return;
  const std::int64_t column = first_that(shown_columns_, [&](std::int64_t c) { return later(row, c); });
  const auto at = [&](std::int64_t r, std::int64_t c) {
    return cells + ImVec2{static_cast<float>(c) * cell_.x, static_cast<float>(r) * cell_.y};
  };
  const ImU32 veil = with_alpha(ui.theme->panel, 0.7F);
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->AddRectFilled(at(row, column), at(row + 1, shown_columns_), veil);
  draw->AddRectFilled(at(row + 1, 0), at(shown_rows_, shown_columns_), veil);
}

bool HeatMap::draw_cells(const Context& ui, ImVec2 cells) const {
  if ((is_texture() || values_.read) && !picture(ui)) return false;
  const ColorScale scale = scale_ ? *scale_ : ui.pictures->scale(ui.session, *trace_, node_, slice_);
  if (is_texture()) {
    draw_texture(ui, cells, scale);
    if (fade_) draw_later(ui, cells);
    return true;
  }
  const float size = std::min({cell_.y * 0.62F, cell_.x / (5.4F * mono_advance), ui.em * 0.95F});
  const bool numbers = size >= std::max(ui.em * 0.45F, 8.5F);
  const bool tiny = scale.range != ValueRange::unit && !scale.rows && scale.largest < 0.005F;
  const float gap = cell_.x > 8 && cell_.y > 8 ? 1 : 0;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  for (std::int64_t r = 0; r < shown_rows_; ++r) {
    for (std::int64_t c = 0; c < shown_columns_; ++c) {
      const BlockCell at = square(ui, r, c);
      if (values_.is_gap(at.value)) continue;
      const ImVec2 low{cells.x + static_cast<float>(c) * cell_.x, cells.y + static_cast<float>(r) * cell_.y};
      const ImVec2 high{low.x + cell_.x - gap, low.y + cell_.y - gap};
      const bool masked = !std::isfinite(at.value);
      ImU32 fill = masked ? ui.theme->raised : ui.theme->heat(scale.range, scale.share(at.value, at.row));
      const bool later = fade_ && !ui.session.is_done({node_, index(at)});
      ImU32 ink = masked ? ui.theme->muted : Theme::ink_on(fill);
      if (later) {
        fill = mix(ui.theme->panel, fill, 0.3F);
        ink = mix(fill, ui.theme->muted, 0.8F);
      }
      draw->AddRectFilled(low, high, fill, gap > 0 ? 2.0F : 0.0F);
      if (masked && !later) draw->AddLine({low.x, high.y}, {high.x, low.y}, ui.theme->border);
      if (!numbers) continue;
      std::string text = tiny ? tiny_text(at.value) : cell_text(at.value, 2);
      if (!tiny && static_cast<float>(text.size()) * mono_advance * size > cell_.x - 2) text = cell_text(at.value, 1);
      const ImVec2 extent_of = ui.mono_font->CalcTextSizeA(size, 1e9F, 0, text.c_str());
      draw->AddText(ui.mono_font, size,
                    {std::floor(low.x + (cell_.x - gap - extent_of.x) * 0.5F),
                     std::floor(low.y + (cell_.y - gap - extent_of.y) * 0.5F)},
                    ink, text.c_str());
    }
  }
  draw_groups(ui, cells);
  return true;
}

/// Where one head's entries end and the next begin.
void HeatMap::draw_groups(const Context& ui, ImVec2 cells) const {
  const ImVec2 end = cells + ImVec2{cell_.x * static_cast<float>(shown_columns_), cell_.y * static_cast<float>(shown_rows_)};
  const auto lines = [&](const Axis* axis, const Range& shown, bool vertical) {
    if (!axis || axis->group == 0) return;
    for (std::int64_t i = (shown.begin / axis->group + 1) * axis->group; i < shown.end; i += axis->group) {
      const float at = static_cast<float>(i - shown.begin) * (vertical ? cell_.x : cell_.y) - 1;
      const ImVec2 from = vertical ? ImVec2{cells.x + at, cells.y} : ImVec2{cells.x, cells.y + at};
      ImGui::GetWindowDrawList()->AddLine(from, vertical ? ImVec2{from.x, end.y} : ImVec2{end.x, from.y}, ui.theme->text, 1.5F);
    }
  };
  lines(column_axis(), columns_, true);
  lines(row_axis(), rows_, false);
}

void draw_thumbnail(const Context& ui, std::size_t node, const Slice& slice, ImVec2 low, ImVec2 high) {
  const Trace& trace = ui.session.trace();
  const Axes& axes = trace.graph()[node].axes();
  constexpr std::int64_t most = 24;
  SlicePart part{{0, slice.rows(axes)}, {0, slice.columns(axes)}};
  part.block_rows = (part.rows.size() + most - 1) / most;
  part.block_columns = (part.columns.size() + most - 1) / most;
  TensorPicture* picture = ui.pictures->find(trace, node, slice, part);
  if (!picture) return;
  const auto across = static_cast<float>(part.across());
  const auto down = static_cast<float>(part.down());
  const float cell = std::min((high.x - low.x) / across, (high.y - low.y) / down);
  const ImVec2 start{(low.x + high.x - cell * across) * 0.5F, (low.y + high.y - cell * down) * 0.5F};
  const ColorScale scale = ui.pictures->scale(ui.session, trace, node, slice);
  const ImVec2 end = start + ImVec2{cell * across, cell * down};
  ImGui::GetWindowDrawList()->AddImage(ui.pictures->texture(*picture, scale, *ui.theme), start, end);
  draw_lit(ui, {node, slice, false, part.rows, part.columns, start, end,
                {cell / static_cast<float>(part.block_columns), cell / static_cast<float>(part.block_rows)}});
}

}  // namespace headwise
