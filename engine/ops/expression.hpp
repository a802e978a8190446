#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/tensor/tensor.hpp"

namespace headwise {

/// A cell of a tensor of the trace: the node's position in the graph, and the index in it.
struct Cell {
  std::size_t node = 0;
  Index index;

  bool operator==(const Cell&) const = default;
};

/// How a value came about: a small tree whose leaves are cells (with the value they hold) and
/// constants. Sums and maxima make their terms when asked, so that explaining one cell of a row of
/// 4,096 terms costs only the terms that are looked at.
class Expression {
 public:
  enum class Kind {
    constant, cell, named,                              // leaves; a shared part with a name
    sum, product, difference, quotient, power, maximum, // of terms
    exponential, square_root, sine, cosine, tangent_h, error_function,  // of one term
    choice,                                             // term 0 != 0 ? term 1 : term 2
    lookup                                              // term 1, which term 0 picked
  };

  static Expression constant(double value, std::string note = {});
  static Expression cell(Cell cell, float value);
  /// `part` under a short name: evaluated once, and printed as its value with a "where" line.
  static Expression named(std::string name, Expression part);
  static Expression of(Kind kind, std::vector<Expression> terms);
  static Expression of(Kind kind, std::int64_t count, std::function<Expression(std::int64_t)> term);

  Kind kind() const;
  /// Why a constant is what it is, or the name of a named part.
  const std::string& note() const;
  /// The cell of a leaf.
  const Cell& cell() const;
  std::int64_t count() const;
  Expression term(std::int64_t i) const;
  /// In double precision; a leaf gives the value its cell holds.
  double evaluate() const;
  /// Every leaf cell, with its value, in order (shared parts once).
  void for_each_leaf(const std::function<void(const Cell&, double)>& visit) const;

 private:
  struct Node;
  explicit Expression(std::shared_ptr<const Node> node) : node_(std::move(node)) {}
  std::shared_ptr<const Node> node_;
};

/// A run of text in a printed expression; `cell` where it is the value of one.
struct Span {
  std::string text;
  std::optional<Cell> cell;
  std::string note;
};

/// The expression with its numbers: `0.31*0.12 + (-0.4)*0.55 + ... `. Long sums show `terms` of
/// their terms: the first ones, how many were left out, and the last. Shared parts follow as "where"
/// lines.
std::vector<Span> print(const Expression& expression, std::int64_t terms);
std::string plain_text(const std::vector<Span>& spans);

}  // namespace headwise
