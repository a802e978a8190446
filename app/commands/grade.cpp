// For teachers: what results are worth.
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "app/commands/arguments.hpp"
#include "app/commands/commands.hpp"
#include "app/commands/lesson_files.hpp"
#include "app/commands/table.hpp"
#include "engine/io/file.hpp"
#include "engine/lesson/course.hpp"
#include "engine/lesson/result_code.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

constexpr std::int64_t codes_limit = std::int64_t{64} << 20;

struct GradeOptions {
  std::string codes;
  std::string lessons;
  bool csv = false;
};

struct Graded {
  Result claimed;
  Score score;  // by marking again
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
    out.score = course.score(*course.lessons().find(lesson->name), out.claimed.student);
    if (out.score.points != out.claimed.points || out.score.exercises != out.claimed.exercises) {
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
  const Lessons lessons = with_all_lessons(options.lessons.empty() ? Lessons() : lessons_in(options.lessons));
  const std::vector<std::string> codes = find_result_codes(read_file(options.codes, codes_limit));
  if (codes.empty()) throw Error(print_text(options.codes, 200) + ": there is no result code in it; they start with headwise-result?");
  std::vector<std::vector<std::string>> rows;
  for (const std::string& code : codes) {
    const Graded graded = grade(code, lessons);
    rows.push_back({print_text(graded.claimed.student, 80), print_text(graded.claimed.lesson, 80), print_text(graded.claimed.date, 20),
                    print_number(graded.score.points, 1), std::to_string(graded.score.exercises), std::to_string(graded.score.right),
                    std::to_string(graded.score.pages_seen) + "/" + std::to_string(graded.score.pages), graded.note});
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

void add_grade(CLI::App& app) {
  const auto options = std::make_shared<GradeOptions>();
  CLI::App* command = app.add_subcommand("grade", "List the result codes in a file, verified and marked again");
  command->add_option("codes", options->codes, "A text with codes in it, one a student and lesson")->type_name("FILE")->required();
  command->add_option("--lessons", options->lessons, "A folder with lessons of your own")->type_name("DIR")->check(CLI::ExistingDirectory);
  command->add_flag("--csv", options->csv, "Print CSV, for a spreadsheet");
  command->callback([options] { run_grade(*options); });
}

}  // namespace headwise
