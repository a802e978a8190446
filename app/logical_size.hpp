#pragma once
#include <imgui.h>

#include <cmath>

namespace headwise {

/// The size in logical pixels that gives back exactly `pixels` when it is multiplied by `density`
/// and cut to a whole number, as the renderer does.
inline float logical_size(int pixels, float density) {
  float size = static_cast<float>(pixels) / density;
  while (static_cast<int>(size * density) < pixels) size = std::nextafter(size, INFINITY);
  return size;
}

/// Windows are whole logical pixels wide and high: paints what a fraction leaves at the edges.
inline void fill_edges() {
  const ImVec2 size = ImGui::GetIO().DisplaySize;
  const ImVec2 whole(std::floor(size.x), std::floor(size.y));
  const ImU32 color = ImGui::GetColorU32(ImGuiCol_WindowBg);
  ImDrawList* const behind = ImGui::GetBackgroundDrawList();
  if (whole.x < size.x) behind->AddRectFilled(ImVec2(whole.x, 0), size, color);
  if (whole.y < size.y) behind->AddRectFilled(ImVec2(0, whole.y), size, color);
}

}  // namespace headwise
