#include "engine/lesson/lessons.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "engine/lesson/computed.hpp"
#include "engine/session/command.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

/// Does it say more than which page, and how the screen looks?
bool has_place(const Assignments& link) {
  return std::any_of(link.begin(), link.end(), [](const auto& a) {
    return is_recipe_key(a.first) || a.first == "stage" || a.first == "cell" || a.first == "head" ||
           a.first == "batch_item";
  });
}

/// Which of `hide` and `lock` a lesson uses: they are released when it is left.
std::vector<std::string> set_by(const Lesson* lesson) {
  std::vector<std::string> keys;
  if (!lesson) return keys;
  for (const char* key : {"hide", "lock"}) {
    const auto sets = [&](const Page& page) { return has_key(page.state, key); };
    if (has_key(lesson->state, key) ||
        std::any_of(lesson->pages.begin(), lesson->pages.end(), sets)) {
      keys.emplace_back(key);
    }
  }
  return keys;
}

/// Throws Error where the right answer is not, a mistake is not told of, or a link leads nowhere.
void try_exercise(const Lesson& lesson, const Exercise& exercise, const std::string& student) {
  const std::string whose = exercise.id + (student.empty() ? "" : ", student " + student) + ": ";
  const Drawn drawn = draw(lesson, exercise, student, 0);
  if (drawn.answer.empty()) throw Error(whose + "there is no answer");
  if (const Mark made = mark(drawn, drawn.answer); !made.right) throw Error(whose + "its own answer is marked wrong " + made.unread);
  for (const Drawn::Wrong& wrong : drawn.wrong) {
    const Mark made = mark(drawn, wrong.answer);
    if (made.right || !made.unread.empty()) throw Error(whose + "the wrong answer " + wrong.answer + " is marked right, or cannot be read");
    if (!same_text(made.feedback, wrong.feedback)) throw Error(whose + "the wrong answer " + wrong.answer + " is not told what it is");
  }
  std::vector<const Prose*> all{&drawn.ask, &drawn.hint, &drawn.steps, &drawn.praise};
  for (const Drawn::Wrong& wrong : drawn.wrong) all.push_back(&wrong.feedback);
  for (const Prose* prose : all) {
    prose::for_each_span(*prose, [&](const prose::Span& span) {
      if (!span.refused.empty()) throw Error(whose + "'" + print_text(span.refused, 80) + "' is not followed; links start with sim: or https://");
      if (!span.link.starts_with("sim:")) return;
      Session session;
      session.set_patience(Session::Duration(0));  // that there is such a place is seen without its numbers
      session.change(parse_query(span.link.substr(4)));
    });
  }
}

}  // namespace

void Lessons::add(Lesson lesson) {
  const auto known = std::find_if(lessons_.begin(), lessons_.end(), [&](const Lesson& l) { return l.name == lesson.name; });
  if (known == lessons_.end()) {
    lessons_.push_back(std::move(lesson));
  } else if (!known->is_here() && lesson.is_here()) {
    *known = std::move(lesson);
  } else {
    throw Error(lesson.file + ": there is already a lesson called " + lesson.name);
  }
}

void Lessons::put(Lesson lesson) {
  const auto known = std::find_if(lessons_.begin(), lessons_.end(), [&](const Lesson& l) { return l.name == lesson.name; });
  if (known == lessons_.end()) {
    lessons_.push_back(std::move(lesson));
  } else {
    *known = std::move(lesson);
  }
}

const Lesson* Lessons::find(std::string_view name) const {
  const auto found = std::find_if(lessons_.begin(), lessons_.end(),
                                  [&](const Lesson& l) { return l.name == name; });
  return found == lessons_.end() ? nullptr : &*found;
}

