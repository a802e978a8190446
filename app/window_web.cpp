#include "app/window.hpp"

#include <emscripten.h>
#include <emscripten/html5.h>
#include <imgui.h>
#include <imgui_impl_opengl3.h>
#include <imgui_internal.h>

#include <algorithm>
#include <map>
#include <string>

#include "app/keys_web.hpp"
#include "app/logical_size.hpp"
#include "app/null_renderer.hpp"
#include "app/page_web.hpp"

namespace headwise {

namespace {

constexpr int frames_after_input = 4;      // Dear ImGui spreads fast input over frames
constexpr double tooltip_ms = 450;         // one more look after the mouse came to rest
constexpr float longest_frame = 1;         // seconds; after a rest
constexpr float pixels_per_notch = 100;    // of a mouse wheel
constexpr double wheel_latch_ms = 300;     // a scroll that reached its end doesn't run on into the page

/// The browser drives: the page's scripts pass input to the functions below, each of which asks for
/// frames; without input and motion there are none.
struct Window {
  FrameFunction frame;
  EMSCRIPTEN_WEBGL_CONTEXT_HANDLE context = 0;
  bool lost = false;
  bool drawing = false;
  bool requested = false;
  bool drawn = false;
  int frames_left = 0;
  long look = 0;  // a timer
  double last_frame = 0;
  double last_scroll = 0;
  ImGuiMouseCursor cursor = ImGuiMouseCursor_Arrow;
  std::string clipboard;
  bool copying = false;  // the page takes the clipboard itself
  std::map<std::string, ImGuiKey, std::less<>> keys_down;  // by KeyboardEvent.code
};

Window* window;

bool has_pictures() { return window->context > 0 && !window->lost; }

void start_renderer() {
  emscripten_webgl_make_context_current(window->context);
  ImGui_ImplOpenGL3_Init("#version 300 es");
}

void show_cursor() {
  static const char* const css[ImGuiMouseCursor_COUNT] = {
      "default",     "text",        "move",    "ns-resize", "ew-resize", "nesw-resize",
      "nwse-resize", "pointer",     "wait",    "progress",  "not-allowed"};
  const ImGuiMouseCursor now = ImGui::GetMouseCursor();
  if (now == window->cursor) return;
  window->cursor = now;
  page_cursor(now >= 0 && now < ImGuiMouseCursor_COUNT ? css[now] : "none");
}

void draw() {
  if (window->drawing || window->lost) return;
  window->drawing = true;
  const double now = emscripten_get_now();
  ImGuiIO& io = ImGui::GetIO();
  io.DeltaTime = std::clamp(static_cast<float>((now - window->last_frame) / 1000), 0.0001F, longest_frame);
  window->last_frame = now;
  if (has_pictures()) ImGui_ImplOpenGL3_NewFrame();
  ImGui::NewFrame();
  const bool moving = window->frame();
  ImGui::Render();
  if (has_pictures()) {
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
  } else {
    accept_textures();
  }
  show_cursor();
  window->drawing = false;
  window->frames_left = std::max(window->frames_left - 1, moving || ImGui::IsAnyMouseDown() ? 1 : 0);
  if (!window->drawn) {
    window->drawn = true;
    page_ready();
  }
}

void request_frame();

EM_BOOL on_frame(double, void*) {
  window->requested = false;
  draw();
  if (window->frames_left > 0) {
    request_frame();
  } else if (window->look == 0) {
    window->look = emscripten_set_timeout([](void*) { request_frame(); }, tooltip_ms, nullptr);
  }
  return EM_FALSE;
}

void request_frame() {
  if (window->requested) return;
  window->requested = true;
  emscripten_request_animation_frame(on_frame, nullptr);
}

void input() {
  window->frames_left = frames_after_input;
  if (window->look != 0) emscripten_clear_timeout(window->look);
  window->look = 0;
  request_frame();
}

/// The window at `at` that a scroll along the axis would move, as Dear ImGui chooses it.
ImGuiWindow* scrolling_at(ImVec2 at, ImGuiAxis axis) {
  ImGuiWindow* found = nullptr;
  ImGui::FindHoveredWindowEx(at, false, &found, nullptr);
  while (found != nullptr && (found->ScrollMax[axis] <= 0 || (found->Flags & ImGuiWindowFlags_NoScrollWithMouse) != 0)) {
    found = (found->Flags & ImGuiWindowFlags_ChildWindow) != 0 ? found->ParentWindow : nullptr;
  }
  return found;
}

bool can_move(const ImGuiWindow* w, ImGuiAxis axis, double by) {
  return w != nullptr && (by > 0 ? w->Scroll[axis] < w->ScrollMax[axis] : w->Scroll[axis] > 0);
}

}  // namespace

// What web/canvas.js calls. Places are in CSS pixels of the canvas.
extern "C" {

EMSCRIPTEN_KEEPALIVE void hw_wake() { input(); }

/// The canvas's size in device pixels, and how many of them a CSS pixel is. Draws at once, so that
/// the canvas is never seen empty.
EMSCRIPTEN_KEEPALIVE void hw_resize(int width, int height, double density) {
  const auto d = static_cast<float>(density);
  ImGui::GetIO().DisplayFramebufferScale = ImVec2(d, d);
  ImGui::GetIO().DisplaySize = ImVec2(logical_size(width, d), logical_size(height, d));
  input();
  draw();
}

EMSCRIPTEN_KEEPALIVE void hw_pointer_move(double x, double y, int is_touch) {
  ImGuiIO& io = ImGui::GetIO();
  io.AddMouseSourceEvent(is_touch != 0 ? ImGuiMouseSource_TouchScreen : ImGuiMouseSource_Mouse);
  io.AddMousePosEvent(static_cast<float>(x), static_cast<float>(y));
  input();
}

EMSCRIPTEN_KEEPALIVE void hw_pointer_leave() {
  ImGui::GetIO().AddMousePosEvent(-FLT_MAX, -FLT_MAX);
  input();
}

EMSCRIPTEN_KEEPALIVE void hw_pointer_button(int button, int is_down) {
  if (button < 0 || button >= ImGuiMouseButton_COUNT) return;
  ImGui::GetIO().AddMouseButtonEvent(button, is_down != 0);
  input();
  // What a click does (a text field, the clipboard, a new page) must happen while the browser still
  // handles it. Position, press and release take a frame each.
  if (is_down == 0) {
    for (int i = 0; i < 3; ++i) draw();
  }
}

/// Does the wheel belong to the simulator here, or to the page around it?
EMSCRIPTEN_KEEPALIVE int hw_wheel(double x, double y, double by_x, double by_y) {
  const ImVec2 at(static_cast<float>(x), static_cast<float>(y));
  ImGui::GetIO().AddMousePosEvent(at.x, at.y);
  ImGui::GetIO().AddMouseWheelEvent(static_cast<float>(-by_x) / pixels_per_notch,
                                    static_cast<float>(-by_y) / pixels_per_notch);
  input();
  const double now = emscripten_get_now();
  const bool moves = (by_x != 0 && can_move(scrolling_at(at, ImGuiAxis_X), ImGuiAxis_X, by_x)) ||
                     (by_y != 0 && can_move(scrolling_at(at, ImGuiAxis_Y), ImGuiAxis_Y, by_y));
  if (!moves && now - window->last_scroll > wheel_latch_ms) return 0;
  window->last_scroll = now;
  return 1;
}

/// A finger that moves: drags the content there along; 0 where there is nothing to scroll.
EMSCRIPTEN_KEEPALIVE int hw_drag_scroll(double x, double y, double by_x, double by_y) {
  const ImVec2 at(static_cast<float>(x), static_cast<float>(y));
  const ImGuiAxis axis = std::abs(by_x) > std::abs(by_y) ? ImGuiAxis_X : ImGuiAxis_Y;
  ImGuiWindow* const target = scrolling_at(at, axis);
  if (target == nullptr) return 0;
  const double by = axis == ImGuiAxis_X ? by_x : by_y;
  const float to = std::clamp(target->Scroll[axis] - static_cast<float>(by), 0.0F, target->ScrollMax[axis]);
  axis == ImGuiAxis_X ? ImGui::SetScrollX(target, to) : ImGui::SetScrollY(target, to);
  input();
  return 1;
}

/// 1 where the browser must not act on the key too.
EMSCRIPTEN_KEEPALIVE int hw_key(const char* code, const char* name, int modifiers, int is_down) {
  ImGuiIO& io = ImGui::GetIO();
  const Modifiers with{(modifiers & 1) != 0, (modifiers & 2) != 0, (modifiers & 4) != 0, (modifiers & 8) != 0};
  io.AddKeyEvent(ImGuiMod_Ctrl, with.ctrl);
  io.AddKeyEvent(ImGuiMod_Shift, with.shift);
  io.AddKeyEvent(ImGuiMod_Alt, with.alt);
  io.AddKeyEvent(ImGuiMod_Super, with.meta);
  input();
  // The key that went down is the one that comes up, whatever Shift does in between.
  const auto held = window->keys_down.find(std::string_view(code));
  if (is_down == 0) {
    if (held == window->keys_down.end()) return 0;
    io.AddKeyEvent(held->second, false);
    window->keys_down.erase(held);
    return 0;
  }
  const ImGuiKey key = key_named(name);
  if (!is_ours(key, with)) return 0;
  if (held == window->keys_down.end()) window->keys_down.emplace(code, key);
  io.AddKeyEvent(key, true);
  if (!with.ctrl && !with.meta && std::string_view(name).size() == 1) io.AddInputCharactersUTF8(name);
  return key == ImGuiKey_Escape ? 0 : 1;
}

EMSCRIPTEN_KEEPALIVE void hw_focus(int has_focus) {
  ImGui::GetIO().AddFocusEvent(has_focus != 0);
  window->keys_down.clear();
  input();
}

/// Ctrl+C or Ctrl+X: the text to copy; empty where nothing is selected.
EMSCRIPTEN_KEEPALIVE const char* hw_copy(int cut) {
  ImGuiIO& io = ImGui::GetIO();
  const ImGuiKey key = cut != 0 ? ImGuiKey_X : ImGuiKey_C;
  window->clipboard.clear();
  window->copying = true;
  for (const bool down : {true, false}) {
    io.AddKeyEvent(ImGuiMod_Ctrl, down);
    io.AddKeyEvent(key, down);
    draw();
    draw();
  }
  window->copying = false;
  input();
  return window->clipboard.c_str();
}

EMSCRIPTEN_KEEPALIVE void hw_paste(const char* text) {
  ImGuiIO& io = ImGui::GetIO();
  window->clipboard = text;
  for (const bool down : {true, false}) {
    io.AddKeyEvent(ImGuiMod_Ctrl, down);
    io.AddKeyEvent(ImGuiKey_V, down);
    draw();
    draw();
  }
  input();
}

EMSCRIPTEN_KEEPALIVE void hw_context_lost() { window->lost = true; }

/// Everything the graphics card held is made anew; the simulator never noticed.
EMSCRIPTEN_KEEPALIVE void hw_context_restored() {
  ImGui_ImplOpenGL3_Shutdown();
  forget_textures();
  window->lost = false;
  start_renderer();
  input();
}

}  // extern "C"

int run_window(const std::string&, std::function<void()> start, FrameFunction frame) {
  window = new Window;
  window->frame = std::move(frame);
  EmscriptenWebGLContextAttributes wanted;
  emscripten_webgl_init_context_attributes(&wanted);
  wanted.majorVersion = 2;
  wanted.alpha = wanted.depth = wanted.stencil = wanted.antialias = EM_FALSE;
  wanted.enableExtensionsByDefault = EM_FALSE;
  window->context = emscripten_webgl_create_context("#canvas", &wanted);

  ImGui::CreateContext();
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.BackendPlatformName = "headwise_web";
  io.BackendFlags |= ImGuiBackendFlags_HasMouseCursors;
  io.DisplaySize = ImVec2(1280, 720);
  ImGuiPlatformIO& platform = ImGui::GetPlatformIO();
  platform.Platform_GetClipboardTextFn = [](ImGuiContext*) { return window->clipboard.c_str(); };
  platform.Platform_SetClipboardTextFn = [](ImGuiContext*, const char* text) {
    window->clipboard = text;
    if (!window->copying) page_copy(text);
  };
  if (window->context > 0) {
    start_renderer();
  } else {
    // The text view still works.
    io.BackendFlags |= ImGuiBackendFlags_RendererHasTextures | ImGuiBackendFlags_RendererHasVtxOffset;
    page_without_pictures();
  }
  start();
  window->last_frame = emscripten_get_now();
  input();
  return 0;
}

void wake_window() { input(); }

}  // namespace headwise
