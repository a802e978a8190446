#include "ui/widgets/heat_map.hpp"

#include <algorithm>
#include <cmath>

#include "engine/tensor/print.hpp"
#include "ui/widgets/pixels.hpp"

namespace headwise {

namespace {

constexpr float smallest_cell = 3;
constexpr float label_scale = 0.8F;
constexpr float mono_advance = 0.6F;  // a mono character's width in font sizes

const Axis* axis_of(const Trace& trace, std::size_t node, std::optional<std::size_t> axis) {
  return axis ? &trace.graph()[node].axes()[*axis] : nullptr;
}

/// As print_number(), but what rounds to zero is printed so: a cell has no room for an exponent.
std::string cell_text(float value, int decimals) {
  const double least = decimals == 2 ? 0.005 : 0.05;
  return print_number(std::fabs(static_cast<double>(value)) < least ? 0 : static_cast<double>(value), decimals);
}

float text_width(const Context& ui, const std::string& text, float scale) {
  return ui.text_font->CalcTextSizeA(ui.em * scale, 1e9F, 0, text.c_str()).x;
}

}  // namespace

HeatMap::HeatMap(const Context& ui, std::size_t node, const Slice& slice, bool transposed)
    : trace_(&ui.session.trace()), node_(node), slice_(slice), transposed_(transposed) {
  const Axes& axes = trace_->graph()[node].axes();
  rows_ = slice.rows(axes);
  columns_ = slice.columns(axes);
  if (transposed) std::swap(rows_, columns_);
  shown_rows_ = rows_;
  shown_columns_ = columns_;
  batch_item_ = ui.session.batch_item();
}

std::string HeatMap::row_label(const Context&, std::int64_t row) const {
  const Axis* axis = axis_of(*trace_, node_, transposed_ ? slice_.column : slice_.row);
  return axis ? trace_->label(*axis, row, batch_item_) : "";
}

std::string HeatMap::column_label(const Context&, std::int64_t column) const {
  const Axis* axis = axis_of(*trace_, node_, transposed_ ? slice_.row : slice_.column);
  return axis ? trace_->label(*axis, column, batch_item_) : "";
}

void HeatMap::fit(const Context& ui, float width, float height, ImVec2 largest, bool labels) {
  labels_ = labels;
  const float line = ui.em * label_scale * 1.25F;
  float widest_row = 0;
  float widest_column = 0;
  if (labels) {
    for (std::int64_t r = 0; r < std::min<std::int64_t>(rows_, 256); ++r) {
      widest_row = std::max(widest_row, text_width(ui, row_label(ui, r), label_scale));
    }
    for (std::int64_t c = 0; c < std::min<std::int64_t>(columns_, 256); ++c) {
      widest_column = std::max(widest_column, text_width(ui, column_label(ui, c), label_scale));
    }
  }
  label_width_ = labels ? std::min(widest_row + ui.em * 0.4F, ui.em * 7) : 0;
  const auto per = [](float room, std::int64_t count, float most) {
    return std::min(room / static_cast<float>(count), most);
  };
  float cw = per(width - label_width_, columns_, largest.x);
  turned_ = widest_column + ui.em * 0.25F > cw;
  label_height_ = !labels ? 0 : turned_ ? std::min(widest_column + ui.em * 0.4F, ui.em * 6) : line;
  if (turned_ && cw < line * 0.7F) label_height_ = line;  // a few indices only
  float ch = per(height - label_height_, rows_, largest.y);
  block_columns_ = cw >= smallest_cell ? 1 : static_cast<std::int64_t>(std::ceil(smallest_cell / std::max(cw, 1e-3F)));
  block_rows_ = ch >= smallest_cell ? 1 : static_cast<std::int64_t>(std::ceil(smallest_cell / std::max(ch, 1e-3F)));
  shown_columns_ = (columns_ + block_columns_ - 1) / block_columns_;
  shown_rows_ = (rows_ + block_rows_ - 1) / block_rows_;
  if (block_columns_ > 1) cw = per(width - label_width_, shown_columns_, largest.x);
  if (block_rows_ > 1) ch = per(height - label_height_, shown_rows_, largest.y);
  cell_ = {std::max(cw, 1.0F), std::max(ch, 1.0F)};
}

std::string HeatMap::squares_stand_for() const {
  if (block_rows_ * block_columns_ == 1) return "";
  return "A square shows the largest of up to " + std::to_string(block_rows_) + " \u00d7 " +
         std::to_string(block_columns_) + " cells.";
}

HeatMap::Square HeatMap::square(const Context& ui, std::int64_t row, std::int64_t column) const {
  if (block_rows_ * block_columns_ == 1) {
    Index at = index(row, column);
    const float value = trace_->value({node_, at});
    return {value, std::move(at)};
  }
  if (!blocks_) {
    blocks_ = largest_of_blocks(ui.session, node_, slice_, transposed_ ? block_columns_ : block_rows_,
                                transposed_ ? block_rows_ : block_columns_, false);
  }
  const std::int64_t r = transposed_ ? column : row;
  const std::int64_t c = transposed_ ? row : column;
  const std::int64_t across = transposed_ ? shown_rows_ : shown_columns_;
  const auto& found = (*blocks_)[static_cast<std::size_t>(r * across + c)];
  return {found.value, slice_.index(found.row, found.column)};
}

void HeatMap::outline(const Context& ui, ImVec2 cells, const Region& region, ImU32 color, float thickness) const {
  const auto span = [&](std::optional<std::size_t> axis, std::int64_t block) {
    const Range range = axis ? region[*axis] : Range{0, 1};
    return std::pair{static_cast<float>(range.begin / block),
                     static_cast<float>((range.end + block - 1) / block)};
  };
  for (std::size_t a = 0; a < region.size(); ++a) {
    const bool free = a == slice_.row || a == slice_.column;
    if (region[a].size() == 0 || (!free && !region[a].contains(slice_.origin[a]))) return;
  }
  const auto [r0, r1] = span(transposed_ ? slice_.column : slice_.row, block_rows_);
  const auto [c0, c1] = span(transposed_ ? slice_.row : slice_.column, block_columns_);
  const ImVec2 low{cells.x + c0 * cell_.x, cells.y + r0 * cell_.y};
  const ImVec2 high{cells.x + c1 * cell_.x, cells.y + r1 * cell_.y};
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->AddRect(low - ImVec2{1, 1}, high + ImVec2{1, 1}, ui.theme->panel, 2, 0, thickness + 2);
  draw->AddRect(low, high, color, 2, 0, thickness);
}

void HeatMap::draw_labels(const Context& ui, ImVec2 cells) const {
  const float size = ui.em * label_scale;
  const std::int64_t every_row = std::max<std::int64_t>(1, static_cast<std::int64_t>(size * 1.1F / cell_.y));
  const float step = turned_ && cell_.x < size * 0.95F ? size * 2.2F : size;
  const bool upright = turned_ && cell_.x < size * 0.95F;
  const std::int64_t every_column =
      turned_ ? std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(step * 0.9F / cell_.x))) : 1;
  const auto lit = [&](std::optional<std::size_t> axis, std::int64_t i) {
    if (!axis) return false;
    if (chosen_) return (*chosen_)[*axis] == i;
    return std::any_of(lit_.begin(), lit_.end(),
                       [&](const Region& region) { return region[*axis].size() == 1 && region[*axis].contains(i); });
  };
  ImDrawList* draw = ImGui::GetWindowDrawList();
  for (std::int64_t r = 0; r < shown_rows_; r += every_row) {
    const std::string label = row_label(ui, r * block_rows_);
    const bool strong = lit(transposed_ ? slice_.column : slice_.row, r * block_rows_);
    ImFont* font = strong ? ui.strong_font : ui.text_font;
    const float width = font->CalcTextSizeA(size, 1e9F, 0, label.c_str()).x;
    const float y = cells.y + (static_cast<float>(r) + 0.5F) * cell_.y - size * 0.5F;
    const float x = std::max(cells.x - ui.em * 0.3F - width, cells.x - label_width_);
    const ImVec4 clip{cells.x - label_width_, y - size, cells.x - ui.em * 0.15F, y + size * 2};
    draw->AddText(font, size, {x, y}, strong ? ui.theme->text : ui.theme->muted, label.c_str(), nullptr, 0, &clip);
  }
  for (std::int64_t c = 0; c < shown_columns_; c += every_column) {
    const std::string label = column_label(ui, c * block_columns_);
    const bool strong = lit(transposed_ ? slice_.row : slice_.column, c * block_columns_);
    ImFont* font = strong ? ui.strong_font : ui.text_font;
    const ImU32 color = strong ? ui.theme->text : ui.theme->muted;
    const float center = cells.x + (static_cast<float>(c) + 0.5F) * cell_.x;
    if (turned_ && !upright) {
      draw_turned_text(draw, font, size, {center - size * 0.5F, cells.y - ui.em * 0.3F}, color,
                       label.c_str(), label_height_ - ui.em * 0.3F);
    } else {
      const float width = font->CalcTextSizeA(size, 1e9F, 0, label.c_str()).x;
      draw->AddText(font, size, {center - width * 0.5F, cells.y - size * 1.2F}, color, label.c_str());
    }
  }
}