Assignments Lessons::completed(const Assignments& link, std::string_view current) const {
  if (!has_key(link, "lesson") && !has_key(link, "page")) return link;
  const Settings settings = headwise::apply(Settings(state_keys()), link);
  const std::string name = has_key(link, "lesson") ? settings.get("lesson") : std::string(current);
  if (name.empty()) return link;
  const Lesson* lesson = find(name);
  if (!lesson && name.find('/') != name.npos) throw LessonNotHere(name);
  if (!lesson) {
    std::string all;
    for (const Lesson& other : lessons_) all += " " + other.name;
    throw Error("lesson=" + print_text(name) + ": there is no such lesson; there are" +
                (all.empty() ? " none" : all));
  }
  if (!lesson->is_here()) throw LessonNotHere(name);
  const auto page = static_cast<std::size_t>(settings.count("page"));
  if (page > lesson->pages.size()) {
    throw Error("page=" + std::to_string(page) + ": " + name + " has pages 1 to " +
                std::to_string(lesson->pages.size()));
  }
  if (has_place(link)) return link;
  Assignments all = opening(*lesson, page - 1);
  std::erase_if(all, [&](const auto& a) { return has_key(link, a.first); });
  all.insert(all.end(), link.begin(), link.end());
  return all;
}

void perform(Session& session, const Lessons& lessons, std::string_view command) {
  const std::string current = session.settings().get("lesson");
  const Lesson* before = lessons.find(current);
  try {
    Assignments link;
    if (command.starts_with("change ")) {
      link = parse_query(command.substr(7));
    } else if (command.starts_with("set ")) {
      link.push_back(parse_assignment(command.substr(4)));
      if (session.is_locked(link[0].first)) link.clear();
    }
    if (!has_key(link, "lesson") && !has_key(link, "page"))
      return headwise::perform(session, command);
    const Settings named = headwise::apply(Settings(state_keys()), link);
    const bool turns = before && command.starts_with("set page=");
    if (turns && named.count("page") > static_cast<std::int64_t>(before->pages.size())) return;

    Assignments all = lessons.completed(link, current);
    for (auto& own : set_by(before)) {
      if (!has_key(all, own)) all.emplace_back(std::move(own), "");
    }
    session.change(all);
  } catch (const LessonNotHere&) {
    throw;
  } catch (const Error& error) {
    session.report(error.what());
  }
}

std::vector<std::string> check(const Lesson& lesson, const Lessons& lessons, int students) {
  std::vector<std::string> problems;
  const auto attempt = [&](std::size_t line, const auto& work) {
    try {
      work();
    } catch (const Error& error) {
      const std::string why = error.what();  // may have a place already
      problems.push_back(why.starts_with(lesson.file + ":") ? why : lesson.file + ":" + std::to_string(line) + ": " + why);
    }
  };
  for (const std::string& name : lesson.prerequisites) {
    attempt(1, [&] { lessons.completed({{"lesson", name}}); });
  }
  for (std::size_t p = 0; p < lesson.pages.size(); ++p) {
    const Page& page = lesson.pages[p];
    Session start;
    attempt(page.line, [&] { start.load(opening(lesson, p)); });
    prose::for_each_span(page.blocks, [&](const prose::Span& span) {
      if (span.kind == prose::Span::Kind::placeholder) {
        attempt(span.line, [&] { computed(start.run(), span.text); });
      }
      if (span.link.starts_with("sim:")) {
        attempt(span.line, [&] {
          Session session = start;
          session.change(lessons.completed(parse_query(span.link.substr(4)), lesson.name));
        });
      }
      if (!span.refused.empty()) {
        attempt(span.line, [&] {
          throw Error("'" + print_text(span.refused, 80) +
                      "' is not followed; links start with sim: or https://");
        });
      }
    });
  }
  for (const Exercise& exercise : lesson.exercises) {
    attempt(exercise.line, [&] {
      for (int i = 0; i < students; ++i) try_exercise(lesson, exercise, i == 0 ? "" : std::to_string(i));
    });
  }
  return problems;
}

}  // namespace headwise
