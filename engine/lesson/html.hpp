#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "engine/lesson/course.hpp"

namespace headwise {

/// A lesson's page as HTML: everything escaped, no script, no style; classes start with `lesson-`.
/// What acts carries its command for Course::perform() in `data-command`; the `href` beside it opens
/// the same view in a page of its own. Of a form, it is the command's beginning: the value of the
/// field `answer` follows.
std::string to_html(const OpenPage& page);

/// An exercise; `prose` renders text. Fields and feedback have ids: `answer-ID`, `feedback-ID`.
std::string exercise_html(const OpenExercise& exercise, const std::function<std::string(const Prose&)>& prose);

/// Text as it must stand in HTML, attributes included.
std::string escape_html(std::string_view text);

}  // namespace headwise
