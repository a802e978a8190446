#include "engine/lesson/course.hpp"

#include <algorithm>
#include <utility>

#include "engine/session/command.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/lines.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

void Course::put(Lesson lesson) {
  lessons_.put(std::move(lesson));
  known_.clear();
  ++generation_;
}

Result Course::result(const Session& session, const std::string& date) {
  const Lesson* lesson = lessons_.find(session.settings().get("lesson"));
  const std::string& student = session.settings().get("student");
  if (!lesson || !lesson->is_here()) throw Error("Open a lesson first: a result is of one lesson");
  if (student_name(student).empty()) throw Error("Type your name or number first, so that the code says whose it is");
  const Score now = score(*lesson, student);
  Result result{lesson->name, student, date, now.points, now.exercises, {}};
  for (const Deed& deed : progress_.of(student)) {
    if (deed.lesson == lesson->name) result.deeds.push_back(deed);
  }
  return result;
}

void Course::restore(Progress progress) {
  progress_ = std::move(progress);
  known_.clear();
  ++generation_;
}

void Course::merge(const Progress& progress) {
  progress_.merge(progress);
  known_.clear();
  ++generation_;
}

void Course::add(const std::string& student, Deed deed) {
  progress_.add(student, std::move(deed));
  ++generation_;
}

std::string Course::key_of(const Place& place) {
  return student_name(place.student) + '\n' + place.lesson->name + '\n' + place.exercise->id;
}

Course::Known& Course::known(const Place& place) {
  Known& now = known_[key_of(place)];
  const std::span<const Deed> deeds = progress_.of(place.student);
  const std::span<const Deed> since = deeds.subspan(std::exchange(now.deeds, deeds.size()));
  if (!now.problem.empty() || since.empty()) return now;
  try {
    go_on(now.standing, now.drawn, *place.lesson, *place.exercise, place.student, since);
  } catch (const Error& error) {
    now.problem = error.what();
  }
  return now;
}

Course::Known& Course::drawn(const Place& place) {
  Known& now = known(place);
  if (!now.problem.empty() || now.ordered == now.standing.round) return now;
  try {
    if (!now.drawn || now.drawn->round != now.standing.round) now.drawn = draw(*place.lesson, *place.exercise, place.student, now.standing.round);
    now.order = now.drawn->shown;
    now.ordered = now.standing.round;
  } catch (const Error& error) {
    now.problem = error.what();
  }
  return now;
}

Score Course::score(const Lesson& lesson, std::string_view student) {
  Score score;
  score.pages = static_cast<int>(lesson.pages.size());
  std::vector<bool> seen(lesson.pages.size());
  for (const Deed& deed : progress_.of(student)) {
    const auto page = static_cast<std::size_t>(deed.number);
    if (deed.kind == Deed::Kind::page && deed.lesson == lesson.name && page >= 1 && page <= seen.size()) seen[page - 1] = true;
  }
  score.pages_seen = static_cast<int>(std::count(seen.begin(), seen.end(), true));
  score.exercises = static_cast<int>(lesson.exercises.size());
  for (const Exercise& exercise : lesson.exercises) {
    const Standing& now = known({&lesson, &exercise, std::string(student)}).standing;
    score.points += now.points;
    score.right += now.right || now.points > 0 ? 1 : 0;
  }
  return score;
}

void Course::answer(const Place& place, Known& now, const std::string& text) {
  if (now.standing.answers == most_answers) throw Error("No more than " + print_count(most_answers) + " answers to an exercise are marked. Look at its worked steps.");
  const Mark made = mark(*now.drawn, text);
  now.note = made.unread;
  ++generation_;
  if (made.unread.empty()) add(place.student, {Deed::Kind::answer, place.lesson->name, place.exercise->id, now.standing.round, text});
}

void Course::do_exercise(Session& session, std::string_view verb, std::string_view rest) {
  const std::string& name = session.settings().get("lesson");
  const Lesson* lesson = lessons_.find(name);
  const std::size_t space = std::min(rest.find(' '), rest.size());
  const std::string_view id = rest.substr(0, space);
  const std::string text(trimmed(rest.substr(std::min(space + 1, rest.size()))));
  const Exercise* exercise = lesson ? lesson->find_exercise(id) : nullptr;
  if (!exercise) throw Error(std::string(verb) + ": there is no exercise '" + print_text(id) + "' in the lesson that is open");
  const Place place{lesson, exercise, session.settings().get("student")};
  Known& now = drawn(place);
  if (!now.problem.empty()) throw Error(now.problem);
  const auto note = [&](Deed::Kind kind, int round) { add(place.student, {kind, lesson->name, exercise->id, round, {}}); };
  if (verb == "answer") {
    if (!now.standing.right) answer(place, now, text);
  } else if (verb == "check") {
    if (exercise->kind->by != AnswerBy::simulator) throw Error("check: this exercise is answered by typing; use answer " + exercise->id + " ...");
    try {
      if (session.is_computing()) throw Error("Still computing. Try again in a moment.");
      const std::string given = exercise->kind->answer_of(*now.drawn, session);
      if (!now.standing.right) answer(place, now, given);
    } catch (const Error& error) {
      now.note = error.what();
      ++generation_;
    }
  } else if (verb == "hint" || verb == "steps") {
    const bool is_hint = verb == "hint";
    if (!(is_hint ? now.standing.hint : now.standing.steps)) note(is_hint ? Deed::Kind::hint : Deed::Kind::steps, now.standing.round);
  } else if (verb == "again") {
    if (!exercise->is_drawn()) throw Error("again: this exercise has no other numbers");
    now.note.clear();
    if (now.standing.round < most_rounds) note(Deed::Kind::again, now.standing.round + 1);
  } else {
    std::vector<std::size_t> order;
    for (const std::string& part : cut_at(text, ",")) order.push_back(static_cast<std::size_t>(whole_number(part)) - 1);
    if (!std::is_permutation(order.begin(), order.end(), now.order.begin(), now.order.end())) throw Error("arrange: every item once, like 2,1,3");
    now.order = std::move(order);
    ++generation_;
  }
}

