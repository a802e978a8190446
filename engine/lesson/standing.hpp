#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/lesson/exercise.hpp"
#include "engine/lesson/progress.hpp"

namespace headwise {

/// How far a student is with an exercise.
struct Standing {
  int round = 0;
  int tries = 0;            // in this round
  int answers = 0;          // in all rounds, those that could not be read included
  bool right = false;
  bool hint = false;        // shown
  bool steps = false;
  double points = 0;        // the best of all rounds
  std::string answer;       // the last one,
  Prose feedback;           // and what is said of it
};

/// More of an exercise are not marked: nobody needs them, and marking a result must end.
inline constexpr int most_rounds = 100;
inline constexpr int most_answers = 1000;

/// An exercise is worth one point: right at once; half of it: right at a later try; none: right after its
/// worked steps were shown. With other numbers it starts anew, and the best round counts.
///
/// Goes on from `now` with what was done since. `drawn` holds the last numbers that were needed: where
/// nothing was answered, none. Throws Error where they cannot be drawn.
void go_on(Standing& now, std::optional<Drawn>& drawn, const Lesson& lesson, const Exercise& exercise, std::string_view student,
           std::span<const Deed> deeds);

}  // namespace headwise
