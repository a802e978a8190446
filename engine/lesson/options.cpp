#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "engine/lesson/kinds.hpp"
#include "engine/tensor/lines.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

/// `2,1,3`: each number from 1 to `count` at most once.
std::vector<std::size_t> read_numbers(std::string_view text, std::size_t count) {
  std::vector<std::size_t> all;
  for (const std::string& part : split_list(std::string(text))) {
    const bool plain = !part.empty() && part.size() < 4 && part.find_first_not_of("0123456789") == part.npos;
    const auto number = static_cast<std::size_t>(plain ? std::atoi(part.c_str()) : 0);
    if (number < 1 || number > count) throw Error("'" + print_text(part) + "' is none of the options 1 to " + std::to_string(count) + ".");
    if (std::count(all.begin(), all.end(), number) > 0) throw Error("Each option counts once.");
    all.push_back(number);
  }
  return all;
}

void read_choose(Drawn& drawn, const std::vector<Exercise::Line>& lines) {
  for (const Exercise::Line& line : lines) {
    if (line.key != "right" && line.key != "wrong") continue;
    auto [text, why] = cut_at_arrow(line);
    drawn.options.push_back(said(text));
    const std::string number = std::to_string(drawn.options.size());
    if (line.key == "right") {
      drawn.answer = number;
      drawn.praise = said(why);
    } else {
      drawn.wrong.push_back({number, said(why)});
    }
  }
}

Mark mark_choose(const Drawn& drawn, std::string_view answer) {
  if (answer.empty()) throw Error("Choose one first.");
  const std::vector<std::size_t> given = read_numbers(answer, drawn.options.size());
  if (given.size() != 1) throw Error("Choose one.");
  const std::string number = std::to_string(given[0]);
  if (number == drawn.answer) return {true, drawn.praise};
  for (const Drawn::Wrong& wrong : drawn.wrong) {
    if (number == wrong.answer) return {false, wrong.feedback};
  }
  return {false, said("Not yet.")};
}

std::string joined(const std::vector<std::size_t>& numbers) {
  std::string out;
  for (const std::size_t number : numbers) out += (out.empty() ? "" : ",") + std::to_string(number);
  return out;
}

struct Before {
  std::size_t first = 0;
  std::size_t second = 0;
};

/// `3 before 2`.
Before read_before(std::string_view text, std::size_t count) {
  const std::size_t word = text.find(" before ");
  if (word == text.npos) throw Error("must be like 3 before 2, by the right order's numbers");
  const auto one = [&](std::string_view part) { return read_numbers(part, count).at(0); };
  const Before pair{one(text.substr(0, word)), one(text.substr(word + 8))};
  if (pair.first <= pair.second) throw Error(std::string(text) + " is the right order");
  return pair;
}

void read_order(Drawn& drawn, const std::vector<Exercise::Line>& lines) {
  for (const Exercise::Line& line : lines) {
    if (line.key != "items") continue;
    for (const std::string& item : cut_at(line.text, " | ")) drawn.options.push_back(said(item));
  }
  const std::size_t count = drawn.options.size();
  if (count < 3 || count > 20) throw Error(drawn.exercise.file + ":" + std::to_string(drawn.exercise.line) + ": items: give 3 to 20, separated by ' | '");
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), 1);
  drawn.answer = joined(order);
  // A wrong answer is written as a pair; the one to mark is the right order with the first of it moved ahead.
  for (const Exercise::Line& line : lines) {
    if (line.key != "wrong") continue;
    const auto [text, feedback] = cut_at_arrow(line);
    const Before pair = read_before(text, count);
    std::vector<std::size_t> other = order;
    other.erase(other.begin() + static_cast<std::ptrdiff_t>(pair.first - 1));
    other.insert(other.begin() + static_cast<std::ptrdiff_t>(pair.second - 1), pair.first);
    drawn.wrong.push_back({joined(other), said(feedback)});
  }
}

Mark mark_order(const Drawn& drawn, std::string_view answer) {
  const std::vector<std::size_t> given = read_numbers(answer, drawn.options.size());
  if (given.size() != drawn.options.size()) throw Error("Every item has its place in the order.");
  if (joined(given) == drawn.answer) return {true, drawn.praise};
  const auto place = [&](std::size_t number) { return std::find(given.begin(), given.end(), number) - given.begin(); };
  std::size_t known = 0;
  for (const Exercise::Line& line : drawn.exercise.lines) {
    if (line.key != "wrong") continue;
    const Before pair = read_before(cut_at_arrow(line).first, drawn.options.size());
    if (place(pair.first) < place(pair.second)) return {false, drawn.wrong[known].feedback};
    ++known;
  }
  const auto first = static_cast<std::size_t>(std::mismatch(given.begin(), given.end(), read_numbers(drawn.answer, given.size()).begin()).first - given.begin());
  return {false, said(first == 0 ? "Not yet: something else comes first." : "The first " + std::to_string(first) + (first == 1 ? " is" : " are") + " right.")};
}

constexpr std::string_view choose_needs[] = {"right", "wrong"};
constexpr std::string_view order_needs[] = {"items"};
constexpr std::string_view order_takes[] = {"wrong", "praise"};

constexpr ExerciseKind with_options[] = {
    {"choose", "Choose", AnswerBy::choosing, choose_needs, {}, read_choose, mark_choose},
    {"order", "Put in order", AnswerBy::ordering, order_needs, order_takes, read_order, mark_order},
};

}  // namespace

std::span<const ExerciseKind> option_kinds() { return with_options; }

}  // namespace headwise
