#include "engine/lesson/progress.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "engine/tensor/lines.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

constexpr std::string_view first_line = "headwise-progress 1";
constexpr std::array<std::string_view, 5> deed_kinds{"page", "answer", "hint", "steps", "again"};
constexpr std::size_t longest_answer = 4000;
constexpr std::size_t most_deeds = 100000;
constexpr int highest_number = 1000000;

std::string_view take_word_of(std::string_view& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

bool is_plain_name(std::string_view text) {
  return !text.empty() && text.size() <= 100 && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_/") == text.npos;
}

}  // namespace

std::string student_name(std::string_view name) {
  std::string out;
  for (const char c : trimmed(name)) {
    const bool is_space = c == ' ' || c == '\t';
    if (is_space && out.ends_with(' ')) continue;
    out += is_space ? ' ' : static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  return out;
}

std::string deed_text(const Deed& deed) {
  std::string line(deed_kinds[static_cast<std::size_t>(deed.kind)]);
  line += ' ' + deed.lesson;
  if (deed.kind != Deed::Kind::page) line += ' ' + deed.exercise;
  line += ' ' + std::to_string(deed.number);
  if (deed.kind == Deed::Kind::answer) line += ' ' + deed.text;
  return line;
}

Deed parse_deed(std::string_view line) {
  const std::string_view kind = take_word_of(line);
  const auto* found = std::find(deed_kinds.begin(), deed_kinds.end(), kind);
  if (found == deed_kinds.end()) throw Error("'" + print_text(kind) + "' is none of page, answer, hint, steps and again");
  Deed deed;
  deed.kind = static_cast<Deed::Kind>(found - deed_kinds.begin());
  deed.lesson = take_word_of(line);
  if (!is_plain_name(deed.lesson)) throw Error("a lesson's name must follow " + std::string(kind));
  if (deed.kind != Deed::Kind::page) {
    deed.exercise = take_word_of(line);
    if (!is_plain_name(deed.exercise)) throw Error("an exercise's name must follow the lesson's");
  }
  const std::string number(take_word_of(line));
  const bool plain = !number.empty() && number.size() < 8 && number.find_first_not_of("0123456789") == number.npos;
  if (!plain || std::atoi(number.c_str()) > highest_number) throw Error("'" + print_text(number) + "' is not a page's or round's number");
  deed.number = std::atoi(number.c_str());
  if (line.size() > longest_answer) throw Error("the answer is longer than " + std::to_string(longest_answer) + " bytes");
  if (deed.kind == Deed::Kind::answer) deed.text = line;
  return deed;
}

const std::vector<Deed>& Progress::of(std::string_view student) const {
  static const std::vector<Deed> none;
  const std::string name = student_name(student);
  const auto found = std::find_if(students_.begin(), students_.end(), [&](const Student& s) { return s.name == name; });
  return found == students_.end() ? none : found->deeds;
}

void Progress::add(std::string_view student, Deed deed) {
  const std::string name = student_name(student);
  std::replace_if(deed.text.begin(), deed.text.end(), [](char c) { return static_cast<unsigned char>(c) < 32; }, ' ');
  deed.text.resize(std::min(deed.text.size(), longest_answer));
  auto found = std::find_if(students_.begin(), students_.end(), [&](const Student& s) { return s.name == name; });
  if (found == students_.end()) found = students_.insert(found, {name, {}});
  if (found->deeds.size() < most_deeds) found->deeds.push_back(std::move(deed));
}

void Progress::merge(const Progress& other) {
  for (const Student& theirs : other.students_) {
    auto mine = std::find_if(students_.begin(), students_.end(), [&](const Student& s) { return s.name == theirs.name; });
    if (mine == students_.end()) {
      students_.push_back(theirs);
      continue;
    }
    std::vector<std::string> lessons;
    for (const Deed& deed : theirs.deeds) {
      if (std::find(lessons.begin(), lessons.end(), deed.lesson) == lessons.end()) lessons.push_back(deed.lesson);
    }
    for (const std::string& lesson : lessons) {
      const auto is_of = [&](const Deed& deed) { return deed.lesson == lesson; };
      const auto count = [&](const Student& s) { return std::count_if(s.deeds.begin(), s.deeds.end(), is_of); };
      if (count(theirs) <= count(*mine)) continue;
      std::erase_if(mine->deeds, is_of);
      std::copy_if(theirs.deeds.begin(), theirs.deeds.end(), std::back_inserter(mine->deeds), is_of);
    }
  }
}

void Progress::forget(std::string_view student) {
  const std::string name = student_name(student);
  std::erase_if(students_, [&](const Student& s) { return s.name == name; });
}

std::vector<std::string> Progress::students() const {
  std::vector<std::string> names;
  for (const Student& student : students_) names.push_back(student.name);
  return names;
}

std::string Progress::to_text() const {
  std::string out(first_line);
  out += '\n';
  for (const Student& student : students_) {
    out += "student " + student.name + '\n';
    for (const Deed& deed : student.deeds) out += deed_text(deed) + '\n';
  }
  return out;
}

bool Progress::is_progress(std::string_view text) { return text.starts_with("headwise-progress "); }

Progress Progress::parse(std::string_view text) {
  if (trimmed(take_line(text)) != first_line) throw Error("line 1: a file of progress starts with '" + std::string(first_line) + "'");
  Progress progress;
  std::string student;
  std::size_t count = 0;
  for (std::size_t number = 2; !text.empty(); ++number) {
    std::string_view line = take_line(text);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (trimmed(line).empty()) continue;
    if (line.starts_with("student ") || line == "student") {
      student = print_text(line.substr(std::min<std::size_t>(line.size(), 8)), 80);
      continue;
    }
    try {
      if (++count > most_deeds) throw Error("more than " + std::to_string(most_deeds) + " lines");
      progress.add(student, parse_deed(line));
    } catch (const Error& error) {
      throw Error("line " + std::to_string(number) + ": " + error.what());
    }
  }
  return progress;
}

}  // namespace headwise
