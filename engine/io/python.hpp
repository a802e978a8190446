#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
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

/// Text that grows. (The standard library's streams bring 60 kB of locales into the page.)
class CodeText {
 public:
  CodeText& operator<<(std::string_view text) {
    text_ += text;
    return *this;
  }
  CodeText& operator<<(char c) {
    text_ += c;
    return *this;
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

/// Text as lines of a comment, broken between words.
void write_comment(CodeText& out, std::string_view text);

/// Row-major values as nested lists whose first bracket stands at column `indent`, a row of the
/// last axis a line. Minus infinity is `-inf`.
void write_lists(CodeText& out, const Axes& axes, const std::vector<float>& values,
                 std::size_t indent);

}  // namespace headwise
