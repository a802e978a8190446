// What a renderer draws of a course: the page that is open, with its exercises.
#include <algorithm>

#include "engine/lesson/computed.hpp"
#include "engine/lesson/course.hpp"
#include "engine/tensor/error.hpp"

namespace headwise {

namespace {

std::string points_text(double points) {
  if (points == 0.5) return "half a point";
  return points == 1 ? "1 point" : "no points";
}

std::string half_points(double points) {
  const auto whole_points = static_cast<long>(points);
  return std::to_string(whole_points) + (points > static_cast<double>(whole_points) ? ".5" : "");
}

}  // namespace

std::string OpenPage::place() const {
  return "Page " + std::to_string(page + 1) + " of " + std::to_string(lesson->pages.size());
}

std::string OpenPage::score_text() const {
  if (score.exercises == 0) return {};
  return half_points(score.points) + " of " + std::to_string(score.exercises) + (score.exercises == 1 ? " point" : " points");
}

std::string OpenPage::progress_text() const {
  return std::to_string(score.right) + " of " + std::to_string(score.exercises) + " exercises right, " + std::to_string(score.pages_seen) + " of " +
         std::to_string(score.pages) + " pages read";
}

const OpenExercise* OpenPage::find(std::string_view id) const {
  const auto found = std::find_if(exercises.begin(), exercises.end(), [&](const OpenExercise& e) { return e.id == id; });
  return found == exercises.end() ? nullptr : &*found;
}

OpenExercise Course::shown(const Place& place, std::size_t number) {
  Known& now = drawn(place);
  OpenExercise out;
  out.id = place.exercise->id;
  out.key = key_of(place) + '\n' + std::to_string(now.standing.round);
  out.title = "Exercise " + std::to_string(number) + ": " + std::string(place.exercise->kind->task);
  out.problem = now.problem;
  if (!now.problem.empty()) return out;
  const Drawn& drawn = *now.drawn;
  const Standing& standing = now.standing;
  out.by = place.exercise->kind->by;
  out.ask = drawn.ask;
  out.unit = drawn.unit;
  out.label = drawn.label;
  out.note = now.note;
  out.right = standing.right;
  out.tried = standing.tries > 0;
  out.given = standing.answer;
  out.feedback = standing.feedback;
  if (standing.right) out.points = points_text(standing.points);
  if (standing.hint) out.hint = drawn.hint;
  if (standing.steps) out.steps = drawn.steps;

  const std::string id = " " + out.id;
  const auto order_with = [&](std::size_t i, std::size_t j) {
    std::vector<std::size_t> order = now.order;
    std::swap(order[i], order[j]);
    std::string text;
    for (const std::size_t option : order) text += (text.empty() ? "" : ",") + std::to_string(option + 1);
    return text;
  };
  for (std::size_t i = 0; i < now.order.size(); ++i) {
    OpenExercise::Option option{drawn.options[now.order[i]], std::to_string(now.order[i] + 1), {}, {}};
    if (out.by == AnswerBy::ordering && !out.right) {
      if (i > 0) option.up = "arrange" + id + " " + order_with(i, i - 1);
      if (i + 1 < now.order.size()) option.down = "arrange" + id + " " + order_with(i, i + 1);
    }
    out.options.push_back(std::move(option));
  }
  if (!standing.right) {
    if (out.by == AnswerBy::typing || out.by == AnswerBy::choosing) out.answer_with = "answer" + id;
    if (out.by == AnswerBy::ordering && !now.order.empty()) out.check = "answer" + id + " " + order_with(0, 0);
    if (out.by == AnswerBy::simulator) out.check = "check" + id;
    if (standing.tries > 0 && !standing.hint && !drawn.hint.empty()) out.show_hint = "hint" + id;
    const bool may_see = standing.tries > 1 || (standing.tries > 0 && (standing.hint || drawn.hint.empty()));
    if (may_see && !standing.steps && !drawn.steps.empty()) out.show_steps = "steps" + id;
  } else if (!standing.steps && !drawn.steps.empty()) {
    out.show_steps = "steps" + id;
  }
  if (out.by == AnswerBy::simulator) out.set_up = "change " + to_query(place_in(drawn.settings));
  if (place.exercise->is_drawn() && (standing.right || standing.steps) && standing.round < most_rounds) out.again = "again" + id;
  return out;
}

std::optional<OpenPage> Course::open(const Session& session) {
  const Settings& settings = session.settings();
  const Lesson* lesson = lessons_.find(settings.get("lesson"));
  if (!lesson || !lesson->is_here()) return std::nullopt;
  const std::size_t last = lesson->pages.size() - 1;
  const std::size_t page = std::min(static_cast<std::size_t>(settings.count("page")) - 1, last);

  OpenPage open;
  open.lesson = lesson;
  open.page = page;
  open.blocks = lesson->pages[page].blocks;
  prose::fill_placeholders(open.blocks, [&](std::string_view request) -> std::string {
    try {
      return computed(session.run(), request);
    } catch (const Error&) {
      return "\u2013";
    }
  });
  const std::string& student = settings.get("student");
  for (std::size_t i = 0; i < lesson->exercises.size(); ++i) {
    if (lesson->exercises[i].page == page) open.exercises.push_back(shown({lesson, &lesson->exercises[i], student}, i + 1));
  }
  open.student = student;
  open.score = score(*lesson, student);
  const auto turn_to = [](std::size_t number) { return "set page=" + std::to_string(number); };
  if (page > 0) open.previous = turn_to(page);
  if (page < last) open.next = turn_to(page + 2);
  open.restart = turn_to(page + 1);
  open.close = "set lesson=";
  open.forget = "forget progress";
  if (has_forgotten(student)) open.bring_back = "bring back progress";
  return open;
}

}  // namespace headwise
