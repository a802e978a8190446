#include "support.hpp"

#include "engine/lesson/html.hpp"

namespace headwise::test {

std::string html_of(const Lesson& lesson) {
  Lessons lessons;
  lessons.add(lesson);
  Session session;
  perform(session, lessons, "set lesson=" + lesson.name);
  REQUIRE(session.problem() == "");
  const auto open = lessons.open(session);
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

}  // namespace headwise::test