void Course::perform(Session& session, std::string_view command) {
  const std::size_t space = std::min(command.find(' '), command.size());
  const std::string_view verb = command.substr(0, space);
  const std::string_view verbs[] = {"answer", "check", "hint", "steps", "again", "arrange"};
  if (command == "forget progress") return forget(session.settings().get("student"));
  const bool brings_back = command == "bring back progress";
  if (!brings_back && std::find(std::begin(verbs), std::end(verbs), verb) == std::end(verbs)) return headwise::perform(session, lessons_, command);
  try {
    if (brings_back) return bring_back(session.settings().get("student"));
    do_exercise(session, verb, command.substr(std::min(space + 1, command.size())));
  } catch (const Error& error) {
    session.report(error.what());
  }
}

void Course::forget(const std::string& student) {
  if (has_forgotten(student)) bring_back(student);
  for (const Deed& deed : progress_.of(student)) forgotten_.add(student, deed);
  progress_.forget(student);
  known_.clear();
  watched_page_.clear();
  ++generation_;
}

double Course::points(const Deed& of, const std::vector<Deed>& deeds, const std::string& student) const {
  const Lesson* lesson = lessons_.find(of.lesson);
  const Exercise* exercise = lesson && lesson->is_here() ? lesson->find_exercise(of.exercise) : nullptr;
  if (!exercise) return 0;
  try {
    Standing standing;
    std::optional<Drawn> drawn;
    go_on(standing, drawn, *lesson, *exercise, student, deeds);
    return standing.points;
  } catch (const Error&) {
    return 0;
  }
}

void Course::bring_back(const std::string& student) {
  const std::vector<Deed> before = forgotten_.of(student);
  const std::vector<Deed> since = progress_.of(student);
  if (before.empty()) throw Error("bring back progress: none of this name was forgotten since the program started");
  const auto is_in = [](const std::vector<Deed>& all, const Deed& deed) {
    return std::any_of(all.begin(), all.end(), [&](const Deed& other) {
      return deed.kind == Deed::Kind::page ? other == deed : other.lesson == deed.lesson && other.exercise == deed.exercise;
    });
  };
  // An exercise that was done both before and since is the better of the two; mixed, they would be neither.
  const auto is_better_since = [&](const Deed& deed) {
    return deed.kind != Deed::Kind::page && is_in(since, deed) && points(deed, since, student) > points(deed, before, student);
  };
  progress_.forget(student);
  for (const Deed& deed : before) {
    if (!is_better_since(deed)) progress_.add(student, deed);
  }
  for (const Deed& deed : since) {
    if (!is_in(before, deed) || is_better_since(deed)) progress_.add(student, deed);
  }
  forgotten_.forget(student);
  known_.clear();
  watched_page_.clear();
  ++generation_;
}

void Course::watch(const Session& session) {
  const Settings& settings = session.settings();
  const Lesson* lesson = lessons_.find(settings.get("lesson"));
  if (!lesson || !lesson->is_here()) return;
  const std::string& student = settings.get("student");
  const int page = static_cast<int>(std::min(static_cast<std::size_t>(settings.count("page")), lesson->pages.size()));
  if (std::string where = student + '\n' + lesson->name + '\n' + std::to_string(page); where != watched_page_) {
    watched_page_ = std::move(where);
    const Deed deed{Deed::Kind::page, lesson->name, {}, page, {}};
    const std::vector<Deed>& deeds = progress_.of(student);
    if (std::find(deeds.begin(), deeds.end(), deed) == deeds.end()) add(student, deed);
  }
  const std::int64_t now = session.generation();
  if (now == watched_ || session.is_computing()) return;
  watched_ = now;
  for (const Exercise& exercise : lesson->exercises) {
    if (static_cast<int>(exercise.page) + 1 != page || !exercise.kind->is_noticed) continue;
    const Place place{lesson, &exercise, student};
    Known& there = drawn(place);
    if (!there.problem.empty() || there.standing.right) continue;
    try {
      const std::string given = exercise.kind->answer_of(*there.drawn, session);
      if (mark(*there.drawn, given).right) answer(place, there, given);
    } catch (const Error&) {
      // The simulator shows something else.
    }
  }
}

}  // namespace headwise
