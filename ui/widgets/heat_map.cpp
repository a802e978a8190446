#include "ui/widgets/heat_map.hpp"

#include <algorithm>
#include <cmath>

#include <imgui_internal.h>

#include "ui/widgets/turned_text.hpp"

namespace headwise {

namespace {

constexpr float label_scale = 0.8F;

/// A pixel of the screen, or of the file that is made.
float smallest_cell() { return 1 / ImGui::GetIO().DisplayFramebufferScale.x; }

float text_width(const Context& ui, const std::string& text, float scale) {
  return ui.text_font->CalcTextSizeA(ui.em * scale, 1e9F, 0, text.c_str()).x;
}

/// What touchpads and fingers give in small pieces, in whole steps.
float whole_notches(float& rest, float wheel, float step) {
  if (rest * wheel < 0) rest = 0;
  rest += wheel;
  const float whole = std::trunc(rest / step) * step;
  rest -= whole;
  return whole;
}

}  // namespace

HeatMap::HeatMap(const Context& ui, const Trace& trace, std::size_t node, const Slice& slice, bool transposed, StandIn values)
    : trace_(&trace), node_(node), values_(std::move(values)), slice_(slice), transposed_(transposed), batch_item_(ui.session.batch_item()) {
  const auto shown = [&](const Axis* axis) { return axis ? window_of(ui.windows, *axis) : Range{0, 1}; };
  rows_ = shown(row_axis());
  columns_ = shown(column_axis());
  shown_rows_ = rows();
  shown_columns_ = columns();
}

const Axis* HeatMap::row_axis() const {
  const auto axis = transposed_ ? slice_.column : slice_.row;
  return axis ? &trace_->graph()[node_].axes()[*axis] : nullptr;
}

const Axis* HeatMap::column_axis() const {
  const auto axis = transposed_ ? slice_.row : slice_.column;
  return axis ? &trace_->graph()[node_].axes()[*axis] : nullptr;
}

std::string HeatMap::row_label(std::int64_t row) const {
  return row_axis() ? trace_->label(*row_axis(), row, batch_item_) : "";
}

std::string HeatMap::column_label(std::int64_t column) const {
  return column_axis() ? trace_->label(*column_axis(), column, batch_item_) : "";
}

void HeatMap::fit(const Context& ui, float width, float height, ImVec2 largest, bool labels, bool row_labels) {
  labels_ = labels;
  const float line = ui.em * label_scale * 1.25F;
  float widest_row = 0;
  widest_column_ = 0;
  const bool rows_labelled = labels && row_labels;
  if (rows_labelled) {
    for (std::int64_t r = rows_.begin; r < std::min(rows_.end, rows_.begin + 256); ++r) {
      widest_row = std::max(widest_row, text_width(ui, row_label(r), label_scale));
    }
  }
  if (labels) {
    for (std::int64_t c = columns_.begin; c < std::min(columns_.end, columns_.begin + 256); ++c) {
      widest_column_ = std::max(widest_column_, text_width(ui, column_label(c), label_scale));
    }
  }
  label_width_ = rows_labelled ? std::min(widest_row + ui.em * 0.4F, ui.em * 7) : 0;
  const auto per = [](float room, std::int64_t count, float most) {
    return std::min(room / static_cast<float>(count), most);
  };
  float cw = per(width - label_width_, columns(), largest.x);
  turned_ = widest_column_ + ui.em * 0.25F > cw;
  label_height_ = !labels ? 0 : turned_ ? std::min(widest_column_ + ui.em * 0.4F, ui.em * 6) : line;
  if (labels && turned_ && cw < line * 0.7F) label_height_ = line;  // a few indices only
  float ch = per(height - label_height_, rows(), largest.y);
  block_columns_ = cw >= smallest_cell() ? 1 : static_cast<std::int64_t>(std::ceil(smallest_cell() / std::max(cw, 1e-3F)));
  block_rows_ = ch >= smallest_cell() ? 1 : static_cast<std::int64_t>(std::ceil(smallest_cell() / std::max(ch, 1e-3F)));
  shown_columns_ = (columns() + block_columns_ - 1) / block_columns_;
  shown_rows_ = (rows() + block_rows_ - 1) / block_rows_;
  if (block_columns_ > 1) cw = per(width - label_width_, shown_columns_, largest.x);
  if (block_rows_ > 1) ch = per(height - label_height_, shown_rows_, largest.y);
  cell_ = {std::max(cw, smallest_cell()), std::max(ch, smallest_cell())};
}

void HeatMap::show(const Range& rows, const Range& columns, ImVec2 cell) {
  labels_ = false;
  rows_ = rows;
  columns_ = columns;
  // Powers of two, so that few pictures serve all sizes.
  const auto block = [](float side) {
    std::int64_t cells = 1;
    while (side * static_cast<float>(cells) < smallest_cell() && cells < std::int64_t{1} << 40) cells *= 2;
    return cells;
  };
  block_rows_ = block(cell.y);
  block_columns_ = block(cell.x);
  shown_rows_ = (rows.size() + block_rows_ - 1) / block_rows_;
  shown_columns_ = (columns.size() + block_columns_ - 1) / block_columns_;
  // All squares together are as wide as the part, though the last may not be full.
  cell_ = {cell.x * static_cast<float>(columns.size()) / static_cast<float>(shown_columns_),
           cell.y * static_cast<float>(rows.size()) / static_cast<float>(shown_rows_)};
}

std::string HeatMap::squares_stand_for() const {
  if (cells_in_square() == 1) return "";
  return "A square shows the largest of up to " + std::to_string(block_rows_) + " \u00d7 " +
         std::to_string(block_columns_) + " cells.";
}

std::optional<std::pair<ImVec2, ImVec2>> HeatMap::place(const Region& region) const {
  // What is out of sight is cut off.
  const auto span = [&](std::optional<std::size_t> axis, const Range& shown, std::int64_t block) {
    const Range range = axis ? region[*axis] : Range{0, 1};
    const std::int64_t begin = std::max(range.begin, shown.begin) - shown.begin;
    const std::int64_t end = std::min(range.end, shown.end) - shown.begin;
    return std::pair{static_cast<float>(begin / block), begin < end ? static_cast<float>((end + block - 1) / block) : -1.0F};
  };
  for (std::size_t a = 0; a < region.size(); ++a) {
    const bool free = a == slice_.row || a == slice_.column;
    if (region[a].size() == 0 || (!free && !region[a].contains(slice_.origin[a]))) return std::nullopt;
  }
  const auto [r0, r1] = span(transposed_ ? slice_.column : slice_.row, rows_, block_rows_);
  const auto [c0, c1] = span(transposed_ ? slice_.row : slice_.column, columns_, block_columns_);
  if (r1 < 0 || c1 < 0) return std::nullopt;
  return std::pair{ImVec2{cells_.x + c0 * cell_.x, cells_.y + r0 * cell_.y},
                   ImVec2{cells_.x + c1 * cell_.x, cells_.y + r1 * cell_.y}};
}

void HeatMap::outline(const Context& ui, const Region& region, ImU32 color, float thickness) const {
  const auto found = place(region);
  if (!found) return;
  // Around a cell of a pixel too there has to be an edge to be seen.
  const float least = thickness + 2;
  const ImVec2 size = found->second - found->first;
  const ImVec2 grow{std::max(0.0F, least - size.x) / 2, std::max(0.0F, least - size.y) / 2};
  const ImVec2 low = found->first - grow;
  const ImVec2 high = found->second + grow;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->AddRect(low - ImVec2{1, 1}, high + ImVec2{1, 1}, ui.theme->panel, 2, 0, thickness + 2);
  draw->AddRect(low, high, color, 2, 0, thickness);
}

void HeatMap::draw_labels(const Context& ui, ImVec2 cells) const {
  const float size = ui.em * label_scale;
  const std::int64_t every_row = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(size * 0.8F / cell_.y)));
  const bool upright = turned_ && cell_.x < size * 0.95F;
  const float step = upright ? widest_column_ + size * 1.1F : size;
  const std::int64_t every_column =
      turned_ ? std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(step * 0.9F / cell_.x))) : 1;
  const auto lit = [&](std::optional<std::size_t> axis, std::int64_t i) {
    if (!axis) return false;
    if (chosen_) return (*chosen_)[*axis] == i;
    return std::any_of(lit_.begin(), lit_.end(),
                       [&](const Region& region) { return region[*axis].size() == 1 && region[*axis].contains(i); });
  };
  ImDrawList* draw = ImGui::GetWindowDrawList();
  for (std::int64_t r = 0; label_width_ > 0 && r < shown_rows_; r += every_row) {
    const std::int64_t row = rows_.begin + r * block_rows_;
    const bool strong = lit(transposed_ ? slice_.column : slice_.row, row);
    ImFont* font = strong ? ui.strong_font : ui.text_font;
    const std::string label = shortened(font, size, row_label(row), label_width_ - ui.em * 0.15F);
    const float width = font->CalcTextSizeA(size, 1e9F, 0, label.c_str()).x;
    const float y = cells.y + (static_cast<float>(r) + 0.5F) * cell_.y - size * 0.5F;
    const float x = std::max(cells.x - ui.em * 0.3F - width, std::ceil(cells.x - label_width_));
    draw->AddText(font, size, {x, y}, strong ? ui.theme->text : ui.theme->muted, label.c_str());
  }
  for (std::int64_t c = 0; c < shown_columns_; c += every_column) {
    const std::int64_t column = columns_.begin + c * block_columns_;
    const std::string label = column_label(column);
    const bool strong = lit(transposed_ ? slice_.row : slice_.column, column);
    ImFont* font = strong ? ui.strong_font : ui.text_font;
    const ImU32 color = strong ? ui.theme->text : ui.theme->muted;
    const float center = cells.x + (static_cast<float>(c) + 0.5F) * cell_.x;
    if (turned_ && !upright) {
      draw_turned_text(draw, font, size, {center - size * 0.5F, cells.y - ui.em * 0.3F}, color,
                       label.c_str(), label_height_ - ui.em * 0.3F);
    } else {
      const float width = font->CalcTextSizeA(size, 1e9F, 0, label.c_str()).x;
      const float x = std::min(center - width * 0.5F, draw->GetClipRectMax().x - width);
      draw->AddText(font, size, {x, cells.y - size * 1.2F}, color, label.c_str());
    }
  }
}

