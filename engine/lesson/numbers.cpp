#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "engine/lesson/calculation.hpp"
#include "engine/lesson/kinds.hpp"
#include "engine/tensor/lines.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

constexpr double usual_tolerance = 0.005;

bool is_figure(char c) { return c >= '0' && c <= '9'; }

/// Thousands' commas taken out; a comma that is none is an Error.
std::string without_separators(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != ',') {
      out += text[i];
      continue;
    }
    const auto digits_from = [&](std::size_t at) {
      std::size_t n = 0;
      while (at + n < text.size() && is_figure(text[at + n])) ++n;
      return n;
    };
    if (i == 0 || !is_figure(text[i - 1]) || digits_from(i + 1) != 3) {
      throw Error("Write decimals with a point, like 0.25; a comma separates thousands, like 2,048.");
    }
  }
  return out;
}

/// What someone typed: a number, or a sum to be worked out.
double read_number(std::string_view given) {
  std::string text = replaced(std::string(given), "\u2212", "-");
  text = replaced(replaced(replaced(std::move(text), "\u00d7", "*"), "\u00b7", "*"), "\u00f7", "/");
  text = without_separators(text);
  bool percent = false;
  while (!text.empty() && (text.back() == ' ' || text.back() == '%')) {
    percent = percent || text.back() == '%';
    text.pop_back();
  }
  if (text.empty()) throw Error("Type a number first.");
  if (text.size() > 200) throw Error("That is too long for a number.");
  try {
    const double value = calculate(text, {});
    if (!std::isfinite(value)) throw Error("not finite");
    return percent ? value / 100 : value;
  } catch (const Error&) {
    throw Error("'" + print_text(given) + "' cannot be read as a number. A sum such as 4*8*8 is fine too.");
  }
}

std::string all_digits(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.15g", value);
  return text;
}

bool close(double a, double b, double within) { return std::abs(a - b) <= within * (1 + 1e-9); }

void read_number_kind(Drawn& drawn, const std::vector<Exercise::Line>& lines) {
  double answer = 0;
  bool given = false;
  for (const Exercise::Line& line : lines) {
    if (line.key == "answer") answer = results(drawn, line.text).at(0);
    if (line.key == "unit") drawn.unit = line.text;
    if (line.key == "within") {
      drawn.within = calculate(line.text, {});
      given = true;
    }
  }
  if (!std::isfinite(answer)) throw Error(drawn.exercise.file + ":" + std::to_string(drawn.exercise.line) + ": the answer is not a finite number");
  if (!given) drawn.within = answer == std::floor(answer) ? 0 : usual_tolerance;
  drawn.label = drawn.within > 0 ? "Number, within " + print_number(drawn.within, drawn.within < 0.001 ? 5 : 3) : "Whole number";
  drawn.answer = all_digits(answer);
  for (const Exercise::Line& line : lines) {
    if (line.key != "wrong") continue;
    const auto [text, feedback] = cut_at_arrow(line);
    drawn.wrong.push_back({all_digits(results(drawn, text).at(0)), said(feedback)});
  }
}

std::string print_number_kind(std::string_view answer) { return print_result(std::strtod(std::string(answer).c_str(), nullptr)); }

/// What a wrong number may come from, whatever the exercise.
std::string guess(double given, double right, double within) {
  if (close(given, -right, within)) return "The size is right, the sign is not.";
  if (within > 0 && close(given, right, 4 * within)) return "Very close. Keep more decimals until the last step.";
  for (const double factor : {100.0, 1000.0, 1e6, 1e9, 10.0}) {
    for (const double f : {factor, 1 / factor}) {
      if (close(given, right * f, within * f) && right != 0) return "The digits are right; the point is in the wrong place.";
    }
  }
  for (const double factor : {1024.0, 1048576.0, 1073741824.0, 1.024, 1.048576, 1.073741824}) {
    for (const double f : {factor, 1 / factor}) {
      if (close(given, right * f, std::abs(right * f) * 1e-3) && right != 0) return "Mind the unit: you are off by a power of 1,024, or took 1,000 for it.";
    }
  }
  if (right != 0 && close(given, right * 2, within * 2)) return "That is twice as much as it should be.";
  if (right != 0 && close(given, right / 2, within / 2)) return "That is half of what it should be.";
  return given < right ? "Too low." : "Too high.";
}

