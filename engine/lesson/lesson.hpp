#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/lesson/exercise.hpp"
#include "engine/lesson/prose.hpp"
#include "engine/session/session.hpp"

namespace headwise {

/// One page: what to read, and where the simulator stands when it opens.
struct Page {
  std::string title;
  std::size_t line = 0;
  Assignments state;  // on top of the lesson's
  std::vector<prose::Block> blocks;
};

struct Lesson {
  std::string file;
  std::string name;  // the file's, without its folder and `.md`: what the key `lesson` holds
  std::string title;
  std::string summary;
  int minutes = 0;
  std::vector<std::string> prerequisites;  // names of lessons
  Assignments state;
  std::vector<Page> pages;  // none while only its header is known
  std::vector<Exercise> exercises;  // in their order; an insert block stands in the place of each

  bool is_here() const { return !pages.empty(); }
  const Exercise* find_exercise(std::string_view id) const;
};

/// A lesson's file is Markdown under a header:
///
///     ---
///     title: What does one word take from the others?
///     summary: One attention, followed by hand.
///     minutes: 10
///     prerequisites: 01-one-attention, 02-heads
///     state: d_model=4&num_heads=1
///     ---
///     # Every level-1 heading starts a page
///     ```state
///     stage=x&cell=1,0
///     ```
///     Prose with [a link that acts](sim:stage=scores&cell=2,0) and {{value scores 0,0,2,0}}.
///
/// `title`, `summary` and `minutes` must be there. States are assignments as in a link; a block of
/// code called `state` is a page's own, one called `exercise` is one (exercise.hpp). Placeholders are
/// those of computed.hpp. An Error names the file and the line.
Lesson parse_lesson(std::string_view file_name, std::string_view text);
/// Has the file a name that lessons can have: lower-case letters, digits and hyphens before `.md`?
bool is_lesson_file(std::string_view file);
/// The same without pages, of a file's header alone.
Lesson parse_lesson_header(std::string_view file_name, std::string_view text);

/// Another name than the file's, for a lesson that is known by its address.
void rename(Lesson& lesson, const std::string& name);

/// The assignments that open a page as its author meant it, whatever the learner did before: every
/// key of the recipe, the page's place, and the keys `lesson` and `page`.
Assignments opening(const Lesson& lesson, std::size_t page);
/// The assignments that bring these settings about whatever was there before: every key of the recipe
/// and of the place, and each other that is not at its default.
Assignments place_in(const Settings& settings);
/// Does a link name this key?
bool has_key(const Assignments& link, std::string_view key);

}  // namespace headwise
