#pragma once
#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "engine/lesson/lessons.hpp"
#include "engine/tensor/error.hpp"

namespace headwise::test {

inline const std::string header = "---\ntitle: T\nsummary: S\nminutes: 5\n---\n";

/// A lesson with one page around `body`; its first line is line 7.
inline Lesson lesson_of(const std::string& body) {
  return parse_lesson("t.md", header + "# Page\n" + body);
}

/// What parsing complains about; empty: nothing.
inline std::string complaint(std::string_view file, const std::string& text) {
  try {
    parse_lesson(file, text);
    return {};
  } catch (const Error& error) {
    return error.what();
  }
}

/// The page's HTML, opened in a new session.
std::string html_of(const Lesson& lesson);
std::string html_of(const std::string& body);

std::string repeated(std::string_view text, std::size_t times);

/// The lessons that are shipped, in their order.
const Lessons& every_lesson();

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != text.npos;
}

}  // namespace headwise::test
