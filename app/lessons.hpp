#pragma once
#include "engine/lesson/lessons.hpp"

namespace headwise {

/// The lessons that are part of the program.
Lessons all_lessons();

}  // namespace headwise
