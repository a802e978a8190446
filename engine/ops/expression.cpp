#include "engine/ops/expression.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "engine/tensor/print.hpp"

namespace headwise {

struct Expression::Node {
  Kind kind = Kind::constant;
  double value = 0;
  std::string note;
  Cell cell;
  std::vector<Expression> terms;
  std::int64_t count = 0;
  std::function<Expression(std::int64_t)> make;
  mutable std::optional<double> evaluated;  // of a named part
};

Expression Expression::constant(double value, std::string note) {
  auto node = std::make_shared<Node>();
  node->value = value;
  node->note = std::move(note);
  return Expression(std::move(node));
}

Expression Expression::cell(Cell cell, float value) {
  auto node = std::make_shared<Node>();
  node->kind = Kind::cell;
  node->value = static_cast<double>(value);
  node->cell = std::move(cell);
  return Expression(std::move(node));
}

Expression Expression::named(std::string name, Expression part) {
  auto node = std::make_shared<Node>();
  node->kind = Kind::named;
  node->note = std::move(name);
  node->terms.push_back(std::move(part));
  node->count = 1;
  return Expression(std::move(node));
}

Expression Expression::of(Kind kind, std::vector<Expression> terms) {
  auto node = std::make_shared<Node>();
  node->kind = kind;
  node->count = static_cast<std::int64_t>(terms.size());
  node->terms = std::move(terms);
  return Expression(std::move(node));
}

Expression Expression::of(Kind kind, std::int64_t count, std::function<Expression(std::int64_t)> term) {
  auto node = std::make_shared<Node>();
  node->kind = kind;
  node->count = count;
  node->make = std::move(term);
  return Expression(std::move(node));
}

Expression::Kind Expression::kind() const { return node_->kind; }
const std::string& Expression::note() const { return node_->note; }
const Cell& Expression::cell() const { return node_->cell; }
std::int64_t Expression::count() const { return node_->count; }

Expression Expression::term(std::int64_t i) const {
  return node_->make ? node_->make(i) : node_->terms.at(static_cast<std::size_t>(i));
}

double Expression::evaluate() const {
  const auto arg = [this](std::int64_t i) { return term(i).evaluate(); };
  switch (node_->kind) {
    case Kind::constant:
    case Kind::cell: return node_->value;
    case Kind::named:
      if (!node_->evaluated) node_->evaluated = arg(0);
      return *node_->evaluated;
    case Kind::sum: {
      double total = 0;
      for (std::int64_t i = 0; i < count(); ++i) total += arg(i);
      return total;
    }
    case Kind::product: {
      double total = 1;
      for (std::int64_t i = 0; i < count(); ++i) total *= arg(i);
      return total;
    }
    case Kind::maximum: {
      double largest = -std::numeric_limits<double>::infinity();
      for (std::int64_t i = 0; i < count(); ++i) largest = std::max(largest, arg(i));
      return largest;
    }
    case Kind::difference: return arg(0) - arg(1);
    case Kind::quotient: return arg(0) / arg(1);
    case Kind::power: return std::pow(arg(0), arg(1));
    case Kind::exponential: return std::exp(arg(0));
    case Kind::square_root: return std::sqrt(arg(0));
    case Kind::sine: return std::sin(arg(0));
    case Kind::cosine: return std::cos(arg(0));
    case Kind::tangent_h: return std::tanh(arg(0));
    case Kind::error_function: return std::erf(arg(0));
    case Kind::choice: return arg(0) != 0 ? arg(1) : arg(2);
    case Kind::lookup: return arg(1);
  }
  return 0;
}

namespace {

using Kind = Expression::Kind;

void visit_leaves(const Expression& at, std::vector<std::string>& seen,
                  const std::function<void(const Cell&, double)>& visit) {
  if (at.kind() == Kind::cell) {
    visit(at.cell(), at.evaluate());
    return;
  }
  if (at.kind() == Kind::named) {
    if (std::find(seen.begin(), seen.end(), at.note()) != seen.end()) return;
    seen.push_back(at.note());
  }
  for (std::int64_t i = 0; i < at.count(); ++i) visit_leaves(at.term(i), seen, visit);
}

/// How tightly an expression binds when printed.
int precedence(const Expression& e) {
  switch (e.kind()) {
    case Kind::sum: return e.count() == 1 ? precedence(e.term(0)) : 1;
    case Kind::difference: return 1;
    case Kind::product: return e.count() == 1 ? precedence(e.term(0)) : 2;
    case Kind::quotient: return 2;
    case Kind::power: return 3;
    case Kind::constant:
    case Kind::cell:
    case Kind::named: return std::signbit(e.evaluate()) && e.evaluate() != 0 ? 0 : 4;
    default: return 4;
  }
}

class Printer {
 public:
  explicit Printer(std::int64_t terms) : limit_(std::max<std::int64_t>(terms, 2)) {}

