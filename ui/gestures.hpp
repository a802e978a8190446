#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "engine/session/session.hpp"

namespace headwise {

/// A value that the mouse changes, which is one change to undo.
struct Scrub {
  enum class By { nothing, drag, wheel };
  By by = By::nothing;
  CellEdit cell;          // with the value it had
  bool was_set = false;   // by hand, before
  float from = 0;         // where the drag began
  bool moved = false;
  float notches = 0;      // of the wheel, still to be acted on
  double last = 0;        // when the wheel turned

  bool waits() const { return notches >= 1 || notches <= -1; }
};

/// A word of the sentence that is typed where it stands.
struct WordEdit {
  Word word;
  std::string text;
  float x = 0, y = 0, width = 0;
  bool begins = false;
};

/// How a step's result comes about, for a moment after the step.
struct Motion {
  Cell cell;                   // where the cursor is
  std::int64_t place = 0;      // its step
  std::int64_t generation = 0;
  StepBy step_by = StepBy::cell;
  double began = -1;
  double length = 0;           // seconds

  bool runs(double time) const { return time < began + length; }
};

}  // namespace headwise
