#include "app/commands/lesson_files.hpp"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "app/lessons.hpp"
#include "engine/io/file.hpp"
#include "engine/tensor/error.hpp"

namespace headwise {

namespace {

constexpr std::int64_t read_limit = std::int64_t{16} << 20;  // what a lesson may take, its reader says

}  // namespace

Lesson read_lesson(const std::string& file) { return parse_lesson(file, read_file(file, read_limit)); }

Lessons lessons_in(const std::string& folder, bool skip_faulty) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    std::error_code ignored;  // of a link to nothing, as editors make them
    if (is_lesson_file(entry.path().string()) && entry.is_regular_file(ignored)) files.push_back(entry.path());
  }
  if (error && !skip_faulty) throw Error(folder + ": " + error.message());
  std::sort(files.begin(), files.end());
  Lessons all;
  for (const std::filesystem::path& file : files) {
    try {
      all.add(read_lesson(file.string()));
    } catch (const Error&) {
      if (!skip_faulty) throw;
    }
  }
  return all;
}

Lessons with_all_lessons(Lessons own) {
  const Lessons shipped = all_lessons();
  for (const Lesson& lesson : shipped.all()) {
    if (!own.find(lesson.name)) own.add(lesson);
  }
  return own;
}

}  // namespace headwise
