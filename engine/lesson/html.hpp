#pragma once
#include <string>
#include <string_view>

#include "engine/lesson/lessons.hpp"

namespace headwise {

/// A lesson's page as HTML: everything escaped, no script, no style; classes start with `lesson-`.
/// What acts carries its command for perform() in `data-command`; the `href` beside it opens the
/// same view in a page of its own.
std::string to_html(const OpenPage& page);

/// Text as it must stand in HTML, attributes included.
std::string escape_html(std::string_view text);

}  // namespace headwise
