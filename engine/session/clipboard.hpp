#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/session/session.hpp"

namespace headwise {

/// The most numbers that are copied at once; files take more.
inline constexpr std::int64_t most_copied = std::int64_t{1} << 20;

/// What a spreadsheet or np.loadtxt reads: a number to a cell, as few digits as give the same float32,
/// tabs between columns, a line to a row.
struct Copied {
  std::string text;
  std::string what;  // `scores[head 0, "bank", "river"] = 0.25`, `8 x 8 numbers of scores`
};

/// `cell`: the cursor's; `slice`: the matrix that is shown around it; `tensor`: all of it, an empty line
/// between two matrices. Throws Error where there are no values, or too many.
Copied copied(const Session& session, std::string_view what);

/// Numbers in rows (tabs, commas or spaces between them; lines or semicolons between rows) set the cells from the
/// cursor on, to the right and down. Anything else becomes the sentence, unless it has tabs. Throws Error
/// where the cells are not there or cannot be set.
void paste(Session& session, std::string_view text);

}  // namespace headwise
