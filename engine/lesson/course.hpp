#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/lesson/kinds.hpp"
#include "engine/lesson/lessons.hpp"
#include "engine/lesson/progress.hpp"
#include "engine/lesson/result_code.hpp"
#include "engine/lesson/standing.hpp"

namespace headwise {

struct Score {
  double points = 0;
  int exercises = 0;
  int right = 0;
  int pages_seen = 0;
  int pages = 0;

  bool is_complete() const { return right == exercises && pages_seen == pages; }
};

/// An exercise as a renderer draws it. Commands are empty where there is nothing to do.
struct OpenExercise {
  struct Option {
    Prose text;
    std::string answer;
    std::string up;    // ordering: commands that move it
    std::string down;
  };
  std::string id;
  std::string key;      // of nobody else's, no other lesson's, and no other round's
  std::string title;    // `Exercise 2: compute`
  std::string problem;  // why it cannot be shown; then there is nothing else
  AnswerBy by = AnswerBy::typing;
  Prose ask;
  std::vector<Option> options;
  std::string unit;
  std::string label;    // of the field: what to type
  std::string given;    // the last answer, or the present order
  std::string note;     // what is wrong with an answer that does not count
  bool right = false;
  bool tried = false;
  std::string points;   // `1 point`
  Prose feedback;
  Prose hint;
  Prose steps;
  std::string answer_with;  // the command that an answer follows
  std::string check;        // and the one that reads it from the simulator
  std::string set_up;
  std::string show_hint;
  std::string show_steps;
  std::string again;
};

/// A page as a renderer draws it: placeholders filled in, and the commands of its buttons (empty:
/// there is no such button).
struct OpenPage {
  const Lesson* lesson = nullptr;
  std::size_t page = 0;
  std::vector<prose::Block> blocks;
  std::vector<OpenExercise> exercises;  // of this page: an insert block has the id
  Score score;
  std::string student;
  std::string previous;
  std::string next;
  std::string restart;  // the simulator as it was when the page opened
  std::string close;
  std::string forget;      // what the student did,
  std::string bring_back;  // and undone

  const std::string& title() const { return lesson->pages[page].title; }
  /// `Page 1 of 3`.
  std::string place() const;
  /// `2.5 of 4 points`; nothing where the lesson has no exercises.
  std::string score_text() const;
  /// `2 of 4 exercises right, 3 of 5 pages read`
  std::string progress_text() const;
  const OpenExercise* find(std::string_view id) const;
};

/// The lessons, and what students did in them.
class Course {
 public:
  Course() = default;
  explicit Course(Lessons all) : lessons_(std::move(all)) {}

  Lessons& lessons() { return lessons_; }
  const Lessons& lessons() const { return lessons_; }
  const Progress& progress() const { return progress_; }
  bool has_forgotten(std::string_view student) const { return !forgotten_.of(student).empty(); }
  /// Grows with everything that is done.
  std::int64_t generation() const { return generation_; }
  /// A lesson, in the place of one of its name.
  void put(Lesson lesson);
  /// What the session's student did in the lesson that is open. An Error where none is, or nobody's name is set.
  Result result(const Session& session, const std::string& date);
  void restore(Progress progress);
  void merge(const Progress& progress);

  /// What the session's keys `lesson` and `page` name; nothing where there is no such lesson, or its
  /// pages are still to be fetched. A page past the last is the last.
  std::optional<OpenPage> open(const Session& session);
  Score score(const Lesson& lesson, std::string_view student);

  /// perform(), with lessons: opening a lesson or a page (`set page=2`, `change lesson=...`) also
  /// puts the simulator where the page starts, and leaving a lesson releases what it hid and locked.
  /// There is no turning past the last page. With a lesson open there are
  ///   answer ID TEXT, check ID   an answer, and the one that the simulator shows
  ///   hint ID, steps ID, again ID
  ///   arrange ID N,N,...         the order that is shown, not answered yet
  /// and always `forget progress`, which is the student's that the session names, and `bring back
  /// progress`, which undoes that until the program ends; of an exercise that was done again meanwhile it
  /// keeps what is worth more.
  /// Errors are reported, but for LessonNotHere.
  void perform(Session& session, std::string_view command);
  /// Notes the page that is open, and what it asks for once the simulator shows that.
  void watch(const Session& session);

 private:
  struct Known {
    std::optional<Drawn> drawn;
    std::string problem;
    Standing standing;
    std::size_t deeds = 0;     // that the standing is of, the student's first
    std::string note;
    std::vector<std::size_t> order;  // that is shown,
    int ordered = -1;                // of this round
  };
  struct Place {
    const Lesson* lesson;
    const Exercise* exercise;
    std::string student;
  };
  static std::string key_of(const Place& place);
  Known& known(const Place& place);
  Known& drawn(const Place& place);
  void forget(const std::string& student);
  double points(const Deed& of, const std::vector<Deed>& deeds, const std::string& student) const;
  void bring_back(const std::string& student);
  OpenExercise shown(const Place& place, std::size_t number);
  void do_exercise(Session& session, std::string_view verb, std::string_view rest);
  void answer(const Place& place, Known& now, const std::string& text);
  void add(const std::string& student, Deed deed);

  Lessons lessons_;
  Progress progress_;
  Progress forgotten_;
  std::map<std::string, Known> known_;
  std::int64_t generation_ = 0;
  std::int64_t watched_ = -1;
  std::string watched_page_;
};

}  // namespace headwise
