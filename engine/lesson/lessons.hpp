#pragma once
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "engine/lesson/lesson.hpp"
#include "engine/tensor/error.hpp"

namespace headwise {

/// A lesson whose pages are still to be fetched: its header is known, or its name is an address, with slashes.
struct LessonNotHere : Error {
  explicit LessonNotHere(const std::string& lesson) : Error("lesson=" + lesson + ": its file is not loaded"), name(lesson) {}
  std::string name;
};

/// The lessons there are, in their order.
class Lessons {
 public:
  /// An Error where one of that name is there; one that has pages takes the place of its header.
  void add(Lesson lesson);
  /// Adds it, or puts it in the place of the one of its name.
  void put(Lesson lesson);
  const std::deque<Lesson>& all() const { return lessons_; }
  const Lesson* find(std::string_view name) const;

  /// A link that only opens a page (it has `lesson` or `page`, and no key of the recipe or of the
  /// place) opens it as its author meant it; any other is left as it is, so that a shared view is
  /// restored exactly. `current` is the lesson that a link without `lesson` is in. An Error where
  /// there is no such lesson or page, LessonNotHere where its pages are still to be fetched.
  Assignments completed(const Assignments& link, std::string_view current = {}) const;

 private:
  std::deque<Lesson> lessons_;
};

/// perform(), with lessons but without exercises: see Course::perform().
void perform(Session& session, const Lessons& lessons, std::string_view command);

/// Everything that is wrong with a lesson though it can be read, as `file:line: ...`: states, links
/// and placeholders that name what is not there, links that are not followed, and exercises that do
/// not mark as they should for so many students. `lessons` are those it may refer to; it need not be
/// one of them.
std::vector<std::string> check(const Lesson& lesson, const Lessons& lessons, int students = 20);

}  // namespace headwise
