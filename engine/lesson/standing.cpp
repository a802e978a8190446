#include "engine/lesson/standing.hpp"

#include <algorithm>
#include <utility>

#include "engine/lesson/lesson.hpp"

namespace headwise {

namespace {

bool is_about(const Deed& deed, const Exercise& exercise) {
  return deed.lesson == exercise.lesson && deed.exercise == exercise.id;
}

}  // namespace

void go_on(Standing& now, std::optional<Drawn>& drawn, const Lesson& lesson, const Exercise& exercise, std::string_view student,
           std::span<const Deed> deeds) {
  for (const Deed& deed : deeds) {
    if (deed.kind == Deed::Kind::page || !is_about(deed, exercise)) continue;
    if (deed.kind == Deed::Kind::again) {
      if (!exercise.is_drawn() || deed.number <= now.round || deed.number > most_rounds) continue;
      Standing next;
      next.round = deed.number;
      next.points = now.points;
      next.answers = now.answers;
      now = std::move(next);
      continue;
    }
    if (deed.number != now.round) continue;
    if (deed.kind == Deed::Kind::hint) now.hint = true;
    if (deed.kind == Deed::Kind::steps) now.steps = true;
    if (deed.kind != Deed::Kind::answer || now.right || now.answers == most_answers) continue;
    ++now.answers;
    if (!drawn || drawn->round != now.round) drawn = draw(lesson, exercise, student, now.round);
    Mark made = mark(*drawn, deed.text);
    if (!made.unread.empty()) continue;
    ++now.tries;
    now.right = made.right;
    now.answer = deed.text;
    now.feedback = std::move(made.feedback);
    if (now.right) now.points = std::max(now.points, now.steps ? 0.0 : now.tries == 1 ? 1.0 : 0.5);
  }
}

}  // namespace headwise
