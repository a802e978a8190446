#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/lesson/exercise.hpp"
#include "engine/session/session.hpp"

namespace headwise {

/// How an answer is given.
enum class AnswerBy {
  typing,     // in a field
  choosing,   // one of the options: its number, from 1
  ordering,   // the numbers of the options in their order, `2,1,3`
  simulator   // what the simulator shows: the kind reads it
};

/// A kind of exercise. Adding one is a row of a table: numbers in numbers.cpp, options in options.cpp,
/// the simulator's in places.cpp.
///
///   number  `answer` a calculation, `within` how far off it may be (0 for whole numbers, else 0.005), `unit`
///   shape   `answer` the sizes, separated by commas, or shape(NODE)
///           of both `wrong: CALCULATION => feedback`, or `CALCULATION with KEY=VALUE&... => feedback`
///   choose  `right: text => why`, and `wrong: text => why not` for each other option
///   order   `items: first | second | third` as they should be; `wrong: 3 before 2 => feedback`
///   find    `answer: NODE I, J, ...`, a cell, its indices calculations; `wrong` likewise `=> feedback`
///   reach   `answer` a calculation that is to come true, `may_change` the keys that may be changed,
///           `solution: KEY=VALUE&...` one way there; `wrong: KEY=VALUE&... => feedback`
///   repair  the same, where `state` is broken
struct ExerciseKind {
  std::string_view name;
  std::string_view task;  // `Compute`: what stands above it
  AnswerBy by;
  std::span<const std::string_view> needs;  // keys besides kind and ask
  std::span<const std::string_view> takes;
  /// Reads the lines, `$names` replaced, into what the kind needs; throws Error.
  void (*read)(Drawn&, const std::vector<Exercise::Line>&);
  Mark (*mark)(const Drawn&, std::string_view answer);
  /// By simulator: the answer that the session's state is, or an Error that says why it is none.
  std::string (*answer_of)(const Drawn&, const Session&) = nullptr;
  bool is_noticed = false;  // by simulator: right without a word, once the state is
  /// An answer as people write it, where that is not how it is kept.
  std::string (*print)(std::string_view answer) = nullptr;
};

const ExerciseKind* find_kind(std::string_view name);
std::string kind_names();

/// `text => feedback`, cut apart; an Error without an arrow.
std::pair<std::string, std::string> cut_at_arrow(const Exercise::Line& line);
/// `CALCULATION with KEY=VALUE&...`: results under the drawn settings with these on top.
std::vector<double> results(const Drawn& drawn, std::string_view text);

std::span<const ExerciseKind> number_kinds();
std::span<const ExerciseKind> option_kinds();
std::span<const ExerciseKind> place_kinds();

}  // namespace headwise
