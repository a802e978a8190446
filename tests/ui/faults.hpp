#pragma once
#include <string>
#include <vector>

#include "ui/item_log.hpp"

namespace headwise {

/// What is wrong with the last frame, a line each: an id that two items share; a label that its item,
/// its window or a clip cuts, and a window with more in it than it shows, where it does not scroll
/// that way. Text is found in the triangles that were drawn, so that all of it is looked at; a cut that
/// goes just between two letters leaves no trace there.
std::vector<std::string> faults(const ItemLog& log);

/// Does a tooltip of the last frame say these words? Spaces and ends of lines do not count.
bool a_tooltip_says(std::string words);

}  // namespace headwise
