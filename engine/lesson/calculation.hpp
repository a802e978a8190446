#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/session/run.hpp"

namespace headwise {

/// What a calculation may read.
struct Scene {
  const Run* run = nullptr;       // null: numbers alone
  std::function<void()> compute;  // makes the run's values, where they are not there yet
};
/// A run that is computed when a value is first asked for. It must outlive the scene.
Scene scene_of(Run& run);

/// Arithmetic over a run, as exercises and placeholders write it:
///
///     + - * / ^  < <= > >= = !=  and or not  ( )  sqrt exp log abs floor min(A,B) max(A,B)
///     value(NODE, I, ...)       a cell, with an index for each axis
///     sum, largest, smallest, where_largest(NODE, I, ...)
///                               of the row there (all indices but the last); where it is largest
///     size(NODE, AXIS)          an axis's size, the axis by its number; rank(NODE): how many axes
///     parameters, matmul_flops, other_flops, bytes(NODE), or () for all; of a weight, what it has
///     cache_bytes()             of keys and values at the setting dtype; cache_bytes_per_token()
///     setting(KEY)              a count or number; for `auto`, what it comes to
///     is(KEY, WORD)             is the setting that word, or has it in its list?
///
/// True is 1 and false 0. An Error says what is wrong, and where there is no such thing.
double calculate(std::string_view text, const Scene& scene);
/// Several, separated by commas; `shape(NODE)` stands for all sizes of a node.
std::vector<double> calculate_all(std::string_view text, const Scene& scene);

/// `2,359,296`, `0.25`: whole numbers as counts, others as a value is printed.
std::string print_result(double result);

}  // namespace headwise
