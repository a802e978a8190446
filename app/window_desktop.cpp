#include "app/window.hpp"

#include <imgui.h>
#include <imgui_impl_glfw.h>
#include <imgui_impl_opengl3.h>
#include <imgui_internal.h>

#include <GLFW/glfw3.h>

#include <algorithm>
#include <cstdio>

#include "app/logical_size.hpp"
#include "app/sharp_textures.hpp"

namespace headwise {

namespace {

constexpr int frames_after_input = 3;       // for what follows from it, like a panel's new height
constexpr double tooltip_seconds = 0.45;    // another look after the mouse came to rest
constexpr int frames_of_look = 2;          // the first finds out how large a tooltip is
constexpr double caret_seconds = 0.2;       // the text cursor blinks
constexpr int smallest_width = 640;
constexpr int smallest_height = 400;

std::string last_glfw_error;

int fail(const std::string& what) {
  std::fprintf(stderr, "headwise: error: %s%s%s; commands like headwise trace work without a window\n", what.c_str(),
               last_glfw_error.empty() ? "" : ": ", last_glfw_error.c_str());
  return 2;
}

/// Screen coordinates per logical pixel: 1 where the system itself scales windows (macOS, Wayland).
float window_scale(GLFWwindow* window) {
  int width = 0;
  int pixels = 0;
  float content = 1;
  glfwGetWindowSize(window, &width, nullptr);
  glfwGetFramebufferSize(window, &pixels, nullptr);
  glfwGetWindowContentScale(window, &content, nullptr);
  const float density = width > 0 ? static_cast<float>(pixels) / static_cast<float>(width) : 1;
  return density > 0 && content > density ? content / density : 1;
}

class Window {
 public:
  Window(GLFWwindow* window, FrameFunction frame, std::function<void(const std::string&)> drop)
      : window_(window), frame_(std::move(frame)), drop_(std::move(drop)) {
    glfwSetWindowUserPointer(window_, this);
    ImGui_ImplGlfw_InitForOpenGL(window_, false);
    ImGui_ImplOpenGL3_Init();
    listen();
  }
  ~Window() {
    ImGui_ImplOpenGL3_Shutdown();
    ImGui_ImplGlfw_Shutdown();
  }
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  void run() {
    while (glfwWindowShouldClose(window_) == 0) {
      if (draws_left_ > 0) {
        glfwPollEvents();
      } else if (ImGui::GetIO().WantTextInput) {
        glfwWaitEventsTimeout(caret_seconds);
      } else if (looks_left_ > 0) {
        --looks_left_;
        glfwWaitEventsTimeout(tooltip_seconds);
        draws_left_ = std::max(draws_left_, frames_of_look);
      } else {
        glfwWaitEvents();
      }
      draw();
    }
  }

 private:
  static Window& of(GLFWwindow* window) { return *static_cast<Window*>(glfwGetWindowUserPointer(window)); }

  void input() {
    draws_left_ = frames_after_input;
    looks_left_ = 1;
  }