void HeatMap::draw_cells(Context& ui, ImVec2 cells) const {
  const Node& node = trace_->graph()[node_];
  const ValueRange range = node.op->value_range();
  const Extent extent = trace_->extent(node_);
  const float largest = std::max({std::fabs(extent.lowest), std::fabs(extent.highest), 1e-9F});
  const float size = std::min({cell_.y * 0.62F, cell_.x / (5.4F * mono_advance), ui.em * 0.95F});
  const bool numbers = size >= std::max(ui.em * 0.45F, 8.5F) && block_rows_ * block_columns_ == 1;
  const float gap = cell_.x > 8 && cell_.y > 8 ? 1 : 0;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  for (std::int64_t r = 0; r < shown_rows_; ++r) {
    for (std::int64_t c = 0; c < shown_columns_; ++c) {
      const Square at = square(ui, r, c);
      const ImVec2 low{cells.x + static_cast<float>(c) * cell_.x, cells.y + static_cast<float>(r) * cell_.y};
      const ImVec2 high{low.x + cell_.x - gap, low.y + cell_.y - gap};
      const bool masked = !std::isfinite(at.value);
      const float t = range == ValueRange::unit ? at.value : at.value / largest;
      ImU32 fill = masked ? ui.theme->raised : ui.theme->heat(range, t);
      const bool later = fade_ && !ui.session.is_done({node_, at.index});
      ImU32 ink = masked ? ui.theme->muted : Theme::ink_on(fill);
      if (later) {
        fill = mix(ui.theme->panel, fill, 0.3F);
        ink = mix(fill, ui.theme->muted, 0.8F);
      }
      draw->AddRectFilled(low, high, fill, gap > 0 ? 2.0F : 0.0F);
      if (masked && !later) draw->AddLine({low.x, high.y}, {high.x, low.y}, ui.theme->border);
      if (!numbers) continue;
      std::string text = cell_text(at.value, 2);
      if (static_cast<float>(text.size()) * mono_advance * size > cell_.x - 2) text = cell_text(at.value, 1);
      const ImVec2 extent_of = ui.mono_font->CalcTextSizeA(size, 1e9F, 0, text.c_str());
      draw->AddText(ui.mono_font, size,
                    {std::floor(low.x + (cell_.x - gap - extent_of.x) * 0.5F),
                     std::floor(low.y + (cell_.y - gap - extent_of.y) * 0.5F)},
                    ink, text.c_str());
    }
  }
  // Where one head's entries end and the next begin.
  const auto groups = [&](const Axis* axis, bool vertical) {
    if (!axis || axis->group == 0 || block_rows_ * block_columns_ > 1) return;
    for (std::int64_t i = axis->group; i < axis->size; i += axis->group) {
      const float at = static_cast<float>(i);
      const ImVec2 from = vertical ? ImVec2{cells.x + at * cell_.x - 1, cells.y} : ImVec2{cells.x, cells.y + at * cell_.y - 1};
      const ImVec2 to = vertical ? ImVec2{from.x, cells.y + static_cast<float>(shown_rows_) * cell_.y}
                                 : ImVec2{cells.x + static_cast<float>(shown_columns_) * cell_.x, from.y};
      draw->AddLine(from, to, ui.theme->text, 1.5F);
    }
  };
  groups(axis_of(*trace_, node_, transposed_ ? slice_.row : slice_.column), true);
  groups(axis_of(*trace_, node_, transposed_ ? slice_.column : slice_.row), false);
}

