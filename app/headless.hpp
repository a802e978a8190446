#pragma once
#include <imgui.h>

#include <functional>
#include <string_view>

namespace headwise {

/// A window without a screen, for tests and pictures: Dear ImGui with input put in by hand and nothing
/// drawn. Where there is another window it stands in for that one, with a context of its own, until it
/// leaves or goes.
class HeadlessWindow {
 public:
  /// In logical pixels.
  HeadlessWindow(float width, float height, float density = 1);
  ~HeadlessWindow();
  HeadlessWindow(const HeadlessWindow&) = delete;
  HeadlessWindow& operator=(const HeadlessWindow&) = delete;

  /// Makes room for the window that there was; what is drawn stays.
  void leave();
  /// Comes back.
  void enter();

  /// One frame is `draw` between NewFrame and Render, `seconds` after the one before.
  void frames(int count, const std::function<void()>& draw, float seconds = 1.0F / 60);
  void resize(float width, float height, float density = 1);

  // Input, seen by the frames that follow: two for a key or a click, and one more for its effect.
  void move_mouse(float x, float y);
  void click(float x, float y);
  void scroll(float by);
  void press(ImGuiKeyChord chord);
  void type(std::string_view text);

  /// What the last frame drew: not zero unless the screen is blank.
  int vertices() const;

 private:
  ImGuiContext* outer_;
  ImGuiContext* own_;
};

}  // namespace headwise