  void listen() {
    glfwSetCursorPosCallback(window_, [](GLFWwindow* w, double x, double y) {
      const double scale = window_scale(w);
      ImGui_ImplGlfw_CursorPosCallback(w, x / scale, y / scale);
      of(w).input();
    });
    glfwSetCursorEnterCallback(window_, [](GLFWwindow* w, int entered) {
      ImGui_ImplGlfw_CursorEnterCallback(w, entered);
      of(w).input();
    });
    glfwSetMouseButtonCallback(window_, [](GLFWwindow* w, int button, int action, int mods) {
      ImGui_ImplGlfw_MouseButtonCallback(w, button, action, mods);
      of(w).input();
    });
    glfwSetScrollCallback(window_, [](GLFWwindow* w, double x, double y) {
      ImGui_ImplGlfw_ScrollCallback(w, x, y);
      of(w).input();
    });
    glfwSetKeyCallback(window_, [](GLFWwindow* w, int key, int code, int action, int mods) {
      // A key counts with the modifiers it was pressed with, however long a frame takes.
      const bool is_modifier = key >= GLFW_KEY_LEFT_SHIFT && key <= GLFW_KEY_RIGHT_SUPER;
      if (is_modifier && ImGui::GetCurrentContext()->InputEventsQueue.Size > 0) of(w).draw();
      ImGui_ImplGlfw_KeyCallback(w, key, code, action, mods);
      of(w).input();
    });
    glfwSetCharCallback(window_, [](GLFWwindow* w, unsigned int character) {
      ImGui_ImplGlfw_CharCallback(w, character);
      of(w).input();
    });
    glfwSetWindowFocusCallback(window_, [](GLFWwindow* w, int focused) {
      ImGui_ImplGlfw_WindowFocusCallback(w, focused);
      of(w).input();
    });
    glfwSetDropCallback(window_, [](GLFWwindow* w, int count, const char** paths) {
      for (int i = 0; i < count && of(w).drop_; ++i) of(w).drop_(paths[i]);
      of(w).input();
    });
    glfwSetWindowRefreshCallback(window_, [](GLFWwindow* w) { of(w).draw(); });
    glfwSetFramebufferSizeCallback(window_, [](GLFWwindow* w, int, int) { of(w).input(); });
    glfwSetWindowContentScaleCallback(window_, [](GLFWwindow* w, float, float) { of(w).input(); });
  }

  void draw() {
    int width = 0;
    int height = 0;
    glfwGetFramebufferSize(window_, &width, &height);
    if (width == 0 || height == 0) return;
    ImGui_ImplOpenGL3_NewFrame();
    ImGui_ImplGlfw_NewFrame();
    // The interface lives in logical pixels; glyphs are rasterised at the framebuffer's density.
    ImGuiIO& io = ImGui::GetIO();
    const float scale = window_scale(window_);
    const float density = io.DisplayFramebufferScale.x * scale;
    io.DisplayFramebufferScale = ImVec2(density, density);
    io.DisplaySize = ImVec2(logical_size(width, density), logical_size(height, density));
    ImGui::NewFrame();
    const bool moving = frame_();
    fill_edges();
    if (ImGui::IsKeyChordPressed(ImGuiMod_Ctrl | ImGuiKey_Q)) glfwSetWindowShouldClose(window_, GLFW_TRUE);
    ImGui::Render();
    upload_pictures();
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    glfwSwapBuffers(window_);
    // Dear ImGui spreads fast input over frames.
    if (ImGui::GetCurrentContext()->InputEventsQueue.Size > 0) draws_left_ = frames_after_input;
    draws_left_ = moving || ImGui::IsAnyMouseDown() ? std::max(draws_left_, 1) : std::max(draws_left_ - 1, 0);
  }

  GLFWwindow* window_;
  FrameFunction frame_;
  std::function<void(const std::string&)> drop_;
  int draws_left_ = frames_after_input;
  int looks_left_ = 1;
};

}  // namespace

int run_window(const std::string& title, std::function<void()> start, FrameFunction frame, std::function<void(const std::string&)> drop) {
  glfwSetErrorCallback([](int, const char* text) { last_glfw_error = text; });
  if (glfwInit() == 0) return fail("cannot open a window");
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 2);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
  glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
  GLFWwindow* const window = glfwCreateWindow(1280, 800, title.c_str(), nullptr, nullptr);
  if (window == nullptr) {
    glfwTerminate();
    return fail("cannot open a window with OpenGL 3.2");
  }
  const float scale = window_scale(window);
  glfwSetWindowSizeLimits(window, static_cast<int>(smallest_width * scale), static_cast<int>(smallest_height * scale),
                          GLFW_DONT_CARE, GLFW_DONT_CARE);
  glfwMakeContextCurrent(window);
  glfwSwapInterval(1);

  ImGui::CreateContext();
  ImGui::GetIO().IniFilename = nullptr;
  {
    Window shown(window, std::move(frame), std::move(drop));
    start();
    shown.run();
  }
  ImGui::DestroyContext();
  glfwDestroyWindow(window);
  glfwTerminate();
  return 0;
}

void wake_window() { glfwPostEmptyEvent(); }

}  // namespace headwise
