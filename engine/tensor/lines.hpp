#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace headwise {

/// Without the spaces and line ends around it.
std::string_view trimmed(std::string_view text);

/// Cuts the first line off.
std::string_view take_line(std::string_view& rest);

/// The parts between `separator`, trimmed; text without one is a single part.
std::vector<std::string> cut_at(std::string_view text, std::string_view separator);

/// Every `what` replaced.
std::string replaced(std::string text, std::string_view what, std::string_view by);

}  // namespace headwise
