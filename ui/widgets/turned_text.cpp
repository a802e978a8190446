#include "ui/widgets/turned_text.hpp"

#include <string>

#include "ui/context.hpp"

namespace headwise {

void draw_turned_text(ImDrawList* draw, ImFont* font, float size, ImVec2 bottom_left, ImU32 color, const char* text,
                      float length) {
  const std::string shown = shortened(font, size, text, length);
  // Drawn flat in a corner that the clip leaves alone, then every vertex turned and moved.
  const int first = draw->VtxBuffer.Size;
  const ImVec2 corner = draw->GetClipRectMin();
  draw->AddText(font, size, corner, color, shown.c_str());
  for (int i = first; i < draw->VtxBuffer.Size; ++i) {
    ImVec2& at = draw->VtxBuffer[i].pos;
    at = {bottom_left.x + at.y - corner.y, bottom_left.y - (at.x - corner.x)};
  }
}

}  // namespace headwise
