#include "app/lessons.hpp"

#include "app/resources.hpp"

namespace headwise {

Lessons all_lessons() {
  Lessons all;
  for (const Resource& resource : lessons()) {
    const bool is_header = resource.bytes.ends_with("---\n");
    all.add(is_header ? parse_lesson_header(resource.name, resource.bytes) : parse_lesson(resource.name, resource.bytes));
  }
  return all;
}

}  // namespace headwise
