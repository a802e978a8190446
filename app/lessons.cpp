#include "app/lessons.hpp"

#include "app/resources.hpp"

namespace headwise {

Lessons all_lessons() {
  Lessons all;
  for (const Resource& resource : lessons()) {
    constexpr std::string_view end = "\n---\n";
    const bool is_header = resource.bytes.find(end) + end.size() == resource.bytes.size();
    all.add(is_header ? parse_lesson_header(resource.name, resource.bytes) : parse_lesson(resource.name, resource.bytes));
  }
  return all;
}

}  // namespace headwise