/// Control and the wheel (or two fingers) zoom; where only a part is in sight, the wheel moves it.
void HeatMap::take_wheel(Context& ui, const Result& result) const {
  ImGuiIO& io = ImGui::GetIO();
  const bool zooms = io.KeyCtrl || io.KeySuper;
  const auto is_part = [](const Axis* axis, const Range& shown) { return axis && shown.size() < axis->size; };
  const bool pans = is_part(row_axis(), rows_) || is_part(column_axis(), columns_);
  if (!zooms && !pans) return;
  ImGui::SetItemKeyOwner(ImGuiKey_MouseWheelY);
  ImGui::SetItemKeyOwner(ImGuiKey_MouseWheelX);
  if (zooms) {
    const float wheel = whole_notches(ui.wheel_rest.y, io.MouseWheel, 0.5F);
    if (wheel == 0) return;
    constexpr double pause = 0.4;  // seconds
    const bool goes_on = ui.zoomed_at && ui.zoomed_at->node == node_ && ui.time < ui.zoomed + pause;
    if (!goes_on) ui.zoomed_at = result.hovered;
    ui.zoomed = ui.time;
    ui.session.zoom(*ui.zoomed_at, std::pow(1.25, static_cast<double>(wheel)));
    return;
  }
  const auto notches = [](float wheel, const Range& shown) {
    if (wheel == 0) return std::int64_t{0};
    const auto by = static_cast<std::int64_t>(std::lround(-wheel * static_cast<float>(shown.size()) / 8));
    return by != 0 ? by : wheel > 0 ? -1 : 1;
  };
  std::int64_t down = notches(whole_notches(ui.wheel_rest.y, io.MouseWheel, 1), rows_);
  std::int64_t right = notches(whole_notches(ui.wheel_rest.x, io.MouseWheelH, 1), columns_);
  if (transposed_) std::swap(down, right);
  if (down == 0 && right == 0) return;
  ui.session.pan(node_, down, right);
  ui.panned = ui.time;
}

