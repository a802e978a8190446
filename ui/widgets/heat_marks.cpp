// What a heat map shows over its cells: what is set by hand, what changed, what is lit, what can be changed.
#include <algorithm>

#include "ui/widgets/changed.hpp"
#include "ui/widgets/dashes.hpp"
#include "ui/widgets/heat_map.hpp"
#include "ui/widgets/lit.hpp"
#include "ui/widgets/scrub.hpp"
#include "ui/widgets/word_field.hpp"

namespace headwise {

bool HeatMap::is_current(const Context& ui) const { return trace_ == &ui.session.trace(); }
bool HeatMap::has_run_values(const Context& ui) const { return is_current(ui) && !values_.read; }

/// A corner of each cell that is set by hand.
void HeatMap::mark_edits(const Context& ui, ImVec2 cells) const {
  if (!has_run_values(ui)) return;
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
    if (!rows_.contains(r) || !columns_.contains(c)) continue;
    r -= rows_.begin;
    c -= columns_.begin;
    const ImVec2 corner{cells.x + static_cast<float>(c / block_columns_ + 1) * cell_.x - gap,
                        cells.y + static_cast<float>(r / block_rows_) * cell_.y};
    const float edge = side + 1.5F;
    draw->AddTriangleFilled(corner - ImVec2{edge, 0}, corner, corner + ImVec2{0, edge}, ui.theme->panel);
    draw->AddTriangleFilled(corner - ImVec2{side, 0}, corner, corner + ImVec2{0, side}, ui.theme->changed);
  }
}

/// Where the picture is only a part of the slice: which, as a bar along two of its edges.
void HeatMap::mark_window(const Context& ui, ImVec2 cells) const {
  const ImVec2 area{cell_.x * static_cast<float>(shown_columns_), cell_.y * static_cast<float>(shown_rows_)};
  const float thick = std::max(3.0F, ui.em * 0.2F);
  const auto bar = [&](const Axis* axis, const Range& shown, ImVec2 start, ImVec2 way) {
    if (!axis || shown.size() == axis->size) return;
    const float length = way.x * area.x + way.y * area.y;
    const auto at = [&](std::int64_t i) { return length * static_cast<float>(i) / static_cast<float>(axis->size); };
    const ImVec2 across{way.y * thick, way.x * thick};
    const auto along = [&](float d) { return start + ImVec2{way.x * d, way.y * d}; };
    ImDrawList* draw = ImGui::GetWindowDrawList();
    draw->AddRectFilled(start, along(length) + across, ui.theme->border, thick / 2);
    draw->AddRectFilled(along(at(shown.begin)), along(std::max(at(shown.end), at(shown.begin) + thick)) + across,
                        ui.theme->accent, thick / 2);
  };
  bar(column_axis(), columns_, cells + ImVec2{0, area.y + 2}, {1, 0});
  bar(row_axis(), rows_, cells + ImVec2{area.x + 2, 0}, {0, 1});
}

void HeatMap::mark_changed(const Context& ui, ImVec2 cells) const {
  if (!has_run_values(ui) || !ui.session.settings().toggle("outline_changes") || !ui.session.change(node_).values) return;
  const ChangedPicture* const picture = ui.changed->find(ui.session, node_, slice_, part());
  if (!picture) return;
  const auto at = [&](float x, float y) {
    if (transposed_) std::swap(x, y);
    return cells + ImVec2{x * cell_.x, y * cell_.y};
  };
  const bool dashes = std::min(cell_.x, cell_.y) > ui.em * 0.6F;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  for (const ImVec4& edge : picture->edges) {
    draw->AddLine(at(edge.x, edge.y), at(edge.z, edge.w), ui.theme->panel, dashes ? 4.0F : 2.0F);
  }
  for (const ImVec4& edge : picture->edges) {
    if (dashes) {
      draw_dashes(draw, at(edge.x, edge.y), at(edge.z, edge.w), ui.theme->changed, 2.5F);
    } else {
      draw->AddLine(at(edge.x, edge.y), at(edge.z, edge.w), ui.theme->changed, 1.5F);
    }
  }
}

void HeatMap::mark_lit(const Context& ui, ImVec2 cells) const {
  if (!is_current(ui)) return;
  const ImVec2 area{cell_.x * static_cast<float>(shown_columns_), cell_.y * static_cast<float>(shown_rows_)};
  draw_lit(ui, {node_, slice_, transposed_, rows_, columns_, cells, cells + area,
                {cell_.x / static_cast<float>(block_columns_), cell_.y / static_cast<float>(block_rows_)}});
}

