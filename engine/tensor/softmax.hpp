#pragma once
#include <cstdint>

namespace headwise {

/// Softmax of each row (rows, columns), in place: exp(value - the row's largest) over their sum.
/// Minus infinity gives exactly 0; so does every cell of a row of nothing else.
void softmax_rows(float* values, std::int64_t rows, std::int64_t columns);

}  // namespace headwise
