#include <emscripten.h>
#include <imgui.h>
#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "app/keys_web.hpp"
#include "app/loop_web.hpp"
#include "app/page_web.hpp"

namespace headwise {

namespace {

constexpr float pixels_per_notch = 100;  // of a mouse wheel
constexpr float drag_per_notch = 40;     // of a finger on a picture that the wheel moves
constexpr float zoom_per_notch = 1.25F;  // what a picture makes of a notch
constexpr double wheel_latch_ms = 300;   // a scroll that reached its end doesn't run on into the page

double last_scroll = 0;
int last_modifiers = 0;
std::map<std::string, ImGuiKey, std::less<>> keys_down;  // by KeyboardEvent.code
std::string clipboard;
bool copying = false;  // the page takes the clipboard itself

/// What a finger drags along: a picture that takes the wheel itself, or a window for each axis.
struct Dragged {
  bool picture = false;
  ImGuiWindow* along[2] = {nullptr, nullptr};
} dragged;
bool holds_ctrl = false;  // for a wheel or two fingers that zoom

/// The window at `at` that a scroll along the axis would move, as Dear ImGui chooses it.
ImGuiWindow* scrolling_at(ImVec2 at, ImGuiAxis axis) {
  ImGuiWindow* found = nullptr;
  ImGui::FindHoveredWindowEx(at, false, &found, nullptr);
  const auto scrolls = [axis](const ImGuiWindow& w) {
    return w.ScrollMax[axis] > 0 && (w.Flags & ImGuiWindowFlags_NoScrollWithMouse) == 0;
  };
  while (found != nullptr && !scrolls(*found)) {
    found = (found->Flags & ImGuiWindowFlags_ChildWindow) != 0 ? found->ParentWindow : nullptr;
  }
  return found;
}

bool can_move(const ImGuiWindow* w, ImGuiAxis axis, double by) {
  return w != nullptr && (by > 0 ? w->Scroll[axis] < w->ScrollMax[axis] : w->Scroll[axis] > 0);
}

/// Frames until the input so far has been seen.
void catch_up() {
  for (int i = 0; i < 4 && ImGui::GetCurrentContext()->InputEventsQueue.Size > 0; ++i) draw_now();
}

void point(ImVec2 at) { ImGui::GetIO().AddMousePosEvent(at.x, at.y); }

/// Does what is under the pointer keep the wheel for itself?
bool picture_takes_wheel() { return ImGui::GetKeyOwner(ImGuiKey_MouseWheelY) != ImGuiKeyOwner_NoOwner; }

void end_zoom() {
  if (holds_ctrl) ImGui::GetIO().AddKeyEvent(ImGuiMod_Ctrl, false);
  holds_ctrl = false;
  note_input();
}

/// Holds Control: a wheel then zooms. False where nothing under the pointer does.
bool begin_zoom(ImVec2 at) {
  holds_ctrl = true;
  point(at);
  ImGui::GetIO().AddKeyEvent(ImGuiMod_Ctrl, true);
  catch_up();
  if (picture_takes_wheel()) return true;
  end_zoom();
  return false;
}

/// Ctrl and a key, with the frames that act on them.
void press_with_ctrl(ImGuiKey key) {
  for (const bool down : {true, false}) {
    ImGui::GetIO().AddKeyEvent(ImGuiMod_Ctrl, down);
    ImGui::GetIO().AddKeyEvent(key, down);
    draw_now();
    draw_now();
  }
}

}  // namespace

// What web/canvas.js calls. Places are in CSS pixels of the canvas.
extern "C" {

EMSCRIPTEN_KEEPALIVE void hw_pointer_move(double x, double y, int is_touch) {
  ImGuiIO& io = ImGui::GetIO();
  end_zoom();
  io.AddMouseSourceEvent(is_touch != 0 ? ImGuiMouseSource_TouchScreen : ImGuiMouseSource_Mouse);
  io.AddMousePosEvent(static_cast<float>(x), static_cast<float>(y));
  note_input();
}

EMSCRIPTEN_KEEPALIVE void hw_pointer_leave() {
  ImGui::GetIO().AddMousePosEvent(-FLT_MAX, -FLT_MAX);
  note_input();
}

EMSCRIPTEN_KEEPALIVE void hw_pointer_button(int button, int is_down) {
  if (button < 0 || button >= ImGuiMouseButton_COUNT) return;
  ImGui::GetIO().AddMouseButtonEvent(button, is_down != 0);
  note_input();
  // What a click does (a text field, the clipboard, a new page) must happen while the browser still
  // handles it. Position, press and release take a frame each.
  if (is_down == 0) {
    for (int i = 0; i < 3; ++i) draw_now();
  }
}

/// Does the wheel belong to the simulator here, or to the page around it? With `zooms`, to a picture or
/// to the browser.
EMSCRIPTEN_KEEPALIVE int hw_wheel(double x, double y, double by_x, double by_y, int zooms) {
  const ImVec2 at(static_cast<float>(x), static_cast<float>(y));
  const ImVec2 notches(static_cast<float>(-by_x) / pixels_per_notch, static_cast<float>(-by_y) / pixels_per_notch);
  const double now = emscripten_get_now();
  note_input();
  if (zooms != 0) {
    if (!begin_zoom(at)) return 0;
    ImGui::GetIO().AddMouseWheelEvent(notches.x, notches.y);
    return 1;
  }
  end_zoom();
  point(at);
  const bool picture = picture_takes_wheel();
  ImGui::GetIO().AddMouseWheelEvent(notches.x, notches.y);
  const bool moves = (by_x != 0 && can_move(scrolling_at(at, ImGuiAxis_X), ImGuiAxis_X, by_x)) ||
                     (by_y != 0 && can_move(scrolling_at(at, ImGuiAxis_Y), ImGuiAxis_Y, by_y));
  if (!picture && !moves && now - last_scroll > wheel_latch_ms) return 0;
  last_scroll = now;
  return 1;
}

/// A finger starts to move along these axes: 0 where there is nothing that it can drag along.
EMSCRIPTEN_KEEPALIVE int hw_drag_start(double x, double y, int along_x, int along_y) {
  const ImVec2 at(static_cast<float>(x), static_cast<float>(y));
  point(at);
  catch_up();
  dragged = {};
  dragged.picture = picture_takes_wheel();
  if (dragged.picture) return 1;
  if (along_x != 0) dragged.along[ImGuiAxis_X] = scrolling_at(at, ImGuiAxis_X);
  if (along_y != 0) dragged.along[ImGuiAxis_Y] = scrolling_at(at, ImGuiAxis_Y);
  if (dragged.along[0] == nullptr && dragged.along[1] == nullptr) return 0;
  hw_pointer_leave();
  return 1;
}

/// Drags it so many pixels; 0 where it is at its end.
EMSCRIPTEN_KEEPALIVE int hw_drag(double by_x, double by_y) {
  note_input();
  const float by[] = {static_cast<float>(by_x), static_cast<float>(by_y)};
  if (dragged.picture) {
    ImGui::GetIO().AddMouseWheelEvent(by[0] / drag_per_notch, by[1] / drag_per_notch);
    return 1;
  }
  bool moved = false;
  for (const ImGuiAxis axis : {ImGuiAxis_X, ImGuiAxis_Y}) {
    ImGuiWindow* const window = dragged.along[axis];
    if (window == nullptr || by[axis] == 0) continue;
    const float to = std::clamp(window->Scroll[axis] - by[axis], 0.0F, window->ScrollMax[axis]);
    moved |= to != window->Scroll[axis];
    // At once: a second finger's move may come before the next frame.
    window->Scroll[axis] = to;
  }
  return moved ? 1 : 0;
}

/// Two fingers around a place begin to move apart or together: 0 where nothing zooms.
EMSCRIPTEN_KEEPALIVE int hw_pinch_start(double x, double y) {
  return begin_zoom(ImVec2(static_cast<float>(x), static_cast<float>(y))) ? 1 : 0;
}

/// They are `wider` times as far apart as before; the place stays.
EMSCRIPTEN_KEEPALIVE void hw_pinch(double wider) {
  ImGui::GetIO().AddMouseWheelEvent(0, static_cast<float>(std::log(wider)) / std::log(zoom_per_notch));
  note_input();
}

EMSCRIPTEN_KEEPALIVE void hw_pinch_end() {
  end_zoom();
  hw_pointer_leave();
}

/// 1 where the browser must not act on the key too.
EMSCRIPTEN_KEEPALIVE int hw_key(const char* code, const char* name, int modifiers, int is_down) {
  ImGuiIO& io = ImGui::GetIO();
  const Modifiers with{(modifiers & 1) != 0, (modifiers & 2) != 0, (modifiers & 4) != 0, (modifiers & 8) != 0};
  // A key counts with the modifiers it was pressed with, however long a frame takes.
  if (modifiers != last_modifiers && ImGui::GetCurrentContext()->InputEventsQueue.Size > 0) draw_now();
  last_modifiers = modifiers;
  io.AddKeyEvent(ImGuiMod_Ctrl, with.ctrl);
  io.AddKeyEvent(ImGuiMod_Shift, with.shift);
  io.AddKeyEvent(ImGuiMod_Alt, with.alt);
  io.AddKeyEvent(ImGuiMod_Super, with.meta);
  note_input();
  // The key that went down is the one that comes up, whatever Shift does in between.
  const auto held = keys_down.find(std::string_view(code));
  if (is_down == 0) {
    if (held == keys_down.end()) return 0;
    io.AddKeyEvent(held->second, false);
    keys_down.erase(held);
    return 0;
  }
  const ImGuiKey key = key_named(name);
  if (!is_ours(key, with, io.WantTextInput)) return 0;
  io.AddKeyEvent(key, true);
  if (with.meta) {
    io.AddKeyEvent(key, false);  // macOS never tells when it comes up
  } else if (held == keys_down.end()) {
    keys_down.emplace(code, key);
  }
  if (!with.ctrl && !with.meta && std::string_view(name).size() == 1) io.AddInputCharactersUTF8(name);
  return key == ImGuiKey_Escape ? 0 : 1;
}

EMSCRIPTEN_KEEPALIVE void hw_focus(int has_focus) {
  ImGui::GetIO().AddFocusEvent(has_focus != 0);
  keys_down.clear();
  note_input();
}

/// Ctrl+C or Ctrl+X: the text to copy; empty where nothing is selected.
EMSCRIPTEN_KEEPALIVE const char* hw_copy(int cut) {
  clipboard.clear();
  copying = true;
  press_with_ctrl(cut != 0 ? ImGuiKey_X : ImGuiKey_C);
  copying = false;
  note_input();
  return clipboard.c_str();
}

/// Into a text field of the canvas; 0 where there is none.
EMSCRIPTEN_KEEPALIVE int hw_paste(const char* text) {
  if (!ImGui::GetIO().WantTextInput) return 0;
  clipboard = text;
  press_with_ctrl(ImGuiKey_V);
  note_input();
  return 1;
}

}  // extern "C"

void connect_clipboard() {
  ImGuiPlatformIO& platform = ImGui::GetPlatformIO();
  platform.Platform_GetClipboardTextFn = [](ImGuiContext*) { return clipboard.c_str(); };
  platform.Platform_SetClipboardTextFn = [](ImGuiContext*, const char* text) {
    clipboard = text;
    if (!copying) page_copy(text);
  };
}

}  // namespace headwise
