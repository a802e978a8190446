#include "tests/ui/faults.hpp"

#include <imgui_internal.h>

#include <array>
#include <cmath>
#include <map>
#include <optional>

namespace headwise {

namespace {

constexpr float soft_edge = 1;  // of a letter
constexpr float rounding = 2;   // of a window's size

struct Glyph {
  unsigned letter = 0;  // 0 where only a part of one is left
  ImRect box;
  const char* cut = nullptr;
};

using Corners = std::array<float, 4>;

/// Each letter by its place in the font's texture.
std::map<Corners, unsigned> letters() {
  std::map<Corners, unsigned> all;
  auto& pool = ImGui::GetIO().Fonts->Builder->BakedPool;
  for (int i = 0; i < pool.Size; ++i) {
    for (const ImFontGlyph& glyph : pool[i].Glyphs) all[{glyph.U0, glyph.V0, glyph.U1, glyph.V1}] = glyph.Codepoint;
  }
  return all;
}

/// The letter between two corners, of which no more than a soft edge may be missing; 0 where there is none.
unsigned letter_at(const std::map<Corners, unsigned>& letters, const ImDrawVert& a, const ImDrawVert& b) {
  const Corners at{a.uv.x, a.uv.y, b.uv.x, b.uv.y};
  if (const auto exact = letters.find(at); exact != letters.end()) return exact->second;
  const float scale_u = (b.pos.x - a.pos.x) / (b.uv.x - a.uv.x);
  const float scale_v = (b.pos.y - a.pos.y) / (b.uv.y - a.uv.y);
  for (const auto& [corners, letter] : letters) {
    const auto& [u0, v0, u1, v1] = corners;
    const bool inside = u0 <= at[0] && v0 <= at[1] && u1 >= at[2] && v1 >= at[3];
    const float missing_u = (at[0] - u0 + u1 - at[2]) * scale_u;
    const float missing_v = (at[1] - v0 + v1 - at[3]) * scale_v;
    if (inside && missing_u <= soft_edge && missing_v <= soft_edge) return letter;
  }
  return 0;
}

bool is_seen(const ImGuiWindow& window) {
  return window.Active && !window.Hidden && window.InnerClipRect.GetWidth() > 0 && window.InnerClipRect.GetHeight() > 0;
}

std::vector<const ImGuiWindow*> seen_windows() {
  std::vector<const ImGuiWindow*> all;
  for (const ImGuiWindow* window : ImGui::GetCurrentContext()->Windows) {
    if (is_seen(*window)) all.push_back(window);
  }
  return all;
}

bool scrolls(const ImGuiWindow& window, ImGuiAxis axis) {
  if (window.ScrollMax[axis] <= 0 || (window.Flags & ImGuiWindowFlags_NoScrollWithMouse) != 0) return false;
  return axis == ImGuiAxis_X ? (window.Flags & ImGuiWindowFlags_HorizontalScrollbar) != 0
                             : (window.Flags & ImGuiWindowFlags_NoScrollbar) == 0;
}

/// Is this the edge of a window that scrolls, so that what lies beyond can be brought to light?
bool is_scrolled_edge(const ImGuiWindow* window, ImGuiAxis axis, float edge) {
  for (; window != nullptr; window = window->ParentWindow) {
    const ImRect& inner = window->InnerClipRect;
    const bool here = std::fabs(inner.Min[axis] - edge) <= 1 || std::fabs(inner.Max[axis] - edge) <= 1;
    if (here && scrolls(*window, axis)) return true;
  }
  return false;
}

bool ends_at_scrolled_edge(const ImGuiWindow& window, const ImRect& box) {
  for (const ImGuiAxis axis : {ImGuiAxis_X, ImGuiAxis_Y}) {
    if (is_scrolled_edge(&window, axis, box.Min[axis]) || is_scrolled_edge(&window, axis, box.Max[axis])) return true;
  }
  return false;
}

/// Which edge cuts the box, where nothing scrolls it into view.
const char* cutting_edge(const ImGuiWindow* window, const ImRect& box, const ImRect& clip) {
  constexpr const char* names[2][2] = {{"left", "top"}, {"right", "bottom"}};
  for (const ImGuiAxis axis : {ImGuiAxis_X, ImGuiAxis_Y}) {
    if (box.Min[axis] < clip.Min[axis] - soft_edge && !is_scrolled_edge(window, axis, clip.Min[axis])) return names[0][axis];
    if (box.Max[axis] > clip.Max[axis] + soft_edge && !is_scrolled_edge(window, axis, clip.Max[axis])) return names[1][axis];
  }
  return nullptr;
}

/// The letters that a window drew, in order.
std::vector<Glyph> glyphs(const ImGuiWindow& window, const std::map<Corners, unsigned>& letters) {
  std::vector<Glyph> all;
  const ImDrawList& list = *window.DrawList;
  const ImTextureData* font = ImGui::GetIO().Fonts->TexData;
  for (const ImDrawCmd& command : list.CmdBuffer) {
    if (command.TexRef._TexData != font) continue;
    const ImRect clip(command.ClipRect);
    const ImDrawIdx* index = list.IdxBuffer.Data + command.IdxOffset;
    const ImDrawVert* corner = list.VtxBuffer.Data + command.VtxOffset;
    for (unsigned i = 0; i + 6 <= command.ElemCount;) {
      const ImDrawVert& a = corner[index[i]];
      const ImDrawVert& b = corner[index[i + 2]];
      const bool is_rectangle = index[i + 3] == index[i] && index[i + 4] == index[i + 2] && index[i + 5] == index[i + 2] + 1;
      if (!is_rectangle || a.uv.x == b.uv.x) {
        i += 3;
        continue;
      }
      i += 6;
      Glyph glyph;
      glyph.letter = letter_at(letters, a, b);
      glyph.box = ImRect(ImMin(a.pos, b.pos), ImMax(a.pos, b.pos));
      if (!glyph.box.Overlaps(clip)) continue;
      glyph.cut = cutting_edge(&window, glyph.box, clip);
      if (glyph.letter == 0 && !ends_at_scrolled_edge(window, glyph.box)) glyph.cut = "by itself";
      all.push_back(glyph);
    }
  }
  return all;
}

/// The words around a letter.
std::string words_around(const std::vector<Glyph>& all, std::size_t at) {
  const auto together = [&](std::size_t i) {  // with the one before
    const ImRect& a = all[i - 1].box;
    const ImRect& b = all[i].box;
    return b.Min.x - a.Max.x < b.GetHeight() * 1.5F && a.Max.x - b.Min.x < b.GetHeight() && b.Min.y < a.Max.y && a.Min.y < b.Max.y;
  };
  std::size_t begin = at;
  std::size_t end = at + 1;
  while (begin > 0 && at - begin < 30 && together(begin)) --begin;
  while (end < all.size() && end - at < 30 && together(end)) ++end;
  std::string text;
  for (; begin < end; ++begin) {
    char letter[5] = "~";
    if (all[begin].letter != 0) ImTextCharToUtf8(letter, all[begin].letter);
    text += letter;
  }
  return text;
}

bool holds_typed_text(const ItemLog& log, const ImRect& box) {
  for (const Item& item : log.items()) {
    if (item.takes_text && ImRect(item.low, item.high).Contains(box.GetCenter())) return true;
  }
  return false;
}

void find_cut_text(const ItemLog& log, std::vector<std::string>& found) {
  const auto all_letters = letters();
  for (const ImGuiWindow* window : seen_windows()) {
    const std::vector<Glyph> all = glyphs(*window, all_letters);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].cut == nullptr || holds_typed_text(log, all[i].box)) continue;
      const std::string line = std::string("cut text: \"") + words_around(all, i) + "\", " + all[i].cut + ", in " + window->Name + " at " + std::to_string(all[i].box.Min.x) + "," + std::to_string(all[i].box.Min.y) + " to " + std::to_string(all[i].box.Max.x) + "," + std::to_string(all[i].box.Max.y);
      if (found.empty() || found.back() != line) found.push_back(line);
    }
  }
}

