// For teachers: what is wrong with a lesson, what its exercises ask of a student, and what results are worth.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <ostream>

#include "app/commands/arguments.hpp"
#include "app/commands/commands.hpp"
#include "app/commands/table.hpp"
#include "app/lessons.hpp"
#include "engine/io/file.hpp"
#include "engine/lesson/calculation.hpp"
#include "engine/lesson/course.hpp"
#include "engine/lesson/result_code.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

constexpr std::int64_t lesson_limit = std::int64_t{1} << 20;
constexpr std::int64_t codes_limit = std::int64_t{64} << 20;

Lesson read_lesson(const std::string& file) { return parse_lesson(file, read_file(file, lesson_limit)); }

/// The program's lessons and those in the file's folder, which it may refer to; that one is the first of its name.
Lessons lessons_around(const std::string& file) {
  Lessons all;
  const std::filesystem::path folder = std::filesystem::path(file).parent_path();
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder.empty() ? "." : folder, error)) {
    if (entry.path().extension() != ".md") continue;
    try {
      all.add(read_lesson(entry.path().string()));
    } catch (const Error&) {
      // Another file's faults are for its own check; README.md is no lesson at all.
    }
  }
  const Lessons shipped = all_lessons();
  for (const Lesson& lesson : shipped.all()) {
    if (!all.find(lesson.name)) all.add(lesson);
  }
  return all;
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

/// Sizes and counts as people write them.
std::string shown(const Drawn& drawn, const std::string& answer) {
  if (drawn.exercise.kind->name != "number") return answer;
  return print_result(std::strtod(answer.c_str(), nullptr));
}

void print_answers(std::ostream& out, const Lesson& lesson, const AnswersOptions& options) {
  int number = 0;
  for (const Exercise& exercise : lesson.exercises) {
    const Drawn drawn = draw(lesson, exercise, options.student, options.round);
    const std::string in = "   ";
    const auto part = [&](const char* name, const Prose& prose) {
      if (!prose.empty()) out << in << name << text_of(prose, in) << '\n';
    };
    out << ++number << ". " << exercise.id << " (page " << exercise.page + 1 << ", " << exercise.kind->name << ")\n";
    part("", drawn.ask);
    for (std::size_t i = 0; i < drawn.options.size(); ++i) out << in << "[" << i + 1 << "] " << text_of(drawn.options[i], in) << '\n';
    out << in << "Answer: " << shown(drawn, drawn.answer) << (drawn.unit.empty() ? "" : " " + drawn.unit)
        << (drawn.within > 0 ? ", within " + print_number(drawn.within, drawn.within < 0.001 ? 5 : 3) : "") << '\n';
    part("Right: ", drawn.praise);
    for (const Drawn::Wrong& wrong : drawn.wrong) out << in << "Wrong: " << shown(drawn, wrong.answer) << ": " << text_of(wrong.feedback, in) << '\n';
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

struct GradeOptions {
  std::string codes;
  std::string lessons;
  bool csv = false;
};

struct Graded {
  Result claimed;
  double points = 0;
  int exercises = 0;
  int right = 0;
  int pages_seen = 0;
  int pages = 0;
  std::string note;
};

Graded grade(const std::string& code, const Lessons& lessons) {
  Graded out;
  try {
    out.claimed = parse_result_code(code);
    const Lesson* lesson = lessons.find(out.claimed.lesson);
    if (!lesson) throw Error("there is no lesson " + print_text(out.claimed.lesson) + " here; --lessons names a folder that has it");
    Course course;
    course.lessons().add(*lesson);
    Progress progress;
    for (const Deed& deed : out.claimed.deeds) progress.add(out.claimed.student, deed);
    course.restore(std::move(progress));
    const Score score = course.score(*course.lessons().find(lesson->name), out.claimed.student);
    out.points = score.points;
    out.exercises = score.exercises;
    out.right = score.right;
    out.pages_seen = score.pages_seen;
    out.pages = score.pages;
    if (out.points != out.claimed.points || out.exercises != out.claimed.exercises) {
      out.note = "the code says " + print_number(out.claimed.points, 1) + " of " + std::to_string(out.claimed.exercises);
    }
  } catch (const Error& error) {
    out.note = error.what();
  }
  return out;
}

std::string csv_field(const std::string& text) {
  // A field that starts like a formula would be run by a spreadsheet.
  const bool risky = !text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos;
  std::string out = risky ? "\"'" : "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

void run_grade(const GradeOptions& options) {
  Lessons lessons;
  if (!options.lessons.empty()) {
    for (const auto& entry : std::filesystem::directory_iterator(options.lessons)) {
      if (entry.path().extension() == ".md") lessons.add(read_lesson(entry.path().string()));
    }
  }
  const Lessons shipped = all_lessons();
  for (const Lesson& lesson : shipped.all()) {
    if (!lessons.find(lesson.name)) lessons.add(lesson);
  }
  const std::vector<std::string> codes = find_result_codes(read_file(options.codes, codes_limit));
  if (codes.empty()) throw Error(print_text(options.codes, 200) + ": there is no result code in it; they start with headwise-result?");
  std::vector<std::vector<std::string>> rows;
  for (const std::string& code : codes) {
    const Graded graded = grade(code, lessons);
    rows.push_back({print_text(graded.claimed.student, 80), print_text(graded.claimed.lesson, 80), print_text(graded.claimed.date, 20),
                    print_number(graded.points, 1), std::to_string(graded.exercises), std::to_string(graded.right),
                    std::to_string(graded.pages_seen) + "/" + std::to_string(graded.pages), graded.note});
  }
  const std::vector<std::string> head{"student", "lesson", "date", "points", "of", "right", "pages", "note"};
  print_output([&](std::ostream& out) {
    if (options.csv) {
      rows.insert(rows.begin(), head);
      for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) out << (i > 0 ? "," : "") << csv_field(row[i]);
        out << '\n';
      }
      return;
    }
    Table table("lllrrrrl");
    table.add(head);
    for (auto& row : rows) table.add(std::move(row));
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
  key->add_option("--round", answers->round, "After how many times of other numbers (0)")->type_name("N")->check(CLI::Range(0, 1000));
  key->callback([answers] { run_answers(*answers); });
  lesson->add_subcommand("list", "Print the lessons there are")->callback(run_list);
}

void add_grade(CLI::App& app) {
  const auto options = std::make_shared<GradeOptions>();
  CLI::App* command = app.add_subcommand("grade", "List the result codes in a file, verified and marked again");
  command->add_option("codes", options->codes, "A text with codes in it, one a student and lesson")->type_name("FILE")->required();
  command->add_option("--lessons", options->lessons, "A folder with lessons of your own")->type_name("DIR")->check(CLI::ExistingDirectory);
  command->add_flag("--csv", options->csv, "Print CSV, for a spreadsheet");
  command->callback([options] { run_grade(*options); });
}

}  // namespace headwise
