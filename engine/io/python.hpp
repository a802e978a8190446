#pragma once
#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "engine/io/export_code.hpp"

namespace headwise {

/// What the two languages write differently.
struct PythonDialect {
  std::string_view name;
  std::string_view start;  // imports
  std::string_view array;  // a function of nested lists, and check()
  std::string_view load;   // a function that reads from the npz file
  std::string (Op::*line)(const Signature&) const;
};
const PythonDialect& python_dialect(CodeLanguage language);

/// Text as lines of a comment, broken between words.
void write_comment(std::ostream& out, std::string_view text);

/// Row-major values as nested lists whose first bracket stands at column `indent`, a row of the
/// last axis a line. Minus infinity is `-inf`.
void write_lists(std::ostream& out, const Axes& axes, const std::vector<float>& values,
                 std::size_t indent);

}  // namespace headwise