/// A corner of each cell that is set by hand.
void HeatMap::mark_edits(const Context& ui, ImVec2 cells) const {
  const float side = std::clamp(std::min(cell_.x, cell_.y) * 0.42F, 3.0F, ui.em * 0.6F);
  const float gap = cell_.x > 8 && cell_.y > 8 ? 1 : 0;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  for (const CellEdit& edit : ui.session.edits()) {
    if (edit.node != trace_->graph()[node_].id()) continue;
    Index fixed = edit.index;
    if (slice_.row) fixed[*slice_.row] = 0;
    if (slice_.column) fixed[*slice_.column] = 0;
    if (fixed != slice_.origin) continue;
    std::int64_t r = slice_.row ? edit.index[*slice_.row] : 0;
    std::int64_t c = slice_.column ? edit.index[*slice_.column] : 0;
    if (transposed_) std::swap(r, c);
    const ImVec2 corner{cells.x + static_cast<float>(c / block_columns_ + 1) * cell_.x - gap,
                        cells.y + static_cast<float>(r / block_rows_) * cell_.y};
    const float edge = side + 1.5F;
    draw->AddTriangleFilled(corner - ImVec2{edge, 0}, corner, corner + ImVec2{0, edge}, ui.theme->panel);
    draw->AddTriangleFilled(corner - ImVec2{side, 0}, corner, corner + ImVec2{0, side}, ui.theme->changed);
  }
}