Mark mark_number(const Drawn& drawn, std::string_view answer) {
  const double given = read_number(answer);
  const double right = std::strtod(drawn.answer.c_str(), nullptr);
  if (close(given, right, drawn.within)) return {true, drawn.praise};
  // Mistakes are computed, so they may be named as exactly as the right answer.
  for (const Drawn::Wrong& wrong : drawn.wrong) {
    if (close(given, std::strtod(wrong.answer.c_str(), nullptr), drawn.within)) return {false, wrong.feedback};
  }
  return {false, said(guess(given, right, drawn.within))};
}

std::string sizes_text(const std::vector<double>& all) {
  std::string out;
  for (const double size : all) out += (out.empty() ? "" : ", ") + all_digits(size);
  return out;
}

void read_shape_kind(Drawn& drawn, const std::vector<Exercise::Line>& lines) {
  drawn.label = "Sizes, with commas";
  for (const Exercise::Line& line : lines) {
    if (line.key == "answer") drawn.answer = sizes_text(results(drawn, line.text));
    if (line.key != "wrong") continue;
    const auto [text, feedback] = cut_at_arrow(line);
    drawn.wrong.push_back({sizes_text(results(drawn, text)), said(feedback)});
  }
}

std::vector<std::string> read_sizes(std::string_view given) {
  std::string text(given);
  for (const std::string_view sign : {"\u00d7", "(", ")", "[", "]", ",", "x", "X", "*", ";"}) text = replaced(std::move(text), sign, " ");
  std::vector<std::string> all;
  for (std::size_t at = 0; (at = text.find_first_not_of(' ', at)) != text.npos;) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    all.push_back(text.substr(at, end - at));
    at = end;
    if (all.back().find_first_not_of("0123456789") != std::string::npos || all.back().size() > 12) {
      throw Error("'" + print_text(all.back()) + "' is not a size. Write whole numbers with commas: 1, 2, 8, 4.");
    }
  }
  if (all.empty()) throw Error("Type the sizes first, with commas: 1, 2, 8, 4.");
  return all;
}

Mark mark_shape(const Drawn& drawn, std::string_view answer) {
  std::vector<std::string> given = read_sizes(answer);
  const std::vector<std::string> right = read_sizes(drawn.answer);
  if (given == right) return {true, drawn.praise};
  for (const Drawn::Wrong& wrong : drawn.wrong) {
    if (given == read_sizes(wrong.answer)) return {false, wrong.feedback};
  }
  if (given.size() != right.size()) {
    return {false, said("You gave " + std::to_string(given.size()) + (given.size() == 1 ? " size" : " sizes") + "; this tensor has " +
                              std::to_string(right.size()) + " axes.")};
  }
  std::vector<std::string> sorted = right;
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::string> sorted_given = given;
  std::sort(sorted_given.begin(), sorted_given.end());
  if (sorted == sorted_given) return {false, said("The right sizes, in another order.")};
  const auto first = std::mismatch(given.begin(), given.end(), right.begin()).first - given.begin();
  return {false, said("Not yet: look at axis " + std::to_string(first) + " again (axes count from 0).")};
}

constexpr std::string_view answer_only[] = {"answer"};
constexpr std::string_view number_takes[] = {"wrong", "within", "unit", "praise"};
constexpr std::string_view shape_takes[] = {"wrong", "praise"};

constexpr ExerciseKind with_numbers[] = {
    {"number", "Compute", AnswerBy::typing, answer_only, number_takes, read_number_kind, mark_number,
     nullptr, false, print_number_kind},
    {"shape", "Predict the shape", AnswerBy::typing, answer_only, shape_takes, read_shape_kind, mark_shape},
};

}  // namespace

std::span<const ExerciseKind> number_kinds() { return with_numbers; }

}  // namespace headwise
