#include "ui/widgets/memory_cells.hpp"

#include <algorithm>
#include <cmath>

#include "engine/tensor/print.hpp"
#include "ui/widgets/marks.hpp"

namespace headwise {

namespace {

constexpr float head_gap = 0.6F;  // ems between two heads

std::size_t head_place(const Strides& strides) {
  const AxisKind kind = strides.axes[1].kind;
  return kind == AxisKind::head || kind == AxisKind::kv_head ? 1 : 2;
}

std::string token_name(const Context& ui, const MemoryView& view, std::int64_t t) {
  const Strides& right = view.split->right;
  return ui.session.trace().label(right.axes[3 - head_place(right)], t, view.batch_item);
}

/// What every address fits into.
float number_width(const Context& ui, const MemoryView& view) {
  const std::string longest(std::to_string(cell_count(view.split->stored.axes) - 1).size(), '0');
  return text_width(ui, ui.mono_font, 0.8F, longest);
}

float address_width(const Context& ui, const MemoryView& view) { return number_width(ui, view) + ui.em * 0.45F; }

/// Of a token or a head, whichever colours tell apart.
ImU32 tint(const Context& ui, const MemoryView& view, std::int64_t head, std::int64_t token) {
  return ui.theme->tint(view.by_token ? token : head);
}

/// One cell of memory, hatched by head.
void draw_cell(const Context& ui, const MemoryView& view, std::int64_t address, ImVec2 low, ImVec2 high,
               bool with_origin) {
  const Index meaning = view.meaning(address);
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const ImVec2 inner = high - ImVec2{1, 1};
  const ImU32 fill = tint(ui, view, meaning[1], meaning[2]);
  const ImU32 ink = Theme::ink_on(fill);
  draw->AddRectFilled(low, inner, fill, 2);
  draw_hatching(ui, low, inner, meaning[1], with_alpha(ink, 0.22F));
  const std::string number = std::to_string(address);
  if (!with_origin) {
    if (high.x - low.x + 1 >= text_width(ui, ui.mono_font, 0.8F, number))
      draw_text_in(ui, ui.mono_font, 0.8F, low, inner, ink, number);
    return;
  }
  const float middle = (low.y + inner.y) * 0.5F;
  draw_text(ui, ui.mono_font, 0.8F, {low.x + ui.em * 0.2F, middle - ui.em * 0.42F}, ink, number);
  const std::int64_t width = view.split->right.axes[3].size;
  const std::string origin = std::to_string(meaning[2]) + "\u00b7" + std::to_string(meaning[1] * width + meaning[3]);
  draw_text(ui, ui.text_font, 0.7F,
            {inner.x - ui.em * 0.15F - text_width(ui, ui.text_font, 0.7F, origin), middle - ui.em * 0.3F}, ink, origin);
}

void outline(const Context& ui, const MemoryView& view, std::int64_t address, ImVec2 low, ImVec2 high) {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const auto ring = [&](ImU32 color, float thick) {
    draw->AddRect(low - ImVec2{1, 1}, high, ui.theme->panel, 2, 0, thick + 2);
    draw->AddRect(low - ImVec2{1, 1}, high, color, 2, 0, thick);
  };
  const bool is_cursor = address == view.chosen && !view.is_example;
  if (is_cursor) ring(ui.theme->accent, 3);
  if (address == view.lit && !is_cursor) ring(ui.theme->text, 2.5F);
}

void say_cell(Context& ui, const MemoryView& view, std::int64_t address) {
  const Cell cell = cell_at(ui, view, address, true);
  ui.next_hovered = cell;
  if (!ImGui::BeginTooltip()) return;
  const Trace& trace = ui.session.trace();
  ui.push(ui.mono_font, 0.9F);
  ImGui::Text("address %s: %s%s", print_count(address).c_str(), trace.cell_name(cell).c_str(),
              trace.has_values() ? (" = " + print_number(static_cast<double>(trace.value(cell)), 4)).c_str() : "");
  Context::pop();
  muted(ui, "click to choose");
  ImGui::EndTooltip();
}

/// The part of a grid that is shown.
struct Window {
  Range tokens, heads, entries;
};

Window window_of(const Context& ui, const MemoryView& view, const Strides& strides, float width, float height) {
  const std::size_t h = head_place(strides);
  const Index lit = view.by_head(strides, strides.index_at(view.lit));
  const float cell = address_width(ui, view);
  const auto fit = std::max<std::int64_t>(2, static_cast<std::int64_t>(width / cell));
  const std::int64_t heads = strides.axes[h].size;
  const std::int64_t size = strides.axes[3].size;
  const std::int64_t entries = std::min(size, heads > 1 ? std::max<std::int64_t>(1, fit / 2) : fit);
  const float slimmest = static_cast<float>(entries) * number_width(ui, view) + head_gap * ui.em;
  const std::int64_t across = std::min(fit / entries, static_cast<std::int64_t>(width / slimmest));
  const auto rows = std::max<std::int64_t>(4, static_cast<std::int64_t>(height / ui.em));
  return {around(strides.axes[3 - h].size, lit[2], rows),
          around(heads, lit[1], std::max<std::int64_t>(1, across)), around(size, lit[3], entries)};
}

}  // namespace

Index MemoryView::by_head(const Strides& strides, const Index& four) const {
  return head_place(strides) == 1 ? four : Index{four[0], four[2], four[1], four[3]};
}

Index MemoryView::in_order(const Strides& strides, const Index& by_head) const {
  return this->by_head(strides, by_head);
}

Index MemoryView::meaning(std::int64_t address) const {
  return by_head(split->stored, split->stored.index_at(address));
}

Cell cell_at(const Context& ui, const MemoryView& view, std::int64_t address, bool stored) {
  const HeadSplit& split = *view.split;
  const Strides& strides = stored ? split.stored : split.right;
  const std::size_t node = stored ? split.source() : split.result();
  return {node, split.in_node(ui.session.graph(), node, strides.index_at(address))};
}

float draw_stored(Context& ui, const MemoryView& view, ImVec2 at, float width, int lines) {
  const Strides& stored = view.split->stored;
  const std::int64_t all = cell_count(stored.axes);
  const std::int64_t run =
      stored.axes[3].size * (head_place(stored) == 2 ? stored.axes[2].size : 1);  // cells of one token
  const std::int64_t block = stored.axes[3].size;
  const float least = std::max(address_width(ui, view), ui.em * 1.35F);
  auto across = std::max<std::int64_t>(1, static_cast<std::int64_t>(width / least));
  if (across >= all) across = all;
  // Lines end where tokens, or at least heads, do.
  else if (across >= run)
    across -= across % run;
  else if (across >= block)
    across -= across % block;
  const std::int64_t begin_line = around((all + across - 1) / across, view.lit / across, lines).begin;
  const float cell = std::min(std::floor(width / static_cast<float>(across)), ui.em * 3);
  const float label = ui.em * 0.95F;
  const float height = ui.em * 1.2F;
  float y = at.y;
  for (std::int64_t line = begin_line; line < begin_line + lines && line * across < all; ++line) {
    const std::int64_t end = std::min(all, (line + 1) * across);
    for (std::int64_t a = line * across; a < end; ++a) {
      const ImVec2 low{at.x + static_cast<float>(a - line * across) * cell, y + label};
      const Index meaning = view.meaning(a);
      const bool starts = a == line * across || view.meaning(a - 1)[2] != meaning[2] ||
                          (view.split->back && view.meaning(a - 1)[1] != meaning[1]);
      if (starts) {
        const std::int64_t here = std::min(end - a, run - a % run);
        const float long_run = cell * static_cast<float>(here);
        ImGui::GetWindowDrawList()->AddLine({low.x, low.y - 1}, {low.x + long_run - 2, low.y - 1}, ui.theme->muted);
        draw_text(ui, ui.text_font, 0.75F, {low.x, y}, ui.theme->text, token_name(ui, view, meaning[2]), long_run - 2);
      }
      draw_cell(ui, view, a, low, low + ImVec2{cell, height}, false);
    }
    for (std::int64_t a = line * across; a < end; ++a) {
      if (a != view.lit && a != view.chosen) continue;
      const ImVec2 low{at.x + static_cast<float>(a - line * across) * cell, y + label};
      outline(ui, view, a, low, low + ImVec2{cell, height});
    }
    ImGui::SetCursorScreenPos({at.x, y + label});
    ImGui::PushID(static_cast<int>(line));
    ImGui::InvisibleButton("##stored", {cell * static_cast<float>(end - line * across), height});
    ImGui::PopID();
    ui.grids["memory:stored:" + std::to_string(line)] = {
        {at.x, y + label}, {cell, height}, {0, 1}, {line * across, end}};
    if (ImGui::IsItemHovered()) {
      const auto a = line * across + static_cast<std::int64_t>((ImGui::GetMousePos().x - at.x) / cell);
      const std::int64_t hovered = std::clamp(a, line * across, end - 1);
      say_cell(ui, view, hovered);
      if (ImGui::IsItemClicked()) ui.session.go_to(cell_at(ui, view, hovered, true));
    }
    y += label + height + ui.em * 0.1F;
  }
  return y - at.y;
}

float memory_grid_width(const Context& ui, const MemoryView& view, float room) {
  const Strides& right = view.split->right;
  const auto cells = static_cast<float>(right.axes[head_place(right)].size * right.axes[3].size);
  const float gaps = static_cast<float>(right.axes[head_place(right)].size) * ui.em * head_gap;
  return std::min(room, ui.em * 4.6F + gaps + cells * (address_width(ui, view) + ui.em * 1.5F));
}

ImVec2 draw_memory_grid(Context& ui, const MemoryView& view, const MemoryGrid& grid, ImVec2 at, ImVec2 room) {
  const Strides& strides = *grid.strides;
  const float names = ui.em * 4.2F;
  const float gap = ui.em * head_gap;
  const Window window = window_of(ui, view, strides, room.x - names - gap, room.y - ui.em * 1.1F);
  const auto blocks = static_cast<float>(window.heads.size());
  const float across =
      std::floor((room.x - names - gap * blocks) / (blocks * static_cast<float>(window.entries.size())));
  const ImVec2 cell{
      std::min(across, address_width(ui, view) + ui.em * 1.5F),
      std::clamp((room.y - ui.em * 1.1F) / static_cast<float>(window.tokens.size()), ui.em, ui.em * 1.7F)};
  const bool with_origin = cell.x >= address_width(ui, view) + ui.em * 1.35F;
  const ImVec2 cells = at + ImVec2{names, ui.em * 1.1F};
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const float middle = (cell.y - ui.em * 0.8F) * 0.5F;
  for (std::int64_t t = window.tokens.begin; t < window.tokens.end; ++t) {
    const float y = cells.y + static_cast<float>(t - window.tokens.begin) * cell.y;
    if (view.by_token)
      draw->AddRectFilled({at.x, y + cell.y * 0.25F}, {at.x + ui.em * 0.5F, y + cell.y * 0.75F}, ui.theme->tint(t), 2);
    draw_text(ui, ui.text_font, 0.8F, {at.x + ui.em * 0.7F, y + middle}, ui.theme->text,
              std::to_string(t) + " " + token_name(ui, view, t), names - ui.em);
  }
  // What stands in the wrong one where the right one has the lit cell.
  const Index same = view.by_head(view.split->right, view.split->right.index_at(view.lit));
  for (std::int64_t head = window.heads.begin; head < window.heads.end; ++head) {
    const float wide = cell.x * static_cast<float>(window.entries.size());
    const ImVec2 low = cells + ImVec2{static_cast<float>(head - window.heads.begin) * (wide + gap), 0};
    const std::string entries =
        window.entries.size() == strides.axes[3].size
            ? ""
            : ", d " + std::to_string(window.entries.begin) + " to " + std::to_string(window.entries.end - 1);
    // Over a slim head its number alone.
    const std::string number = std::to_string(head);
    const bool is_named = text_width(ui, ui.text_font, 0.75F, "head " + number) <= wide - ui.em * 1.9F;
    const float left_over = wide + gap * 0.7F - text_width(ui, ui.text_font, 0.75F, number) - ui.em * 0.2F;
    const ImVec2 key{low.x + (is_named ? ui.em * 1.6F : std::clamp(left_over, 0.0F, ui.em * 1.6F)), at.y + ui.em * 0.9F};
    draw->AddRectFilled({low.x, at.y}, key, view.by_token ? ui.theme->raised : ui.theme->tint(head), 2);
    draw_hatching(ui, {low.x, at.y}, key, head,
                  view.by_token ? ui.theme->muted : with_alpha(Theme::ink_on(ui.theme->tint(head)), 0.3F));
    if (is_named) {
      draw_text(ui, ui.text_font, 0.75F, {key.x + ui.em * 0.3F, at.y}, ui.theme->text,
                "head " + number + entries + (with_origin ? ": address, token\u00b7feature" : ""), wide - ui.em * 1.9F);
    } else {
      draw_text(ui, ui.text_font, 0.75F, {key.x + ui.em * 0.2F, at.y}, ui.theme->text, number);
    }
    const auto place = [&](std::int64_t t, std::int64_t d) {
      return low + ImVec2{static_cast<float>(d - window.entries.begin) * cell.x,
                          static_cast<float>(t - window.tokens.begin) * cell.y};
    };
    const auto address = [&](std::int64_t t, std::int64_t d) {
      return strides.address(view.in_order(strides, {view.batch_item, head, t, d}));
    };
    for (int pass = 0; pass < 2; ++pass) {
      for (std::int64_t t = window.tokens.begin; t < window.tokens.end; ++t) {
        for (std::int64_t d = window.entries.begin; d < window.entries.end; ++d) {
          const ImVec2 corner = place(t, d);
          if (pass == 0) draw_cell(ui, view, address(t, d), corner, corner + cell, with_origin);
          if (pass == 0) continue;
          if (grid.mark_wrong && head == same[1] && t == same[2] && d == same[3] && address(t, d) != view.lit) {
            draw->AddRect(corner - ImVec2{1, 1}, corner + cell, ui.theme->panel, 2, 0, 4);
            draw->AddRect(corner - ImVec2{1, 1}, corner + cell, ui.theme->warning, 2, 0, 2);
          }
          outline(ui, view, address(t, d), corner, corner + cell);
        }
      }
    }
    const std::string name = "memory:" + grid.name + ":" + std::to_string(head);
    ImGui::SetCursorScreenPos(low);
    ImGui::InvisibleButton(("##" + name).c_str(), {wide, cell.y * static_cast<float>(window.tokens.size())});
    ui.grids[name] = {low, cell, window.tokens, window.entries};
    if (!ImGui::IsItemHovered()) continue;
    const ImVec2 mouse = ImGui::GetMousePos() - low;
    const auto within = [](Range range, float at_) {
      return std::clamp(range.begin + static_cast<std::int64_t>(at_), range.begin, range.end - 1);
    };
    const std::int64_t t = within(window.tokens, mouse.y / cell.y);
    const std::int64_t d = within(window.entries, mouse.x / cell.x);
    say_cell(ui, view, address(t, d));
    if (!ImGui::IsItemClicked()) continue;
    if (grid.mark_wrong && view.split->reshaped) {
      ui.session.go_to({*view.split->reshaped, view.in_order(strides, {view.batch_item, head, t, d})});
    } else {
      ui.session.go_to(cell_at(ui, view, address(t, d), grid.mark_wrong));
    }
  }
  return {names + blocks * (cell.x * static_cast<float>(window.entries.size()) + gap),
          ui.em * 1.1F + cell.y * static_cast<float>(window.tokens.size())};
}

}  // namespace headwise
