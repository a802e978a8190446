#include "support.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/lesson/html.hpp"

namespace headwise::test {

std::string html_of(const Lesson& lesson) {
  Course course;
  course.lessons().add(lesson);
  Session session;
  course.perform(session, "set lesson=" + lesson.name);
  REQUIRE(session.problem() == "");
  const auto open = course.open(session);
  REQUIRE(open);
  return to_html(*open);
}

std::string html_of(const std::string& body) { return html_of(lesson_of(body)); }

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

const Lessons& every_lesson() {
  static const Lessons lessons = [] {
    std::vector<std::filesystem::path> files;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(HEADWISE_SOURCE_DIR) + "/lessons")) {
      if (entry.path().extension() == ".md") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    Lessons all;
    for (const auto& file : files) {
      std::ostringstream text;
      text << std::ifstream(file, std::ios::binary).rdbuf();
      all.add(parse_lesson("lessons/" + file.filename().string(), text.str()));
    }
    return all;
  }();
  return lessons;
}

}  // namespace headwise::test
