#pragma once
#include <string>

#include "engine/lesson/lessons.hpp"

namespace headwise {

/// An Error names the file and the line.
Lesson read_lesson(const std::string& file);

/// A folder's lessons: its files with names that lessons can have, which README.md is not. With
/// `skip_faulty`, those of them that can be read, else an Error for the first that cannot.
Lessons lessons_in(const std::string& folder, bool skip_faulty = false);

/// These, and the program's others.
Lessons with_all_lessons(Lessons own);

}  // namespace headwise
