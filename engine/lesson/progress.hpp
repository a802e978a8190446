#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headwise {

/// What students did in lessons, in the order they did it: a short text that can be read, stored, moved
/// to another machine, and marked again by anyone. Its lines:
///
///     headwise-progress 1
///     student ada
///     page 05-scores-and-scaling 3
///     answer 05-scores-and-scaling saturation 0 0.25
///     hint 05-scores-and-scaling saturation 0
///     steps 05-scores-and-scaling saturation 0
///     again 05-scores-and-scaling saturation 1
///
/// A page was opened; an exercise (of the round that the number counts) was answered, its hint or its
/// worked steps were shown; other numbers were drawn for it. `student` holds for the lines after it.
struct Deed {
  enum class Kind { page, answer, hint, steps, again };
  Kind kind = Kind::page;
  std::string lesson;
  std::string exercise;  // not of a page
  int number = 0;        // of the page, from 1, or of the exercise's round, from 0
  std::string text;      // the answer

  bool operator==(const Deed&) const = default;
};

class Progress {
 public:
  /// One student's, in order.
  const std::vector<Deed>& of(std::string_view student) const;
  void add(std::string_view student, Deed deed);
  /// Everything of another that is not here; of a lesson that both have, the longer.
  void merge(const Progress& other);
  void forget(std::string_view student);
  bool is_empty() const { return students_.empty(); }
  std::vector<std::string> students() const;

  std::string to_text() const;
  /// An Error names the line.
  static Progress parse(std::string_view text);
  /// Does a file's text begin like one?
  static bool is_progress(std::string_view text);

 private:
  struct Student {
    std::string name;
    std::vector<Deed> deeds;
  };
  std::vector<Student> students_;
};

/// `kind lesson ...`, a line of the text above, and back; an Error says what is wrong.
std::string deed_text(const Deed& deed);
Deed parse_deed(std::string_view line);

/// A name as progress and exercises know it: without spaces around it, in lower case.
std::string student_name(std::string_view name);

}  // namespace headwise
