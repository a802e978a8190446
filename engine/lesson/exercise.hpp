#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/lesson/prose.hpp"
#include "engine/session/run.hpp"
#include "engine/session/state.hpp"

namespace headwise {

struct ExerciseKind;
struct Lesson;

/// An exercise as a lesson writes it, a block of code called `exercise` and a name of its own:
///
///     ```exercise shares
///     kind: number
///     draw: i = 1..5; j = 0..5
///     where: $i != $j
///     state: seed=$i
///     ask: Which share does *{{token $i}}* give to *{{token $j}}*?
///     answer: value(attn_weights, 0, 0, $i, $j)
///     within: 0.005
///     wrong: value(attn_weights, 0, 0, $j, $i) => That is the other way round: rows are queries.
///     hint: Divide by the row's sum.
///     steps: [Here it is](sim:stage=attn_weights&cell=$i,$j).
///     ```
///
/// A line is a key and a text; one that starts with spaces goes on with the line before. Any text may
/// use `$name`, a number or word that `draw` chooses for each student (`a..b`, or texts between
/// commas, or between bars), or that `let` calculates (calculation.hpp). A draw is made anew until
/// `where` holds and no wrong answer is also right. The numbers are those of the lesson's page with
/// `state` on top. The kinds, and what `answer` and `wrong` are there, are in kinds.hpp.
struct Exercise {
  struct Line {
    std::string key;
    std::string text;
    std::size_t line = 0;
  };
  std::string file;
  std::string lesson;  // its name
  std::string id;
  std::size_t page = 0;
  std::size_t line = 0;
  const ExerciseKind* kind = nullptr;
  std::vector<Line> lines;

  const Line* find(std::string_view key) const;
  /// Are there other numbers to draw?
  bool is_drawn() const { return find("draw") != nullptr; }
};

/// Throws Error, with file and line.
Exercise parse_exercise(const std::string& file, const std::string& lesson, std::size_t page, const prose::Block& block);

using Prose = std::vector<prose::Block>;

/// An exercise with its numbers.
struct Drawn {
  /// A mistake that is known: what it looks like, and what to say of it.
  struct Wrong {
    std::string answer;
    Prose feedback;
  };
  Exercise exercise;
  int round = 0;
  Settings settings;          // of the simulator, where the exercise takes place
  std::shared_ptr<Run> run;   // what these give; computed when a value is first asked for
  Prose ask, hint, steps, praise;
  std::string answer;         // what is right, as the kind takes answers
  std::string condition;      // reach, repair: the calculation that is to come true
  std::vector<Wrong> wrong;
  double within = 0;          // number: how far an answer may be off
  std::string unit;           // number
  std::string label;          // by typing: what to type
  std::vector<Prose> options;       // choose, order: in the order of the lesson
  std::vector<std::size_t> shown;   // and as they are shown: which option stands at each place
  std::vector<std::string> may_change;  // reach, repair: keys of the state

  Drawn(Exercise of, int number, Settings start) : exercise(std::move(of)), round(number), settings(std::move(start)) {}
};

/// A run that computes its values when one is asked for; of more bytes than an exercise may take, never.
std::shared_ptr<Run> exercise_run(const Settings& settings);

/// The same for the same student and round, everywhere. Students' names that differ in case or spaces
/// alone are the same. Throws Error, with file and line, where it cannot be drawn.
Drawn draw(const Lesson& lesson, const Exercise& exercise, std::string_view student, int round);

/// What is said of an answer.
struct Mark {
  bool right = false;
  Prose feedback;
  std::string unread = {};  // why it could not be read as an answer at all; then it does not count
};
Mark mark(const Drawn& drawn, std::string_view answer);

/// Do both say the same?
bool same_text(const Prose& a, const Prose& b);

/// Text of the interface as prose.
Prose said(const std::string& markdown);

}  // namespace headwise
