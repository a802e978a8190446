#include "ui/widgets/marks.hpp"

#include <algorithm>
#include <cmath>

namespace headwise {

float text_width(const Context& ui, ImFont* font, float ems, const std::string& text) {
  return font->CalcTextSizeA(ui.em * ems, 1e9F, 0, text.c_str()).x;
}

void draw_text(const Context& ui, ImFont* font, float ems, ImVec2 at, ImU32 color, const std::string& text,
               float width) {
  std::string shown = text;
  while (width > 0 && !shown.empty() && text_width(ui, font, ems, shown) > width) {
    if (shown.ends_with("\u2026")) shown.resize(shown.size() - 3);
    while (!shown.empty() && (static_cast<unsigned char>(shown.back()) & 0xc0U) == 0x80U) shown.pop_back();
    if (!shown.empty()) shown.pop_back();
    if (!shown.empty()) shown += "\u2026";
  }
  ImGui::GetWindowDrawList()->AddText(font, ui.em * ems, {std::floor(at.x), std::floor(at.y)}, color, shown.c_str());
}

void draw_text_in(const Context& ui, ImFont* font, float ems, ImVec2 low, ImVec2 high, ImU32 color,
                  const std::string& text) {
  const ImVec2 size = font->CalcTextSizeA(ui.em * ems, 1e9F, 0, text.c_str());
  draw_text(ui, font, ems, {(low.x + high.x - size.x) * 0.5F, (low.y + high.y - size.y) * 0.5F}, color, text);
}

void draw_hatching(const Context& ui, ImVec2 low, ImVec2 high, std::int64_t pattern, ImU32 color) {
  const std::int64_t kind = pattern % 5;
  if (kind == 0) return;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const float gap = std::max(3.0F, ui.em * 0.3F);
  const ImVec2 size = high - low;
  draw->PushClipRect(low, high, true);
  for (float at = gap * 0.5F; at < (kind == 2 ? size.y : kind == 4 ? size.x : size.x + size.y); at += gap) {
    if (kind == 1) draw->AddLine({low.x, low.y + at}, {low.x + at, low.y}, color);
    if (kind == 2) draw->AddLine({low.x, low.y + at}, {high.x, low.y + at}, color);
    if (kind == 3) draw->AddLine({low.x, high.y - at}, {low.x + at, high.y}, color);
    if (kind == 4) draw->AddLine({low.x + at, low.y}, {low.x + at, high.y}, color);
  }
  draw->PopClipRect();
}

Spot draw_spot(Context& ui, const std::string& name, ImVec2 low, ImVec2 high) {
  ImGui::SetCursorScreenPos(low);
  Spot spot;
  spot.clicked = ImGui::InvisibleButton(("##" + name).c_str(), {std::max(1.0F, high.x - low.x), std::max(1.0F, high.y - low.y)});
  ui.landmark(name, low, high);
  spot.hovered = ImGui::IsItemHovered();
  if (spot.hovered || ImGui::IsItemFocused()) {
    ImGui::GetWindowDrawList()->AddRect(low, high, ui.theme->text, 2, 0, 1.5F);
    if (spot.hovered) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  }
  return spot;
}

void draw_bar(const Context& ui, ImVec2 low, ImVec2 high, float zero, float share, ImU32 color) {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->AddRectFilled(low, high, ui.theme->raised, 2);
  const float middle = low.x + (high.x - low.x) * zero;
  const float end = middle + std::clamp(share, -1.0F, 1.0F) * (share < 0 ? middle - low.x : high.x - middle);
  if (end != middle) draw->AddRectFilled({std::min(middle, end), low.y}, {std::max(middle, end), high.y}, color, 2);
  if (zero > 0) draw->AddLine({middle, low.y}, {middle, high.y}, ui.theme->muted);
}

Range around(std::int64_t size, std::int64_t at, std::int64_t most) {
  const std::int64_t begin = std::clamp<std::int64_t>(at - most / 2, 0, std::max<std::int64_t>(0, size - most));
  return {begin, std::min(size, begin + most)};
}

}  // namespace headwise
