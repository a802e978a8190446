#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/lesson/calculation.hpp"

namespace headwise {

/// What a function is given: words as they are written, and results.
struct Call {
  const Scene& scene;
  std::vector<std::string> words;
  std::vector<double> numbers;

  const Run& run() const;
  const Graph& graph() const;
  const Settings& settings() const;
  /// That the first word names, and its axes.
  std::size_t node() const;
  const Axes& axes() const;
  /// The number `i`, from 0 to size - 1.
  std::int64_t whole_number(std::size_t i, std::int64_t size) const;
  /// The numbers as indices along all axes but the last `missing`, and what the node has there.
  Index index(std::size_t missing) const;
  std::vector<float> read(std::size_t missing) const;
  double counted(Count::Kind kind) const;
  std::int64_t bytes_each() const;
};

/// What calculations may ask for (calculation.hpp). Adding a function is a row of the table in functions.cpp.
struct Function {
  std::string_view name;
  std::size_t least_words, most_words;  // before the numbers
  std::size_t least, most;              // numbers
  double (*of)(const Call&);
};
const Function* find_function(std::string_view name);

}  // namespace headwise
