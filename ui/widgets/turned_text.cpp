#include "ui/widgets/turned_text.hpp"

#include <cstring>
#include <string>

namespace headwise {

void draw_turned_text(ImDrawList* draw, ImFont* font, float size, ImVec2 bottom_left, ImU32 color, const char* text,
                      float length) {
  const float width = font->CalcTextSizeA(size, 1e9F, 0, text).x;
  std::string shown = text;
  while (width > length && shown.size() > 1 && font->CalcTextSizeA(size, 1e9F, 0, shown.c_str()).x > length - size) {
    do {
      shown.pop_back();
    } while (!shown.empty() && (static_cast<unsigned char>(shown.back()) & 0xc0U) == 0x80U);
  }
  if (shown.size() < std::strlen(text)) {
    while (!shown.empty() && static_cast<unsigned char>(shown.back()) >= 0xc0U) shown.pop_back();
    shown += "\u2026";
  }
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
