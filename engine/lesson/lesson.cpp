#include "engine/lesson/lesson.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "engine/attention/recipe.hpp"
#include "engine/tensor/lines.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

constexpr std::size_t largest_file = 1 << 20;
constexpr std::size_t most_pages = 1000;

std::string_view stem_of(std::string_view file) {
  const std::string_view name = file.substr(file.find_last_of("/\\") + 1);
  return name.substr(0, name.size() - std::min<std::size_t>(name.size(), 3));
}

std::string name_of(std::string_view file) {
  if (is_lesson_file(file)) return std::string(stem_of(file));
  throw Error(print_text(file, 200) + (file.ends_with(".md") ? ": a lesson's file name is made of lower-case letters, digits and hyphens, "
                                                               "like 01-one-attention.md"
                                                             : ": a lesson's file name ends in .md"));
}

/// Reads a lesson's text line by line, so that every error has its place.
class Reader {
 public:
  Reader(std::string_view file, std::string_view text) : rest_(text) {
    lesson_.file = print_text(file, 200);
    lesson_.name = name_of(file);
    if (text.size() > largest_file) {
      throw Error(lesson_.file + ": " + print_count(static_cast<std::int64_t>(text.size())) +
                  " bytes; a lesson has at most " + print_count(largest_file));
    }
    if (rest_.starts_with("\xef\xbb\xbf")) rest_.remove_prefix(3);
    check_characters();
  }

  Lesson header() {
    read_header();
    return std::move(lesson_);
  }

  Lesson read() {
    read_header();
    std::vector<prose::Block> blocks = prose::parse(lesson_.file, rest_, line_ + 1);
    for (prose::Block& block : blocks) add(std::move(block));
    if (lesson_.pages.empty()) fail(line_, "there is no page; start one with a heading: # Title");
    for (const Page& page : lesson_.pages) check_links(page);
    return std::move(lesson_);
  }

 private:
  [[noreturn]] void fail(std::size_t line, const std::string& why) const {
    throw Error(lesson_.file + ":" + std::to_string(line) + ": " + why);
  }

  template <typename Work>
  auto at_line(std::size_t line, Work work) const {
    try {
      return work();
    } catch (const Error& error) {
      fail(line, error.what());
    }
  }

  std::string_view next_line() {
    ++line_;
    return take_line(rest_);
  }

  void check_characters() {
    const std::string_view all = rest_;
    const Key text{"text", Key::Type::text, "", 0, largest_file, {}, "", ""};
    while (!rest_.empty()) {
      const std::string_view line = next_line();
      at_line(line_, [&] { return parse_value(text, line); });
    }
    rest_ = all;
    line_ = 0;
  }

  void read_header() {
    if (trimmed(next_line()) != "---")
      fail(1, "a lesson starts with its header between two lines of ---");
    std::vector<std::string_view> seen;
    while (true) {
      if (rest_.empty()) fail(line_, "the header does not end; close it with a line of ---");
      const std::string_view line = trimmed(next_line());
      if (line == "---") break;
      if (line.empty()) continue;
      const std::size_t colon = line.find(':');
      if (colon == line.npos) fail(line_, "must be a key and its value, like minutes: 10");
      const std::string_view key = trimmed(line.substr(0, colon));
      if (std::count(seen.begin(), seen.end(), key) > 0)
        fail(line_, print_text(key) + " is given twice");
      seen.push_back(key);
      set(key, std::string(trimmed(line.substr(colon + 1))));
    }
    for (const std::string_view key : {"title", "summary", "minutes"}) {
      if (std::count(seen.begin(), seen.end(), key) == 0)
        fail(line_, "the header has no " + std::string(key));
    }
  }

  void set(std::string_view key, const std::string& value) {
    const Key minutes{"minutes", Key::Type::count, "", 1, 600, {}, "", ""};
    if (key == "title" || key == "summary") {
      if (value.empty()) fail(line_, std::string(key) + " is empty");
      (key == "title" ? lesson_.title : lesson_.summary) = value;
    } else if (key == "minutes") {
      lesson_.minutes = at_line(line_, [&] { return std::stoi(parse_value(minutes, value)); });
    } else if (key == "prerequisites") {
      for (const std::string& part : split_list(value)) {
        if (const std::string_view name = trimmed(part); !name.empty())
          lesson_.prerequisites.emplace_back(name);
      }
    } else if (key == "state") {
      lesson_.state = parse_state(line_, value);
    } else {
      fail(line_, "unknown header key '" + print_text(key) +
                      "'; the keys are title, summary, minutes, prerequisites and state");
    }
  }

  Assignments parse_state(std::size_t line, std::string_view query) const {
    const Assignments state = parse_assignments(line, query);
    for (const auto& [key, value] : state) {
      if (key == "lesson" || key == "page") fail(line, "a lesson's own state cannot set " + key);
    }
    return state;
  }