bool HeatMap::has_handles(const Context& ui) const {
  return has_run_values(ui) && chosen_ && std::min(cell_.x, cell_.y) > ui.em * 0.8F && can_scrub(ui.session, {node_, *chosen_});
}

/// Arrows at both sides of the chosen cell, where the mouse can change its value.
void HeatMap::draw_handles(const Context& ui) const {
  const auto corners = has_handles(ui) ? place(single(*chosen_)) : std::nullopt;
  if (!corners) return;
  const auto [low, high] = *corners;
  const float r = std::min((high.y - low.y) * 0.22F, ui.em * 0.3F);
  const float middle = (low.y + high.y) * 0.5F;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  for (const float way : {-1.0F, 1.0F}) {
    const float x = way < 0 ? low.x : high.x;
    const auto arrow = [&](float edge, ImU32 color) {
      draw->AddTriangleFilled({x + way * (1 - edge), middle - r - edge}, {x + way * (1 - edge), middle + r + edge},
                              {x + way * (1 + r * 1.2F + edge), middle}, color);
    };
    arrow(2, ui.theme->panel);
    arrow(0, ui.theme->accent);
  }
}

bool HeatMap::can_edit(const Context& ui, const Cell& hovered) const {
  constexpr double pause = 0.6;  // seconds: a picture that was just moved by the wheel does not stop at a cell
  const ImGuiIO& io = ImGui::GetIO();
  if (!has_run_values(ui) || io.KeyCtrl || io.KeySuper) return false;
  if (io.KeyAlt) return can_scrub(ui.session, hovered);
  return has_handles(ui) && hovered.index == *chosen_ && ui.time > ui.panned + pause;
}

void HeatMap::word_labels(Context& ui, ImVec2 cells, const char* id, const std::string& landmarks) const {
  if (!labels_ || !is_current(ui) || block_rows_ * block_columns_ > 1) return;
  const auto strip = [&](bool rows, ImVec2 low, ImVec2 each) {
    const Axis* axis = rows ? row_axis() : column_axis();
    if (!axis || !word_at(ui.session.run(), *axis, 0, batch_item_)) return;
    const Range shown = rows ? rows_ : columns_;
    const auto count = static_cast<float>(shown.size());
    const ImVec2 size = rows ? ImVec2{each.x, each.y * count} : ImVec2{each.x * count, each.y};
    ImGui::SetCursorScreenPos(low);
    ImGui::PushID(rows ? "rows" : "columns");
    const bool pressed = ImGui::InvisibleButton(id, {std::max(size.x, 1.0F), std::max(size.y, 1.0F)});
    ImGui::PopID();
    const Range one{0, 1};
    if (!landmarks.empty()) {
      ui.grids[landmarks + (rows ? "-rows" : "-columns")] = {low, each, rows ? shown : one, rows ? one : shown, 1, 1};
    }
    if (!ImGui::IsItemHovered()) return;
    const ImVec2 mouse = ImGui::GetMousePos() - low;
    const auto n = std::clamp<std::int64_t>(static_cast<std::int64_t>(rows ? mouse.y / each.y : mouse.x / each.x), 0, shown.size() - 1);
    const auto word = word_at(ui.session.run(), *axis, shown.begin + n, batch_item_);
    if (!word || ui.session.is_locked(word->key)) return;
    const ImVec2 at = low + (rows ? ImVec2{0, static_cast<float>(n) * each.y} : ImVec2{static_cast<float>(n) * each.x, 0});
    ImGui::GetWindowDrawList()->AddRectFilled(at, at + each, with_alpha(ui.theme->accent, 0.16F), 3);
    ImGui::SetMouseCursor(ImGuiMouseCursor_TextInput);
    ImGui::SetTooltip("click to change this word");
    if (!pressed) return;
    const float up = rows ? (each.y - ImGui::GetFrameHeight()) * 0.5F : each.y - ImGui::GetFrameHeight();
    edit_word(ui, *word, trace_->label(*axis, shown.begin + n, batch_item_), at + ImVec2{0, up});
  };
  strip(true, {cells.x - label_width_, cells.y}, {label_width_, cell_.y});
  strip(false, {cells.x, cells.y - label_height_}, {cell_.x, label_height_});
}

}  // namespace headwise