void find_full_windows(std::vector<std::string>& found) {
  for (const ImGuiWindow* window : seen_windows()) {
    for (const ImGuiAxis axis : {ImGuiAxis_X, ImGuiAxis_Y}) {
      const float content = window->DC.CursorMaxPos[axis] - window->DC.CursorStartPos[axis] + 2 * window->WindowPadding[axis];
      const float more = content - window->InnerRect.GetSize()[axis];
      if (more <= rounding || scrolls(*window, axis)) continue;
      found.push_back(std::string("more ") + (axis == ImGuiAxis_X ? "beside" : "below") + " than is shown, by " +
                      std::to_string(more) + ", in " + window->Name);
    }
  }
}

void find_bad_items(const ItemLog& log, std::vector<std::string>& found) {
  std::map<ImGuiID, const Item*> seen;
  for (const Item& item : log.items()) {
    const ImGuiWindow* window = ImGui::FindWindowByID(item.window);
    const ImRect box(item.low, item.high);
    const std::string where = std::string(" in ") + (window ? window->Name : "?") + " at " + std::to_string(box.Min.x) + "," + std::to_string(box.Min.y);
    if (const auto [it, is_new] = seen.emplace(item.id, &item); !is_new) {
      found.push_back("one id for \"" + it->second->label + "\" and \"" + item.label + "\"" + where);
    }
    if (window == nullptr || !is_seen(*window)) continue;
    const ImRect clip(item.clip_low, item.clip_high);
    if (box.Overlaps(clip)) {
      if (const char* edge = cutting_edge(window, box, clip)) found.push_back("cut item: \"" + item.label + "\", " + edge + where);
    }
    const std::string shown(item.shown());
    if (item.label.empty() || item.id == item.window || item.takes_text) continue;
    const float width = ImGui::CalcTextSize(shown.c_str()).x;
    if (width > box.GetWidth() + soft_edge) found.push_back("label wider than its item: \"" + shown + "\"" + where);
  }
}

}  // namespace

bool a_tooltip_says(std::string words) {
  std::erase(words, ' ');
  const auto all_letters = letters();
  for (const ImGuiWindow* window : seen_windows()) {
    if ((window->Flags & ImGuiWindowFlags_Tooltip) == 0) continue;
    std::string text;
    for (const Glyph& glyph : glyphs(*window, all_letters)) {
      char letter[5] = "~";
      if (glyph.letter != 0) ImTextCharToUtf8(letter, glyph.letter);
      text += letter;
    }
    if (text.find(words) != text.npos) return true;
  }
  return false;
}

std::vector<std::string> faults(const ItemLog& log) {
  std::vector<std::string> found;
  find_bad_items(log, found);
  find_full_windows(found);
  find_cut_text(log, found);
  return found;
}

}  // namespace headwise
