// For teachers: what is wrong with a lesson, and what its exercises ask of a student.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <ostream>

#include "app/commands/arguments.hpp"
#include "app/commands/commands.hpp"
#include "app/commands/table.hpp"
#include "app/commands/lesson_files.hpp"
#include "app/lessons.hpp"
#include "engine/lesson/course.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

/// Those in the file's folder, which it may refer to, and the program's.
Lessons lessons_around(const std::string& file) {
  const std::string folder = std::filesystem::path(file).parent_path().string();
  // Another file's faults are for its own check.
  return with_all_lessons(lessons_in(folder.empty() ? "." : folder, true));
}

struct CheckOptions {
  std::vector<std::string> files;
  int students = 20;
};

void run_check(const CheckOptions& options) {
  std::vector<std::string> problems;
  std::string fine;
  for (const std::string& file : options.files) {
    try {
      const Lesson lesson = read_lesson(file);
      const std::vector<std::string> found = check(lesson, lessons_around(file), options.students);
      problems.insert(problems.end(), found.begin(), found.end());
      if (found.empty()) {
        fine += file + ": fine; " + std::to_string(lesson.pages.size()) + (lesson.pages.size() == 1 ? " page, " : " pages, ") +
                std::to_string(lesson.exercises.size()) + (lesson.exercises.size() == 1 ? " exercise\n" : " exercises\n");
      }
    } catch (const Error& error) {
      problems.emplace_back(error.what());
    }
  }
  print_output([&](std::ostream& out) {
    out << fine;
    for (const std::string& problem : problems) out << problem << '\n';
  });
  if (!problems.empty()) throw Error(std::to_string(problems.size()) + (problems.size() == 1 ? " problem" : " problems") + " found, listed above");
}

struct AnswersOptions {
  std::string lesson;
  std::string student;
  int round = 0;
};

/// As lines, each after `indent`; cells of tables have bars between.
std::string text_of(const Prose& prose, const std::string& indent) {
  std::string all;
  for (const prose::Block& block : prose) {
    std::string line = prose::plain_text(block.spans) + block.text;
    for (const auto& row : block.rows) {
      for (std::size_t c = 0; c < row.size(); ++c) line += (c > 0 ? " | " : line.empty() ? "" : "\n" + indent) + prose::plain_text(row[c]);
    }
    line += text_of(block.children, indent);
    all += (all.empty() ? "" : "\n" + indent) + line;
  }
  return all;
}

void print_answers(std::ostream& out, const Lesson& lesson, const AnswersOptions& options) {
  int number = 0;
  for (const Exercise& exercise : lesson.exercises) {
    const Drawn drawn = draw(lesson, exercise, options.student, options.round);
    const std::string in = "   ";
    const auto shown = [&](const std::string& answer) { return exercise.kind->print ? exercise.kind->print(answer) : answer; };
    const auto part = [&](const char* name, const Prose& prose) {
      if (!prose.empty()) out << in << name << text_of(prose, in) << '\n';
    };
    out << ++number << ". " << exercise.id << " (page " << exercise.page + 1 << ", " << exercise.kind->name << ")\n";
    part("", drawn.ask);
    for (std::size_t i = 0; i < drawn.options.size(); ++i) out << in << "[" << i + 1 << "] " << text_of(drawn.options[i], in) << '\n';
    out << in << "Answer: " << shown(drawn.answer) << (drawn.unit.empty() ? "" : " " + drawn.unit)
        << (drawn.within > 0 ? ", within " + print_number(drawn.within, drawn.within < 0.001 ? 5 : 3) : "") << '\n';
    part("Right: ", drawn.praise);
    for (const Drawn::Wrong& wrong : drawn.wrong) out << in << "Wrong: " << shown(wrong.answer) << ": " << text_of(wrong.feedback, in) << '\n';
    part("Hint: ", drawn.hint);
    part("Steps: ", drawn.steps);
    out << '\n';
  }
}

void run_answers(const AnswersOptions& options) {
  const bool is_file = options.lesson.ends_with(".md");
  const Lessons all = is_file ? Lessons() : all_lessons();
  const Lesson lesson = is_file ? read_lesson(options.lesson) : [&] {
    const Lesson* found = all.find(options.lesson);
    if (!found) throw Error("there is no lesson " + print_text(options.lesson) + "; give a file that ends in .md, or one of those that headwise lesson list prints");
    return *found;
  }();
  print_output([&](std::ostream& out) { print_answers(out, lesson, options); });
}

void run_list() {
  print_output([](std::ostream& out) {
    Table table("lrrl");
    table.add({"lesson", "pages", "exercises", "title"});
    const Lessons all = all_lessons();
    for (const Lesson& lesson : all.all()) {
      table.add({lesson.name, std::to_string(lesson.pages.size()), std::to_string(lesson.exercises.size()), lesson.title});
    }
    table.print(out);
  });
}

}  // namespace

void add_lesson(CLI::App& app) {
  CLI::App* lesson = app.add_subcommand("lesson", "Check lessons before class, and print the answers to their exercises");
  lesson->require_subcommand(1);
  const auto checked = std::make_shared<CheckOptions>();
  CLI::App* checks = lesson->add_subcommand("check", "Say what is wrong with lessons: links, numbers, exercises");
  checks->add_option("files", checked->files, "Lessons, NN-title.md")->type_name("FILE")->required();
  checks->add_option("--students", checked->students, "How many to draw each exercise for (20)")->type_name("N")->check(CLI::Range(1, 10000));
  checks->callback([checked] { run_check(*checked); });
  const auto answers = std::make_shared<AnswersOptions>();
  CLI::App* key = lesson->add_subcommand("answers", "Print a lesson's exercises for a student, with answers and known mistakes");
  key->add_option("lesson", answers->lesson, "A lesson's name, or its file")->type_name("NAME|FILE")->required();
  key->add_option("--student", answers->student, "Whose numbers")->type_name("NAME");
  key->add_option("--round", answers->round, "After how many times of other numbers (0)")->type_name("N")->check(CLI::Range(0, most_rounds));
  key->callback([answers] { run_answers(*answers); });
  lesson->add_subcommand("list", "Print the lessons there are")->callback(run_list);
}

}  // namespace headwise