  Assignments parse_assignments(std::size_t line, std::string_view query) const {
    return at_line(line, [&] {
      if (static_cast<std::size_t>(std::count(query.begin(), query.end(), '&')) >
          state_keys().size()) {
        throw Error("more assignments than there are keys");
      }
      Assignments assignments = parse_query(query);
      headwise::apply(Settings(state_keys()), assignments);
      return assignments;
    });
  }

  void add(prose::Block block) {
    using Kind = prose::Block::Kind;
    std::vector<Page>& pages = lesson_.pages;
    if (block.kind == Kind::heading && block.level == 1) {
      if (pages.size() == most_pages)
        fail(block.line, "more than " + std::to_string(most_pages) + " pages");
      pages.push_back({prose::plain_text(block.spans), block.line, {}, {}});
      return;
    }
    if (pages.empty()) fail(block.line, "before the first page; start it with a heading: # Title");
    if (block.kind == Kind::code && block.language == "state") {
      add_state(pages.back(), block);
    } else if (block.kind == Kind::code && (block.language == "exercise" || block.language.starts_with("exercise "))) {
      add_exercise(block);
    } else {
      pages.back().blocks.push_back(std::move(block));
    }
  }

  void add_state(Page& page, const prose::Block& block) {
    std::string_view rest = block.text;
    for (std::size_t line = block.line; !rest.empty(); ++line) {
      const Assignments more = parse_state(line, trimmed(take_line(rest)));
      page.state.insert(page.state.end(), more.begin(), more.end());
    }
    at_line(block.line, [&] { return headwise::apply(Settings(state_keys()), page.state); });
  }

  void add_exercise(prose::Block& block) {
    Exercise exercise = parse_exercise(lesson_.file, lesson_.name, lesson_.pages.size() - 1, block);
    if (lesson_.find_exercise(exercise.id)) fail(block.line, "there is already an exercise " + exercise.id);
    prose::Block place;
    place.kind = prose::Block::Kind::insert;
    place.line = block.line;
    place.text = exercise.id;
    lesson_.pages.back().blocks.push_back(std::move(place));
    lesson_.exercises.push_back(std::move(exercise));
  }

  void check_links(const Page& page) const {
    prose::for_each_span(page.blocks, [&](const prose::Span& span) {
      if (!span.link.starts_with("sim:")) return;
      if (parse_assignments(span.line, span.link.substr(4)).empty())
        fail(span.line, "this sim: link does nothing");
    });
  }

  Lesson lesson_;
  std::string_view rest_;
  std::size_t line_ = 0;
};

}  // namespace

const Exercise* Lesson::find_exercise(std::string_view id) const {
  const auto found = std::find_if(exercises.begin(), exercises.end(), [&](const Exercise& e) { return e.id == id; });
  return found == exercises.end() ? nullptr : &*found;
}

bool is_lesson_file(std::string_view file) {
  return file.ends_with(".md") && !stem_of(file).empty() &&
         stem_of(file).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == std::string_view::npos;
}

Lesson parse_lesson(std::string_view file_name, std::string_view text) {
  return Reader(file_name, text).read();
}

Lesson parse_lesson_header(std::string_view file_name, std::string_view text) {
  return Reader(file_name, text).header();
}

void rename(Lesson& lesson, const std::string& name) {
  lesson.name = name;
  for (Exercise& exercise : lesson.exercises) exercise.lesson = name;
}

Assignments opening(const Lesson& lesson, std::size_t page) {
  const Assignments& own = lesson.pages.at(page).state;
  Settings settings = headwise::apply(Settings(state_keys()), lesson.state);
  // Another stage means another cell.
  if (has_key(own, "stage")) settings.reset("cell");
  settings = headwise::apply(std::move(settings), own);
  settings.set("lesson", lesson.name);
  settings.set("page", std::to_string(page + 1));
  Assignments all = place_in(settings);
  std::erase_if(all, [](const auto& a) { return a.first == "lesson" || a.first == "page"; });
  all.emplace_back("lesson", settings.get("lesson"));
  all.emplace_back("page", settings.get("page"));
  return all;
}

Assignments place_in(const Settings& settings) {
  Assignments all;
  for (const Key& key : state_keys()) {
    const bool place =
        key.name == "stage" || key.name == "cell" || key.name == "head" || key.name == "batch_item";
    if (is_recipe_key(key.name) || place || !settings.is_default(key.name))
      all.emplace_back(key.name, settings.get(key.name));
  }
  return all;
}

bool has_key(const Assignments& link, std::string_view key) {
  return std::any_of(link.begin(), link.end(), [&](const auto& a) { return a.first == key; });
}

}  // namespace headwise
