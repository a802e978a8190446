#include <emscripten.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include "app/application.hpp"
#include "app/host_web.hpp"
#include "app/page_web.hpp"
#include "app/window.hpp"

namespace headwise {

namespace {

WebHost* host;
Application* application;

/// Text that stays until the next call, for the page to read.
const char* kept(std::string text) {
  static std::string last;
  last = std::move(text);
  return last.c_str();
}

bool draw_frame() {
  try {
    return application->frame();
  } catch (const std::exception& error) {
    page_stop(error.what());
    throw;
  }
}

}  // namespace

// What the page's scripts and tests call.
extern "C" {

EMSCRIPTEN_KEEPALIVE void hw_command(const char* text) {
  application->command(text);
  wake_window();
}

/// The reason where the hash is wrong, else nothing.
EMSCRIPTEN_KEEPALIVE const char* hw_load_hash(const char* hash) {
  std::string problem = application->load_hash(hash);
  wake_window();
  return kept(std::move(problem));
}

/// `x,y,width,height` of a landmark in CSS pixels of the canvas, or nothing.
EMSCRIPTEN_KEEPALIVE const char* hw_find(const char* name) {
  const auto found = application->find(name);
  if (!found) return "";
  char text[96];
  std::snprintf(text, sizeof text, "%.2f,%.2f,%.2f,%.2f", found->x, found->y, found->width, found->height);
  return kept(text);
}

EMSCRIPTEN_KEEPALIVE void hw_notify(const char* message) {
  application->notify(message);
  wake_window();
}

EMSCRIPTEN_KEEPALIVE void hw_set_dark(int is_dark) {
  host->set_dark(is_dark != 0);
  application->update_options();
  wake_window();
}

EMSCRIPTEN_KEEPALIVE void hw_set_reduced_motion(int is_reduced) {
  host->set_reduced_motion(is_reduced != 0);
  application->update_options();
}

}  // extern "C"

}  // namespace headwise

/// Arguments: the address's hash, and `dark` and `reduced-motion` where the system prefers that.
int main(int count, char** arguments) {
  using namespace headwise;
  const std::string_view hash = count > 1 ? arguments[1] : "";
  const auto prefers = [&](std::string_view what) { return std::find(arguments + 1, arguments + count, what) != arguments + count; };
  host = new WebHost(prefers("dark"), prefers("reduced-motion"));
  application = new Application(*host);
  application->load_hash(hash);
  return run_window("Headwise", [] { application->start(); }, draw_frame);
}