bool HeatMap::paint(Context& ui, ImVec2 cells) {
  cells_ = cells;
  if (!draw_cells(ui, cells)) return false;
  mark_lit(ui, cells);
  mark_changed(ui, cells);
  const ImU32 color = ui.theme->role(trace_->graph()[node_].role);
  for (const Region& region : lit_) outline(ui, region, color, 2.5F);
  if (chosen_) outline(ui, single(*chosen_), ui.theme->accent, 3);
  mark_edits(ui, cells);
  return true;
}

Cell HeatMap::under(const Context& ui, ImVec2 cells, ImVec2 point) const {
  const ImVec2 from = point - cells;
  const auto column = std::clamp<std::int64_t>(static_cast<std::int64_t>(from.x / cell_.x), 0, shown_columns_ - 1);
  const auto row = std::clamp<std::int64_t>(static_cast<std::int64_t>(from.y / cell_.y), 0, shown_rows_ - 1);
  return {node_, index(square(ui, row, column))};
}

HeatMap::Result HeatMap::draw(Context& ui, ImVec2 at, const char* id, const std::string& landmarks) {
  const ImVec2 cells{std::floor(at.x + label_width_), std::floor(at.y + label_height_)};
  if (labels_) draw_labels(ui, cells);
  const ImVec2 area = size() - ImVec2{label_width_, label_height_};
  if (!paint(ui, cells)) ImGui::GetWindowDrawList()->AddRectFilled(cells, cells + area, ui.theme->raised);
  draw_handles(ui);
  mark_window(ui, cells);

  word_labels(ui, cells, id, landmarks);
  ImGui::SetCursorScreenPos(cells);
  ImGui::InvisibleButton(id, {std::max(area.x, 1.0F), std::max(area.y, 1.0F)});
  if (!landmarks.empty()) ui.grids[landmarks] = {cells, cell_, rows_, columns_, block_rows_, block_columns_};
  Result result;
  if (!ImGui::IsItemHovered()) return result;
  result.hovered = under(ui, cells, ImGui::GetMousePos());
  ui.holds_pointer = !ui.chose_by_tap;
  result.clicked = ImGui::IsItemClicked() && ui.chooses(*result.hovered);
  result.double_clicked = result.clicked && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left);
  result.can_edit = can_edit(ui, *result.hovered);
  outline(ui, single(result.hovered->index), ui.theme->text, 1.5F);
  if (!result.can_edit && is_current(ui)) take_wheel(ui, result);
  return result;
}

}  // namespace headwise
