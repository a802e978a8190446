// Printed explanations can be typed into a calculator: a small one, written for this test alone,
// reads the text back and must come to the same value.
#include "engine/ops/expression.hpp"

#include <cmath>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

#include "engine/tensor/print.hpp"
#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;
using K = Expression::Kind;

namespace {

constexpr const char* infinity_sign = "\u221e";

/// sum: product ((+|-) product)*;  product: power ((*|/) power)*;  power: atom (^ atom)?;
/// atom: number | (sum) | name(sum, ...). A minus sign belongs to a number only.
class Calculator {
 public:
  explicit Calculator(std::string_view text) : text_(text) {}

  double value() {
    const double result = sum();
    if (!text_.empty()) throw std::runtime_error("rest: " + std::string(text_));
    return result;
  }

 private:
  bool eat(std::string_view what) {
    if (text_.substr(0, what.size()) != what) return false;
    text_.remove_prefix(what.size());
    return true;
  }
  void need(std::string_view what) {
    if (!eat(what))
      throw std::runtime_error("no " + std::string(what) + " at " + std::string(text_));
  }
  double sum() {
    double total = product();
    while (true) {
      if (eat(" + ")) {
        total += product();
      } else if (eat(" - ")) {
        total -= product();
      } else {
        return total;
      }
    }
  }
  double product() {
    double total = power();
    while (true) {
      if (eat("*")) {
        total *= power();
      } else if (eat(" / ")) {
        total /= power();
      } else {
        return total;
      }
    }
  }
  double power() {
    const double base = atom();
    return eat("^") ? std::pow(base, atom()) : base;
  }
  double call(double (*function)(double)) {
    const double argument = sum();
    need(")");
    return function(argument);
  }
  double atom() {
    if (eat("(")) {
      const double inner = sum();
      need(")");
      return inner;
    }
    if (eat("exp(")) return call([](double x) { return std::exp(x); });
    if (eat("sin(")) return call([](double x) { return std::sin(x); });
    if (eat("cos(")) return call([](double x) { return std::cos(x); });
    if (eat("\u221a(")) return call([](double x) { return std::sqrt(x); });
    if (eat("max(")) {
      double most = sum();
      while (eat(", ")) most = std::max(most, sum());
      need(")");
      return most;
    }
    if (eat("-" + std::string(infinity_sign))) return -static_cast<double>(infinity);
    const std::string rest(text_);
    char* end = nullptr;
    const double number = std::strtod(rest.c_str(), &end);
    if (end == rest.c_str()) throw std::runtime_error("no number at " + rest);
    text_.remove_prefix(static_cast<std::size_t>(end - rest.c_str()));
    return number;
  }

  std::string_view text_;
};

/// The value of a printed explanation's first line, without a choice's reason.
double calculate(const std::string& printed) {
  std::string line = printed.substr(0, printed.find('\n'));
  line = line.substr(0, line.find(", because "));
  return Calculator(line).value();
}

std::string text(const Expression& e, std::int64_t terms = 1000000) {
  return plain_text(print(e, terms));
}

Expression number(double value) { return Expression::constant(value); }

/// How much the value may move when every leaf moves by its printed rounding: by trying it.
double slack(const Expression& e) {
  double sum = 0;
  e.for_each_leaf([&](const Cell&, double value) { sum += 1e-3 * (1 + std::fabs(value)); });
  return sum;
}

/// A random tree of small numbers, where rounding to three decimals changes nothing.
Expression tree(Random& random, int depth) {
  if (depth == 0) return number(static_cast<double>(random.range(-3000, 3000)) / 1000);
  const auto part = [&] { return tree(random, depth - 1); };
  switch (random.below(8)) {
    case 0:
      return Expression::of(K::sum, {part(), part(), part()});
    case 1:
      return Expression::of(K::product, {part(), part()});
    case 2:
      return Expression::of(K::difference, {part(), part()});
    case 3:
      return Expression::of(K::quotient, {part(), part()});
    case 4:
      return Expression::of(K::maximum, {part(), part()});
    case 5:
      return Expression::of(K::sum, {part()});
    case 6:
      return Expression::of(K::power, {part(), number(2)});
    default:
      return Expression::of(K::cosine, {part()});
  }
}

}  // namespace

TEST_CASE("printed forms") {
  CHECK(text(Expression::of(K::sum, {number(-0.31), number(-0.4), number(2)})) ==
        "-0.310 + (-0.400) + 2.000");
  CHECK(text(Expression::of(K::sum, {Expression::of(K::product, {number(0.31), number(0.12)}),
                                     Expression::of(K::product, {number(-0.4), number(0.55)})})) ==
        "0.310*0.120 + (-0.400)*0.550");
  CHECK(text(Expression::of(K::difference, {number(-1), number(-2)})) == "-1.000 - (-2.000)");
  CHECK(text(Expression::of(K::product, {Expression::of(K::sum, {number(1), number(2)}),
                                         number(3)})) == "(1.000 + 2.000)*3.000");
  CHECK(text(Expression::of(K::quotient,
                            {number(1), Expression::of(K::product, {number(2), number(3)})})) ==
        "1.000 / (2.000*3.000)");
  CHECK(text(Expression::of(K::power, {number(-2), number(2)})) == "(-2.000)^2.000");
  CHECK(text(Expression::of(K::choice, {number(0), number(5), Expression::constant(-1, "x")})) ==
        "-1.000, because 0.000");
}

