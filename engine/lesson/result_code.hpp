#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "engine/lesson/progress.hpp"

namespace headwise {

/// What a student hands in of one lesson: what was done, and what it was worth.
struct Result {
  std::string lesson;
  std::string student;
  std::string date;  // `2026-11-22`
  double points = 0;
  int exercises = 0;
  std::vector<Deed> deeds;  // of the lesson, pages included
};

/// A line of text that holds a result, to be pasted anywhere: `headwise-result?lesson=...&...&sum=1a2b3c4d`.
/// The check sum shows that nothing was lost or changed by accident; anyone can compute it, so it is no
/// proof of who did the work. The answers in the code can be marked again.
std::string result_code(const Result& result);
/// An Error where the code is damaged or is none.
Result parse_result_code(std::string_view code);
/// Every code in a text, as they stand there, without the spaces and line ends that mail programs put in.
std::vector<std::string> find_result_codes(std::string_view text);

}  // namespace headwise