  void top(const Expression& e) {
    any(e);
    for (std::size_t i = 0; i < named_.size(); ++i) {
      const Expression part = named_[i];
      text("\nwhere " + part.note() + " = ");
      any(part.term(0));
      text(" = " + print_number(part.evaluate()));
    }
  }

  std::vector<Span> spans;

 private:
  void text(std::string t) {
    if (!spans.empty() && !spans.back().cell && spans.back().note.empty()) {
      spans.back().text += t;
    } else {
      spans.push_back({std::move(t), std::nullopt, {}});
    }
  }

  void wrapped(const Expression& e, int outer) {
    if (precedence(e) > outer) return any(e);
    text("(");
    any(e);
    text(")");
  }

  void list(const Expression& e, const char* separator, int outer) {
    const std::int64_t n = e.count();
    const bool cut = n > limit_ + 1;
    for (std::int64_t i = 0; i < n; ++i) {
      if (i > 0) text(separator);
      if (cut && i == limit_ - 1) {
        text("\u2026 " + print_count(n - limit_) + " more");
        text(separator);
        i = n - 1;
      }
      wrapped(e.term(i), i == 0 && outer == 0 ? -1 : outer);
    }
  }

  void function(const char* name, const Expression& e) {
    text(std::string(name) + "(");
    list(e, ", ", -1);
    text(")");
  }

  void any(const Expression& e) {
    switch (e.kind()) {
      case Kind::constant: spans.push_back({print_number(e.evaluate()), std::nullopt, e.note()}); break;
      case Kind::cell: spans.push_back({print_number(e.evaluate()), e.cell(), {}}); break;
      case Kind::named: {
        const auto same = [&e](const Expression& other) { return other.note() == e.note(); };
        if (std::none_of(named_.begin(), named_.end(), same)) named_.push_back(e);
        spans.push_back({print_number(e.evaluate()), std::nullopt, e.note()});
        break;
      }
      case Kind::sum: list(e, " + ", 0); break;
      case Kind::product: list(e, "*", 2); break;
      case Kind::difference:
        wrapped(e.term(0), -1);
        text(" - ");
        wrapped(e.term(1), 1);
        break;
      case Kind::quotient:
        wrapped(e.term(0), 2);
        text(" / ");
        wrapped(e.term(1), 2);
        break;
      case Kind::power:
        wrapped(e.term(0), 3);
        text("^");
        wrapped(e.term(1), 3);
        break;
      case Kind::maximum: function("max", e); break;
      case Kind::exponential: function("exp", e); break;
      case Kind::square_root: function("\u221a", e); break;
      case Kind::sine: function("sin", e); break;
      case Kind::cosine: function("cos", e); break;
      case Kind::tangent_h: function("tanh", e); break;
      case Kind::error_function: function("erf", e); break;
      case Kind::lookup:
        any(e.term(1));
        text(" (by ");
        any(e.term(0));
        text(")");
        break;
      case Kind::choice:
        any(e.term(e.term(0).evaluate() != 0 ? 1 : 2));
        text(", because ");
        any(e.term(0));
        break;
    }
  }

  std::int64_t limit_;
  std::vector<Expression> named_;
};

}  // namespace

void Expression::for_each_leaf(const std::function<void(const Cell&, double)>& visit) const {
  std::vector<std::string> seen;
  visit_leaves(*this, seen, visit);
}

std::vector<Span> print(const Expression& expression, std::int64_t terms) {
  Printer printer(terms);
  printer.top(expression);
  return printer.spans;
}

std::string plain_text(const std::vector<Span>& spans) {
  std::string text;
  for (const Span& span : spans) text += span.text;
  return text;
}

}  // namespace headwise
