#include "engine/lesson/calculation.hpp"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>

#include "engine/lesson/functions.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

constexpr int deepest_brackets = 64;
constexpr std::size_t longest_calculation = 2000;

class Calculator {
 public:
  Calculator(std::string_view text, const Scene& scene) : text_(text), scene_(scene) {
    if (text.size() > longest_calculation) fail("longer than " + std::to_string(longest_calculation) + " characters");
  }

  std::vector<double> all() {
    std::vector<double> results;
    do {
      if (const auto node = shape()) {
        for (const Axis& axis : scene_.run->trace.graph()[*node].axes()) results.push_back(static_cast<double>(axis.size));
      } else {
        results.push_back(either());
      }
    } while (take(","));
    if (!rest().empty()) fail("cannot be read from '" + print_text(rest(), 20) + "' on");
    return results;
  }

 private:
  [[noreturn]] void fail(const std::string& why) const { throw Error("'" + print_text(text_, 80) + "': " + why); }

  std::string_view rest() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
    return text_.substr(at_);
  }
  bool take(std::string_view sign) {
    if (!rest().starts_with(sign)) return false;
    at_ += sign.size();
    return true;
  }
  static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || c == '_'; }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  /// A name at the front, without taking it; ids of stages have slashes, and words of settings hyphens.
  std::string_view word(bool is_argument = false) {
    const std::string_view all = rest();
    std::size_t end = 0;
    const auto joins = [&](std::size_t at) { return is_argument && (all[at] == '/' || (all[at] == '-' && at + 1 < all.size() && is_letter(all[at + 1]))); };
    while (end < all.size() && (is_letter(all[end]) || (end > 0 && (is_digit(all[end]) || joins(end))))) ++end;
    return all.substr(0, end);
  }
  bool take_word(std::string_view wanted) {
    if (word() != wanted) return false;
    at_ += wanted.size();
    return true;
  }

  std::optional<std::size_t> shape() {
    if (!scene_.run || !take_word("shape")) return std::nullopt;
    Call call{scene_, {}, {}};
    arguments(call, 1);
    if (call.words.size() != 1 || !call.numbers.empty()) fail("shape takes a stage: shape(scores)");
    return call.node();
  }

  double either() {
    double left = both();
    while (take_word("or")) {
      const double right = both();
      left = left != 0 || right != 0 ? 1 : 0;
    }
    return left;
  }
  double both() {
    double left = negated();
    while (take_word("and")) {
      const double right = negated();
      left = left != 0 && right != 0 ? 1 : 0;
    }
    return left;
  }
  double negated() { return take_word("not") ? (deeper([&] { return negated(); }) == 0 ? 1 : 0) : compared(); }
  double compared() {
    const double left = added();
    if (take("<=")) return left <= added() ? 1 : 0;
    if (take(">=")) return left >= added() ? 1 : 0;
    if (take("!=")) return left != added() ? 1 : 0;
    if (take("<")) return left < added() ? 1 : 0;
    if (take(">")) return left > added() ? 1 : 0;
    if (take("=")) return left == added() ? 1 : 0;
    return left;
  }
  double added() {
    double left = multiplied();
    while (true) {
      if (take("+")) {
        left += multiplied();
      } else if (take("-")) {
        left -= multiplied();
      } else {
        return left;
      }
    }
  }
  double multiplied() {
    double left = signed_one();
    while (true) {
      if (take("*")) {
        left *= signed_one();
      } else if (take("/")) {
        left /= signed_one();
      } else {
        return left;
      }
    }
  }
  double signed_one() { return take("-") ? -deeper([&] { return signed_one(); }) : raised(); }
  double raised() {
    const double base = single();
    return take("^") ? std::pow(base, deeper([&] { return signed_one(); })) : base;
  }
  double single() {
    const std::string_view all = rest();
    if (all.empty()) fail("something is missing at its end");
    if (take("(")) {
      const double inside = deeper([&] { return either(); });
      if (!take(")")) fail("a bracket is not closed");
      return inside;
    }
    if (is_digit(all[0]) || all[0] == '.') return number();
    return call();
  }
  double number() {
    const std::string_view all = rest();
    std::size_t end = 0;
    while (end < all.size() && is_digit(all[end])) ++end;
    if (end < all.size() && all[end] == '.') ++end;
    while (end < all.size() && is_digit(all[end])) ++end;
    if (end + 1 < all.size() && (all[end] == 'e' || all[end] == 'E')) {
      const std::size_t sign = all[end + 1] == '-' || all[end + 1] == '+' ? 1 : 0;
      std::size_t power = end + 1 + sign;
      while (power < all.size() && is_digit(all[power])) ++power;
      if (power > end + 1 + sign) end = power;
    }
    const std::string digits(all.substr(0, end));
    if (digits == ".") fail("a point alone is not a number");
    at_ += end;
    return std::strtod(digits.c_str(), nullptr);
  }
  double call() {
    const std::string_view name = word();
    const Function* function = find_function(name);
    if (!function) fail("cannot be read from '" + print_text(rest(), 20) + "' on");
    at_ += name.size();
    Call call{scene_, {}, {}};
    arguments(call, function->most_words);
    if (call.words.size() < function->least_words || call.numbers.size() < function->least || call.numbers.size() > function->most) {
      fail(std::string(name) + " is given too few or too many things");
    }
    try {
      return function->of(call);
    } catch (const Error& error) {
      fail(error.what());
    }
  }
  void arguments(Call& call, std::size_t most_words) {
    if (!take("(")) fail("a function is followed by brackets");
    if (take(")")) return;
    do {
      const std::string_view name = word(true);
      if (call.words.size() < most_words && call.numbers.empty() && !name.empty()) {
        call.words.emplace_back(name);
        at_ += name.size();
      } else {
        call.numbers.push_back(deeper([&] { return either(); }));
      }
    } while (take(","));
    if (!take(")")) fail("a bracket is not closed");
  }

  template <typename Inner>
  double deeper(Inner inner) {
    if (++depth_ > deepest_brackets) fail("more than " + std::to_string(deepest_brackets) + " brackets within each other");
    const double result = inner();
    --depth_;
    return result;
  }

  std::string_view text_;
  const Scene& scene_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

Scene scene_of(Run& run) {
  return {&run, [&run] { run.trace.compute([] { return true; }); }};
}

double calculate(std::string_view text, const Scene& scene) {
  const std::vector<double> results = calculate_all(text, scene);
  if (results.size() != 1) throw Error("'" + print_text(text, 80) + "': one result is wanted here");
  return results[0];
}

std::vector<double> calculate_all(std::string_view text, const Scene& scene) { return Calculator(text, scene).all(); }

std::string print_result(double result) {
  if (std::abs(result) < 1e15 && result == std::floor(result)) return print_count(static_cast<std::int64_t>(result));
  return print_number(result);
}

}  // namespace headwise
