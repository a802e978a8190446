#pragma once
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "app/fonts.hpp"
#include "app/headless.hpp"
#include "app/lessons.hpp"
#include "ui/ui.hpp"

namespace headwise {

/// Settings that differ much in what they show.
inline const std::vector<Assignments>& usual_states() {
  static const std::vector<Assignments> all{
      {},
      {{"num_kv_heads", "1"}, {"mask", "causal"}, {"position", "sinusoidal"}, {"bias", "1"}},
      {{"tokens", "one two three four | five six"}, {"mask", "causal,padding"}, {"num_heads", "4"}, {"num_kv_heads", "2"},
       {"head", "all"}, {"step_by", "row"}, {"theme", "dark"}},
      {{"pipeline", "flash"}, {"tokens", "a"}},
      {{"pipeline", "flash"}, {"step_by", "head"}, {"theme", "light"}},
      {{"d_model", "768"}, {"num_heads", "12"}, {"head", "all"}},
      {{"d_model", "12288"}, {"num_heads", "96"}, {"step_by", "stage"}},
      {{"d_model", "1"}, {"num_heads", "1"}, {"tokens", "a"}},
      {{"view", "heads"}, {"num_heads", "4"}, {"arc_heads", "1,3"}, {"sort_heads", "stripe"}, {"tokens", "one two three four | five six"}},
      {{"lesson", "01-one-attention"}},
      {{"view", "memory"}, {"num_kv_heads", "1"}, {"tokens", "one two three | four"}},
      {{"view", "memory"}, {"pipeline", "storage"}, {"memory_colors", "token"}, {"theme", "dark"}},
      {{"view", "picture"}},
      {{"view", "picture"}, {"pipeline", "flash"}, {"mask", "causal"}},
      {{"view", "picture"}, {"pipeline", "latent_decode"}},
      {{"view", "picture"}, {"pipeline", "block"}, {"layers", "1"}, {"experts", "3"}, {"theme", "dark"}},
      {{"hide", "controls,counts,timeline,seed"}, {"lock", "d_model,tokens"}},
  };
  return all;
}

/// The interface on a screen that nobody sees.
struct Screen {
  Session session;
  Course course{all_lessons()};
  const Lessons& lessons = course.lessons();
  HeadlessWindow window;
  Ui ui;
  Requests last;

  explicit Screen(float width = 1280, float height = 720, float density = 1, Options options = {})
      : window(width, height, density), ui(session, course, options) {
    start(ui);
    frames(3);
  }

  void frames(int count) {
    Requests seen;
    window.frames(count, [&] {
      const Requests now = ui.draw();
      seen.share |= now.share;
      seen.check |= now.check;
      seen.paste |= now.paste;
      if (now.copy) seen.copy = now.copy;
      if (now.edit) seen.edit = now.edit;
    });
    last = seen;
  }
  void press(ImGuiKeyChord key) {
    window.press(key);
    frames(3);
  }
  Landmark place(const std::string& name) {
    const auto found = ui.find(name);
    REQUIRE_MESSAGE(found, name);
    return *found;
  }
  void click(const std::string& name) {
    const Landmark at = place(name);
    window.click(at.x + at.width / 2, at.y + at.height / 2);
    frames(4);
  }
  void point_at(const std::string& name) {
    const Landmark at = place(name);
    window.move_mouse(at.x + at.width / 2, at.y + at.height / 2);
    frames(3);
  }
};

/// The described block of that id.
inline const Block* block(const Description& description, const std::string& id) {
  for (const Block& b : description.blocks) {
    if (b.id == id) return &b;
  }
  return nullptr;
}

}  // namespace headwise