HeatMap::Result HeatMap::draw(Context& ui, ImVec2 at, const char* id, const std::string& landmarks) {
  const ImVec2 cells{std::floor(at.x + label_width_), std::floor(at.y + label_height_)};
  if (labels_) draw_labels(ui, cells);
  draw_cells(ui, cells);
  const ImU32 color = ui.theme->role(trace_->graph()[node_].role);
  for (const Region& region : lit_) outline(ui, cells, region, color, 2.5F);
  if (chosen_) outline(ui, cells, single(*chosen_), ui.theme->accent, 3);
  mark_edits(ui, cells);

  const ImVec2 area = size() - ImVec2{label_width_, label_height_};
  ImGui::SetCursorScreenPos(cells);
  ImGui::InvisibleButton(id, {std::max(area.x, 1.0F), std::max(area.y, 1.0F)});
  if (!landmarks.empty()) ui.grids[landmarks] = {cells, cell_, shown_rows_, shown_columns_};
  Result result;
  if (!ImGui::IsItemHovered()) return result;
  const ImVec2 mouse = ImGui::GetMousePos() - cells;
  const auto column = std::clamp<std::int64_t>(static_cast<std::int64_t>(mouse.x / cell_.x), 0, shown_columns_ - 1);
  const auto row = std::clamp<std::int64_t>(static_cast<std::int64_t>(mouse.y / cell_.y), 0, shown_rows_ - 1);
  result.hovered = Cell{node_, square(ui, row, column).index};
  result.clicked = ImGui::IsItemClicked();
  result.double_clicked = result.clicked && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left);
  outline(ui, cells, single(result.hovered->index), ui.theme->text, 1.5F);
  return result;
}

void draw_thumbnail(const Context& ui, std::size_t node, const Slice& slice, ImVec2 low, ImVec2 high) {
  const Trace& trace = ui.session.trace();
  const Node& n = trace.graph()[node];
  const std::int64_t rows = slice.rows(n.axes());
  const std::int64_t columns = slice.columns(n.axes());
  constexpr std::int64_t most = 24;
  const std::int64_t block_rows = (rows + most - 1) / most;
  const std::int64_t block_columns = (columns + most - 1) / most;
  const auto* found = largest_of_blocks(ui.session, node, slice, block_rows, block_columns, true);
  if (!found) return;
  const auto& blocks = *found;
  const std::int64_t across = (columns + block_columns - 1) / block_columns;
  const auto down = static_cast<std::int64_t>(blocks.size()) / across;
  const Extent extent = trace.extent(node);
  const float largest = std::max({std::fabs(extent.lowest), std::fabs(extent.highest), 1e-9F});
  const ValueRange range = n.op->value_range();
  const float cell = std::min((high.x - low.x) / static_cast<float>(across), (high.y - low.y) / static_cast<float>(down));
  const ImVec2 start{(low.x + high.x - cell * static_cast<float>(across)) * 0.5F,
                     (low.y + high.y - cell * static_cast<float>(down)) * 0.5F};
  ImDrawList* draw = ImGui::GetWindowDrawList();
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(blocks.size()); ++i) {
    const float value = blocks[static_cast<std::size_t>(i)].value;
    const float t = range == ValueRange::unit ? value : value / largest;
    const ImVec2 at{start.x + static_cast<float>(i % across) * cell, start.y + static_cast<float>(i / across) * cell};
    draw->AddRectFilled(at, at + ImVec2{cell, cell}, !std::isfinite(value) ? ui.theme->border : ui.theme->heat(range, t));
  }
}

}  // namespace headwise
