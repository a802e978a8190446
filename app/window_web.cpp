#include "app/window.hpp"

#include <GLES3/gl3.h>
#include <emscripten.h>
#include <emscripten/html5.h>
#include <imgui.h>
#include <imgui_impl_opengl3.h>
#include <imgui_internal.h>

#include <algorithm>
#include <string>

#include "app/logical_size.hpp"
#include "app/loop_web.hpp"
#include "app/null_renderer.hpp"
#include "app/page_web.hpp"
#include "app/same_picture.hpp"
#include "app/sharp_textures.hpp"

namespace headwise {

namespace {

constexpr int frames_after_input = 3;      // for what follows from it, like a panel's new height
constexpr double tooltip_ms = 450;         // another look after the mouse came to rest
constexpr int frames_of_look = 2;          // the first finds out how large a tooltip is
constexpr float longest_frame = 1;         // seconds; after a rest

/// The browser drives: the page's scripts pass input to the functions below, each of which asks for
/// frames; without input and motion there are none.
struct Window {
  FrameFunction frame;
  EMSCRIPTEN_WEBGL_CONTEXT_HANDLE context = 0;
  bool lost = false;     // the graphics context; the text view goes on
  bool hidden = false;   // the tab
  bool drawing = false;
  bool requested = false;
  bool drawn = false;
  SamePicture same_picture;
  int frames_left = 0;
  long look = 0;  // a timer
  double last_frame = 0;
  ImGuiMouseCursor cursor = ImGuiMouseCursor_Arrow;
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

void request_frame();

EM_BOOL on_frame(double, void*) {
  window->requested = false;
  draw_now();
  if (window->frames_left > 0) {
    request_frame();
  } else if (window->look == 0) {
    const auto look = [](void*) {
      window->frames_left = frames_of_look;
      request_frame();
    };
    window->look = emscripten_set_timeout(look, tooltip_ms, nullptr);
  }
  return EM_FALSE;
}

void request_frame() {
  if (window->requested || window->hidden) return;
  window->requested = true;
  emscripten_request_animation_frame(on_frame, nullptr);
}

}  // namespace

void note_input() {
  window->frames_left = frames_after_input;
  if (window->look != 0) emscripten_clear_timeout(window->look);
  window->look = 0;
  request_frame();
}

void draw_now() {
  if (window->drawing || window->hidden) return;
  window->drawing = true;
  const double now = emscripten_get_now();
  ImGuiIO& io = ImGui::GetIO();
  io.DeltaTime = std::clamp(static_cast<float>((now - window->last_frame) / 1000), 0.0001F, longest_frame);
  window->last_frame = now;
  if (has_pictures()) ImGui_ImplOpenGL3_NewFrame();
  ImGui::NewFrame();
  const bool moving = window->frame();
  fill_edges();
  ImGui::Render();
  if (!has_pictures()) {
    accept_textures();
  } else if (!window->same_picture(*ImGui::GetDrawData())) {
    upload_pictures();
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
  }
  show_cursor();
  window->drawing = false;
  // Dear ImGui spreads fast input over frames.
  if (ImGui::GetCurrentContext()->InputEventsQueue.Size > 0) window->frames_left = frames_after_input;
  window->frames_left = std::max(window->frames_left - 1, moving || ImGui::IsAnyMouseDown() ? 1 : 0);
  if (!window->drawn) {
    window->drawn = true;
    page_ready();
  }
}

// What web/canvas.js calls.
extern "C" {

EMSCRIPTEN_KEEPALIVE void hw_wake() { note_input(); }

/// Is everything drawn that follows from the input so far?
EMSCRIPTEN_KEEPALIVE int hw_is_idle() {
  return window->frames_left == 0 && ImGui::GetCurrentContext()->InputEventsQueue.Size == 0 ? 1 : 0;
}

/// The canvas's size in device pixels, and how many of them a CSS pixel is. Draws at once, so that
/// the canvas is never seen empty.
EMSCRIPTEN_KEEPALIVE void hw_resize(int width, int height, double density) {
  const auto d = static_cast<float>(density);
  ImGui::GetIO().DisplayFramebufferScale = ImVec2(d, d);
  ImGui::GetIO().DisplaySize = ImVec2(logical_size(width, d), logical_size(height, d));
  window->same_picture.forget();
  note_input();
  draw_now();
}

/// Is anyone looking? Coming back, the browser may have lost the picture.
EMSCRIPTEN_KEEPALIVE void hw_visible(int is_visible) {
  window->hidden = is_visible == 0;
  window->same_picture.forget();
  note_input();
}

EMSCRIPTEN_KEEPALIVE void hw_context_lost() { window->lost = true; }

/// Everything the graphics card held is made anew; the simulator never noticed.
EMSCRIPTEN_KEEPALIVE void hw_context_restored() {
  page_forget_graphics();
  const LostTextures textures;
  ImGui_ImplOpenGL3_Shutdown();
  textures.make_anew();
  window->lost = false;
  window->same_picture.forget();
  start_renderer();
  note_input();
}

}  // extern "C"

int run_window(const std::string&, std::function<void()> start, FrameFunction frame, std::function<void(const std::string&)>) {
  window = new Window;
  window->frame = std::move(frame);
  // The page has made the context, with what it needs; this takes it over.
  EmscriptenWebGLContextAttributes wanted;
  emscripten_webgl_init_context_attributes(&wanted);
  wanted.majorVersion = 2;
  wanted.alpha = wanted.depth = wanted.antialias = EM_FALSE;
  wanted.enableExtensionsByDefault = EM_FALSE;
  window->context = emscripten_webgl_create_context("#canvas", &wanted);

  ImGui::CreateContext();
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.BackendPlatformName = "headwise_web";
  io.BackendFlags |= ImGuiBackendFlags_HasMouseCursors;
  io.DisplaySize = ImVec2(1280, 720);
  connect_clipboard();
  if (window->context > 0) {
    start_renderer();
  } else {
    // The text view still works.
    io.BackendFlags |= ImGuiBackendFlags_RendererHasTextures | ImGuiBackendFlags_RendererHasVtxOffset;
    page_without_pictures();
  }
  start();
  window->last_frame = emscripten_get_now();
  note_input();
  return 0;
}

void wake_window() { note_input(); }

}  // namespace headwise
