#include "ui/widgets/head_pictures.hpp"

#include <algorithm>
#include <string>

#include "engine/attention/head_measures.hpp"
#include "engine/tensor/print.hpp"
#include "ui/widgets/heat_map.hpp"

namespace headwise {

namespace {

constexpr float caption_scale = 0.78F;

Slice slice_of(const Context& ui, const HeadPatterns& all, std::int64_t head) {
  return slice_at(ui.session.graph()[all.layer().weights].axes(), {all.batch_item(), head, 0, 0});
}

/// What the cell under the mouse is; a click chooses it.
void handle(Context& ui, const HeatMap::Result& result) {
  if (!result.hovered) return;
  ui.next_hovered = result.hovered;
  const Trace& trace = ui.session.trace();
  if (ImGui::BeginTooltip()) {
    ui.push(ui.mono_font, 0.9F);
    ImGui::Text("%s = %s", trace.cell_name(*result.hovered).c_str(),
                print_number(static_cast<double>(trace.value(*result.hovered)), 4).c_str());
    Context::pop();
    muted(ui, "click to choose: how it was computed stands under Arithmetic");
    ImGui::EndTooltip();
  }
  if (result.clicked) ui.session.go_to(*result.hovered);
}

void light(const Context& ui, HeatMap& map, const HeadPatterns& all, std::int64_t head) {
  const Cell& cursor = ui.session.cursor();
  if (cursor.node == all.layer().weights && cursor.index[1] == head) map.light_cell(cursor.index);
}

void badge(const Context& ui, std::int64_t head, ImVec2 at, float side) {
  const ImU32 color = ui.theme->category(head);
  const std::string text = std::to_string(head);
  const float size = ui.em * caption_scale;
  const ImVec2 extent = ui.strong_font->CalcTextSizeA(size, 1e9F, 0, text.c_str());
  const float width = std::max(side, extent.x + ui.em * 0.4F);
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->AddRectFilled(at, at + ImVec2{width, side}, color, ui.em * 0.25F);
  draw->AddText(ui.strong_font, size, at + ImVec2{(width - extent.x) / 2, (side - extent.y) / 2}, Theme::ink_on(color), text.c_str());
}

float badge_width(const Context& ui, std::int64_t head, float side) {
  const float size = ui.em * caption_scale;
  return std::max(side, ui.strong_font->CalcTextSizeA(size, 1e9F, 0, std::to_string(head).c_str()).x + ui.em * 0.4F);
}

/// One word for a small picture.
const char* word(Pattern pattern) {
  switch (pattern) {
    case Pattern::diagonal: return "diagonal";
    case Pattern::stripe: return "stripe";
    case Pattern::spread: return "wide row";
    case Pattern::block: return "blocks";
    case Pattern::none: break;
  }
  return "unclear";
}

/// `diagonal 71 %`, in little room `71 %`: what heads are sorted by, else their entropy.
std::string measured(const Session& session, const HeadPattern& head, ImFont* font, float size, float room) {
  const std::string& sort = session.settings().get("sort_heads");
  for (const HeadMeasure& measure : head_measures()) {
    if (measure.name != (sort == "head" ? "entropy" : sort)) continue;
    const std::string number = measure.brief(head);
    std::string whole = std::string(measure.title) + " " + number;
    return font->CalcTextSizeA(size, FLT_MAX, 0, whole.c_str()).x <= room ? whole : number;
  }
  return {};
}

}  // namespace

void draw_head_badge(const Context& ui, std::int64_t head) {
  const float side = ImGui::GetTextLineHeight() * 1.05F;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  badge(ui, head, at, side);
  ImGui::Dummy({badge_width(ui, head, side), side});
}

void draw_head_pictures(Context& ui, const HeadPatterns& all, const std::vector<std::int64_t>& order, ImVec2 size) {
  Session& session = ui.session;
  const auto heads = static_cast<std::int64_t>(order.size());
  const float line = ui.em * caption_scale * 1.35F;
  const float captions = 2 * line + ui.em * 0.6F;
  const float least = ui.em * 3.8F;
  // As many in a row as give the largest pictures; where these would be too small, it scrolls.
  std::int64_t across = 1;
  float side = 0;
  for (std::int64_t n = 1; n <= heads; ++n) {
    const float width = size.x / static_cast<float>(n) - ui.em * 0.8F;
    const float high = size.y / static_cast<float>((heads + n - 1) / n) - captions;
    const float fits = std::min(width, std::max(high, least));
    if (fits < least && n > 1) break;
    if (fits < side) continue;
    side = fits;
    across = n;
  }
  side = std::min(side, ui.em * 14);
  const auto down = static_cast<int>((heads + across - 1) / across);
  const bool scrolls = (side + captions) * static_cast<float>(down) > size.y + 1;
  const float width = size.x - (scrolls ? ImGui::GetStyle().ScrollbarSize : 0);
  side = std::min(side, width / static_cast<float>(across) - ui.em * 0.8F);
  const ImVec2 tile{width / static_cast<float>(across), side + captions};
  ImGui::BeginChild("multiples", {size.x, scrolls ? size.y : tile.y * static_cast<float>(down)});
  const std::int64_t chosen = session.first_cell(all.layer().weights).index[1];
  const float right = ImGui::GetWindowPos().x + ImGui::GetWindowWidth();
  const ImVec2 start = ImGui::GetCursorScreenPos();
  ImGuiListClipper clipper;
  clipper.Begin(down, tile.y);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  while (clipper.Step()) {
    for (int row = clipper.DisplayStart; row < clipper.DisplayEnd; ++row) {
      for (std::int64_t column = 0; column < across && row * across + column < heads; ++column) {
        const std::int64_t h = order[static_cast<std::size_t>(row * across + column)];
        const HeadPattern& head = all.heads()[static_cast<std::size_t>(h)];
        const ImVec2 low = start + ImVec2{tile.x * static_cast<float>(column), tile.y * static_cast<float>(row)};
        const ImVec2 high{std::min(low.x + tile.x - ui.em * 0.2F, right), low.y + tile.y - ui.em * 0.2F};
        ImGui::PushID(static_cast<int>(h));
        ImGui::SetCursorScreenPos(low);
        ImGui::SetNextItemAllowOverlap();
        const std::string name = "heads:picture:" + std::to_string(h);
        if (ImGui::InvisibleButton("##tile", high - low)) session.show_head(h);
        const bool hovered = ImGui::IsItemHovered();
        ui.landmark(name, low, high);
        if (hovered) tooltip(ui, session.trace().head_name(h) + ": " + label_text(head, all) + "\n" + justification(head, all));
        ImDrawList* draw = ImGui::GetWindowDrawList();
        if (h == chosen || hovered) {
          draw->AddRectFilled(low, high, ui.theme->raised, ui.em * 0.35F);
          draw->AddRect(low, high, h == chosen ? ui.theme->accent : ui.theme->border, ui.em * 0.35F, 0, h == chosen ? 2.0F : 1.0F);
        }
        const ImVec2 inner = low + ImVec2{ui.em * 0.3F, ui.em * 0.25F};
        const float mark = ui.em * 1.05F;
        badge(ui, h, inner, mark);
        const float size_of = ui.em * caption_scale;
        const float beside = badge_width(ui, h, mark) + ui.em * 0.3F;
        ImFont* const font = head.label() == Pattern::none ? ui.text_font : ui.strong_font;
        const std::string label = shortened(font, size_of, word(head.label()), high.x - inner.x - beside);
        draw->AddText(font, size_of, inner + ImVec2{beside, ui.em * 0.08F}, ui.theme->text, label.c_str());
        HeatMap map(ui, ui.session.trace(), all.layer().weights, slice_of(ui, all, h), false);
        map.fit(ui, side, side, {side, side}, false);
        light(ui, map, all, h);
        handle(ui, map.draw(ui, inner + ImVec2{0, line + ui.em * 0.15F}, "##map", name));
        const std::string below = measured(session, head, ui.text_font, size_of, high.x - inner.x);
        draw->AddText(ui.text_font, size_of, {inner.x, high.y - line}, ui.theme->muted, below.c_str());
        ImGui::PopID();
      }
    }
  }
  clipper.End();
  ImGui::PopStyleVar();
  ImGui::EndChild();
}

void draw_head_large(Context& ui, const HeadPatterns& all, std::int64_t head, ImVec2 at, ImVec2 size) {
  size.y -= ui.em * 0.35F;  // the last row's label may be higher than the row
  HeatMap map(ui, ui.session.trace(), all.layer().weights, slice_of(ui, all, head), false);
  map.fit(ui, size.x, size.y, {ui.em * 3.4F, ui.em * 2});
  light(ui, map, all, head);
  if (ui.hovered && ui.hovered->node == all.layer().weights && ui.hovered->index[1] == head) map.light(single(ui.hovered->index));
  if (const std::string note = map.squares_stand_for(); !note.empty()) {
    const float line = ui.em * 1.1F;
    map.fit(ui, size.x, size.y - line, {ui.em * 3.4F, ui.em * 2});
    ImGui::SetCursorScreenPos(at);
    ui.push(ui.text_font, 0.8F);
    muted(ui, note);
    Context::pop();
    at.y += line;
  }
  handle(ui, map.draw(ui, at, "##large", "heads:cell"));
}

}  // namespace headwise
