#include <emscripten.h>

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

EMSCRIPTEN_KEEPALIVE void hw_lesson_came(const char* name, const char* text) {
  application->lesson_came(name, text);
  wake_window();
}

EMSCRIPTEN_KEEPALIVE void hw_lesson_is_missing(const char* name, const char* reason) {
  application->lesson_is_missing(name, reason);
  wake_window();
}

/// A file that was dropped or chosen.
EMSCRIPTEN_KEEPALIVE void hw_take_file(const char* name, const char* text) {
  application->take_file(name, text);
  wake_window();
}

/// What another page of this origin stored.
EMSCRIPTEN_KEEPALIVE void hw_merge_progress(const char* text) {
  application->merge_progress(text);
  wake_window();
}

EMSCRIPTEN_KEEPALIVE int hw_awaits_lesson() { return application->awaits_lesson() ? 1 : 0; }

/// What the address says after its #, now; and what is wrong, often nothing.
EMSCRIPTEN_KEEPALIVE const char* hw_state() { return kept(application->session().hash()); }
EMSCRIPTEN_KEEPALIVE const char* hw_problem() { return kept(application->session().problem()); }

/// `step,count,stage`: the step counts from 0, and is -1 before the first.
EMSCRIPTEN_KEEPALIVE const char* hw_position() {
  const Session& session = application->session();
  const StepPosition position = session.position();
  return kept(std::to_string(position.at) + ',' + std::to_string(position.total) + ',' + session.node().id());
}

/// `x,y,width,height` of a landmark in CSS pixels of the canvas, or nothing.
EMSCRIPTEN_KEEPALIVE const char* hw_find(const char* name) {
  const auto found = application->find(name);
  if (!found) {
    wake_window();  // the next frame may have it
    return "";
  }
  char text[96];
  std::snprintf(text, sizeof text, "%.2f,%.2f,%.2f,%.2f", found->x, found->y, found->width, found->height);
  return kept(text);
}

EMSCRIPTEN_KEEPALIVE void hw_notify(const char* message) {
  application->notify(message);
  wake_window();
}

EMSCRIPTEN_KEEPALIVE void hw_set_preferences(int dark, int reduced_motion, int coarse_pointer) {
  host->set_preferences({dark != 0, reduced_motion != 0, coarse_pointer != 0});
  application->update_options();
  wake_window();
}

/// Should a finger that was lifted still point where it was?
EMSCRIPTEN_KEEPALIVE int hw_holds_pointer() { return application->holds_pointer() ? 1 : 0; }

/// Is what is pointed at moved by pressing and dragging?
EMSCRIPTEN_KEEPALIVE int hw_takes_drag() { return application->takes_drag() ? 1 : 0; }

}  // extern "C"

}  // namespace headwise

/// Arguments: the address's hash, a 0 or 1 for each of WebHost::Preferences and for being embedded, and the
/// page's own address without a hash.
int main(int count, char** arguments) {
  using namespace headwise;
  const std::string_view hash = count > 1 ? arguments[1] : "";
  const std::string_view prefers = count > 2 ? arguments[2] : "";
  const auto is_set = [&](std::size_t i) { return i < prefers.size() && prefers[i] == '1'; };
  host = new WebHost({is_set(0), is_set(1), is_set(2)}, is_set(3), count > 3 ? arguments[3] : "");
  application = new Application(*host);
  application->load_hash(hash);
  return run_window("Headwise", [] { application->start(); }, draw_frame);
}