TEST_CASE("a sum of one term is printed, and bracketed, like that term") {
  const auto only = [](Expression e) { return Expression::of(K::sum, {std::move(e)}); };
  CHECK(text(Expression::of(K::power, {only(number(-2)), number(2)})) == "(-2.000)^2.000");
  const Expression product = Expression::of(K::product, {number(2), number(4)});
  CHECK(text(Expression::of(K::quotient, {number(1), only(product)})) == "1.000 / (2.000*4.000)");
}

TEST_CASE("random trees read back to their value") {
  for (int i = 0; i < samples(3000, 30000); ++i) {
    Random random(6000 + static_cast<std::uint64_t>(i));
    const Expression e = tree(random, static_cast<int>(random.range(1, 4)));
    const double value = e.evaluate();
    const std::string printed = text(e);
    INFO(printed);
    const double back = calculate(printed);
    CHECK((back == doctest::Approx(value).epsilon(1e-9) || !std::isfinite(value)));
  }
}

TEST_CASE("explanations of cells read back to their value") {
  for (int i = 0; i < samples(20, 200); ++i) {
    Random random(6500 + static_cast<std::uint64_t>(i));
    const Settings settings = random_settings(random);
    const Trace trace = run(settings);
    for (std::size_t at = 0; at < trace.graph().nodes().size(); ++at) {
      for (int turn = 0; turn < 5; ++turn) {
        const Cell cell{at, random.cell(trace.graph()[at].axes())};
        const Expression e = trace.explain(cell);
        const std::string printed = text(e);
        INFO(trace.cell_name(cell) << " = " << printed);
        double back = 0;
        REQUIRE_NOTHROW(back = calculate(printed));
        const double value = e.evaluate();
        const double room = 2e-3 * (1 + std::fabs(value)) + 3 * slack(e);
        CHECK((back == value || std::fabs(back - value) <= room));
      }
    }
  }
}

TEST_CASE("long sums say how many terms they leave out") {
  for (std::int64_t n = 1; n < 40; ++n) {
    for (const std::int64_t shown : {2, 3, 8}) {
      std::int64_t made = 0;
      const Expression e = Expression::of(K::sum, n, [&made](std::int64_t i) {
        ++made;
        return number(static_cast<double>(i));
      });
      const std::string printed = text(e, shown);
      INFO(printed);
      std::int64_t left_out = 0;
      if (const auto more = printed.find("\u2026 "); more != printed.npos) {
        left_out = std::atoll(printed.c_str() + more + std::string_view("\u2026 ").size());
        CHECK(printed.find(" more + ") != printed.npos);
        CHECK(left_out > 1);
      }
      std::int64_t pluses = 0;
      for (auto p = printed.find(" + "); p != printed.npos; p = printed.find(" + ", p + 1))
        ++pluses;
      CHECK(pluses + 1 - (left_out > 0 ? 1 : 0) + left_out == n);
      CHECK(made <= shown + 2);  // what is not shown is not made
      CHECK(printed.substr(0, 5) == "0.000");
      CHECK(printed.size() >= print_number(static_cast<double>(n - 1)).size());
      CHECK(printed.rfind(print_number(static_cast<double>(n - 1))) ==
            printed.size() - print_number(static_cast<double>(n - 1)).size());
    }
  }
}

TEST_CASE("shared parts are computed once and printed once, on a line of their own") {
  int computed = 0;
  const Expression part =
      Expression::named("the largest", Expression::of(K::maximum, 3, [&computed](std::int64_t i) {
                          ++computed;
                          return number(static_cast<double>(i));
                        }));
  const Expression e = Expression::of(K::sum, {part, part, part});
  CHECK(e.evaluate() == 6);
  CHECK(computed == 3);
  CHECK(text(e) == "2.000 + 2.000 + 2.000\nwhere the largest = max(0.000, 1.000, 2.000) = 2.000");
}

TEST_CASE("spans of cells carry the cell, and leaves come with their values") {
  const Expression e = Expression::of(
      K::product, {Expression::cell({3, {1, 2}}, 0.5F), Expression::constant(4, "why")});
  const std::vector<Span> spans = print(e, 10);
  REQUIRE(spans.size() == 3);
  CHECK(spans[0].cell == Cell{3, {1, 2}});
  CHECK(spans[1].text == "*");
  CHECK(spans[2].note == "why");
  int leaves = 0;
  e.for_each_leaf([&](const Cell& cell, double value) {
    ++leaves;
    CHECK(cell == Cell{3, {1, 2}});
    CHECK(value == 0.5);
  });
  CHECK(leaves == 1);
}
