#include "ui/widgets/terms.hpp"

#include "engine/tensor/print.hpp"

namespace headwise {

std::optional<Cell> draw_terms(Context& ui, std::span<const Span> spans) {
  const Trace& trace = ui.session.trace();
  std::optional<Cell> clicked;
  ui.push(ui.mono_font, 1.0F);
  const float left = ImGui::GetCursorScreenPos().x;
  const float right = left + ImGui::GetContentRegionAvail().x;
  const float line = ImGui::GetTextLineHeight() * 1.25F;
  ImVec2 pen = ImGui::GetCursorScreenPos();
  int number = 0;
  const auto place = [&](float width) {
    if (pen.x > left && pen.x + width > right) pen = {left, pen.y + line};
    ImGui::SetCursorScreenPos(pen);
    pen.x += width;
  };
  for (const Span& span : spans) {
    if (!span.cell) {
      // Plain text breaks at spaces; a line end is one.
      std::string_view rest = span.text;
      while (!rest.empty()) {
        const std::size_t end = rest.find_first_of(" \n");
        const std::string word(rest.substr(0, end == rest.npos ? end : end + (rest[end] == ' ' ? 1 : 0)));
        if (!word.empty()) {
          place(ImGui::CalcTextSize(word.c_str()).x);
          if (span.note.empty()) {
            ImGui::TextUnformatted(word.c_str());
          } else {
            ImGui::TextColored(ImGui::ColorConvertU32ToFloat4(ui.theme->muted), "%s", word.c_str());
            tooltip(ui, span.note);
          }
        }
        if (end == rest.npos) break;
        if (rest[end] == '\n') pen = {left, pen.y + line};
        rest.remove_prefix(end + 1);
      }
      continue;
    }
    const ImVec2 size = ImGui::CalcTextSize(span.text.c_str());
    place(size.x);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::PushID(number);
    if (ImGui::InvisibleButton("##term", size)) clicked = span.cell;
    ui.landmark_item("term:" + std::to_string(number++));
    ImGui::PopID();
    const bool hovered = ImGui::IsItemHovered();
    const ImU32 color = ui.theme->role(trace.graph()[span.cell->node].role);
    ImDrawList* draw = ImGui::GetWindowDrawList();
    if (hovered || ImGui::IsItemFocused()) {
      draw->AddRectFilled(at - ImVec2{2, 1}, at + size + ImVec2{2, 1}, with_alpha(color, 0.18F), 3);
    }
    draw->AddText(at, color, span.text.c_str());
    draw->AddLine({at.x, at.y + size.y}, {at.x + size.x, at.y + size.y}, with_alpha(color, hovered ? 1.0F : 0.45F));
    if (hovered) {
      ui.next_hovered = span.cell;
      ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
      const std::string change = change_text(ui.session.previous(), ui.session.run(), *span.cell);
      ImGui::SetTooltip("%s = %s%s%s", trace.cell_name(*span.cell).c_str(),
                        print_number(static_cast<double>(trace.value(*span.cell)), 4).c_str(), change.empty() ? "" : "\n", change.c_str());
    }
  }
  ImGui::SetCursorScreenPos({left, pen.y + line});
  ImGui::Dummy({1, 1});
  Context::pop();
  return clicked;
}

}  // namespace headwise
