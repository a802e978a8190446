#include "engine/lesson/exercise.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "engine/lesson/calculation.hpp"
#include "engine/lesson/computed.hpp"
#include "engine/lesson/kinds.hpp"
#include "engine/lesson/lesson.hpp"
#include "engine/tensor/lines.hpp"
#include "engine/lesson/progress.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"
#include "engine/tensor/random.hpp"

namespace headwise {

namespace {

constexpr int most_draws = 300;
constexpr std::int64_t most_choices = 10000;
constexpr std::string_view common_keys[] = {"kind", "ask", "draw", "let", "where", "state", "hint", "steps"};

bool is_name(std::string_view text) {
  return !text.empty() && text[0] >= 'a' && text[0] <= 'z' &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == text.npos;
}

using Names = std::vector<std::pair<std::string, std::string>>;

/// Every `$name` replaced.
std::string filled(std::string_view text, const Names& names) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const bool is_start = text[at] == '$' && at + 1 < text.size() && text[at + 1] >= 'a' && text[at + 1] <= 'z';
    if (!is_start) {
      out += text[at++];
      continue;
    }
    const std::size_t end = std::min(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_", at + 1), text.size());
    const std::string_view name = text.substr(at + 1, end - at - 1);
    const auto found = std::find_if(names.begin(), names.end(), [&](const auto& n) { return n.first == name; });
    if (found == names.end()) throw Error("nothing called $" + std::string(name) + " is drawn or calculated");
    out += found->second;
    at = end;
  }
  return out;
}

std::string plain_number(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.15g", value);
  return text;
}

std::pair<std::string, std::string> definition(std::string_view text) {
  const std::size_t equals = text.find('=');
  const std::string name(trimmed(text.substr(0, equals)));
  if (equals == text.npos || !is_name(name)) throw Error("must be a name, = and what it is, like i = 0..5");
  return {name, std::string(trimmed(text.substr(equals + 1)))};
}

/// What `a..b`, `a, b, c` or `a | b | c` offers.
std::vector<std::string> choices(const std::string& text) {
  if (text.find('|') != text.npos) return cut_at(text, "|");
  if (const std::size_t dots = text.find(".."); dots != text.npos) {
    const double first = calculate(text.substr(0, dots), {});
    const double last = calculate(text.substr(dots + 2), {});
    if (!(first <= last) || last - first >= static_cast<double>(most_choices)) throw Error("'" + text + "' is no range from low to high");
    std::vector<std::string> all;
    for (double value = first; value <= last; ++value) all.push_back(plain_number(value));
    return all;
  }
  return cut_at(text, ",");
}

/// Links of an exercise act on its own numbers.
void aim_links(Prose& prose, const Assignments& base) {
  prose::change_spans(prose, [&](prose::Spans& spans) {
    for (prose::Span& span : spans) {
      if (!span.link.starts_with("sim:")) continue;
      const Assignments own = parse_query(span.link.substr(4));
      if (has_key(own, "lesson") || has_key(own, "page")) continue;
      Assignments all = base;
      std::erase_if(all, [&](const auto& a) { return has_key(own, a.first) || (a.first == "cell" && has_key(own, "stage")); });
      all.insert(all.end(), own.begin(), own.end());
      span.link = "sim:" + to_query(all);
    }
  });
}

class Drawing {
 public:
  Drawing(const Lesson& lesson, const Exercise& exercise, std::string_view student, int round)
      : lesson_(lesson), exercise_(exercise), round_(round) {
    key_ = hash_text(student_name(student) + '\n' + exercise.lesson + '\n' + exercise.id + '\n' + std::to_string(round));
  }

  Drawn draw() {
    for (int attempt = 0; attempt < most_draws; ++attempt) {
      names_.clear();
      attempt_ = attempt;
      next_ = 0;
      if (std::optional<Drawn> drawn = attempt_once()) return *std::move(drawn);
      if (!exercise_.is_drawn()) break;
    }
    throw Error(exercise_.file + ":" + std::to_string(exercise_.line) + ": " +
                (exercise_.is_drawn() ? "no draw out of " + std::to_string(most_draws) + " meets `where` and keeps wrong answers apart from the right one" +
                                            (collision_.empty() ? "" : "; the wrong answer " + collision_)
                                      : "the wrong answer " + collision_));
  }

 private:
  template <typename Work>
  auto at(const Exercise::Line& line, Work work) const {
    try {
      return work();
    } catch (const Error& error) {
      throw Error(exercise_.file + ":" + std::to_string(line.line) + ": " + line.key + ": " + error.what());
    }
  }

  std::uint64_t random() { return mix(key_ + mix(static_cast<std::uint64_t>(attempt_) * 1000003 + ++next_)); }

  template <typename Use>
  void each(std::string_view key, Use use) {
    for (const Exercise::Line& line : exercise_.lines) {
      if (line.key == key) at(line, [&] { use(line); });
    }
  }

  std::optional<Drawn> attempt_once() {
    each("draw", [&](const Exercise::Line& line) {
      for (const std::string& part : cut_at(line.text, ";")) {
        const auto [name, text] = definition(part);
        const std::vector<std::string> offered = choices(filled(text, names_));
        names_.emplace_back(name, offered[random() % offered.size()]);
      }
    });
    Assignments base = opening(lesson_, exercise_.page);
    std::erase_if(base, [](const auto& a) { return a.first == "lesson" || a.first == "page"; });
    Settings settings = headwise::apply(Settings(state_keys()), base);
    each("state", [&](const Exercise::Line& line) {
      const Assignments own = parse_query(filled(line.text, names_));
      if (has_key(own, "stage")) settings.reset("cell");
      settings = headwise::apply(std::move(settings), own);
    });

    Drawn drawn(exercise_, round_, settings);
    at(exercise_.lines[0], [&] { drawn.run = exercise_run(settings); });
    const Scene scene = scene_of(*drawn.run);
    each("let", [&](const Exercise::Line& line) {
      for (const std::string& part : cut_at(line.text, ";")) {
        const auto [name, text] = definition(part);
        names_.emplace_back(name, plain_number(calculate(filled(text, names_), scene)));
      }
    });
    bool holds = true;
    each("where", [&](const Exercise::Line& line) { holds = holds && calculate(filled(line.text, names_), scene) != 0; });
    if (!holds) return std::nullopt;

    std::vector<Exercise::Line> lines = exercise_.lines;
    for (Exercise::Line& line : lines) {
      if (line.key != "draw") at(line, [&] { line.text = filled(line.text, names_); });
    }
    current_ = &drawn;
    read_common(drawn, lines);
    exercise_.kind->read(drawn, lines);
    for (Drawn::Wrong& wrong : drawn.wrong) finish(wrong.feedback);
    for (Prose* prose : {&drawn.ask, &drawn.hint, &drawn.steps, &drawn.praise}) finish(*prose);
    for (Prose& option : drawn.options) finish(option);
    shuffle(drawn);
    return apart(drawn) ? std::optional(std::move(drawn)) : std::nullopt;
  }

  void read_common(Drawn& drawn, const std::vector<Exercise::Line>& lines) const {
    for (const Exercise::Line& line : lines) {
      if (line.key == "ask") drawn.ask = said(line.text);
      if (line.key == "hint") drawn.hint = said(line.text);
      if (line.key == "steps") drawn.steps = said(line.text);
      if (line.key == "praise") drawn.praise = said(line.text);
    }
  }

  /// Placeholders filled in, and links aimed.
  void finish(Prose& prose) const {
    Drawn& drawn = *current_;
    prose::fill_placeholders(prose, [&](std::string_view request) {
      return computed(*drawn.run, request, scene_of(*drawn.run).compute);
    });
    aim_links(prose, place_in(drawn.settings));
  }

  void shuffle(Drawn& drawn) {
    for (std::size_t i = 0; i < drawn.options.size(); ++i) drawn.shown.push_back(i);
    for (std::size_t i = drawn.shown.size(); i > 1; --i) std::swap(drawn.shown[i - 1], drawn.shown[random() % i]);
    const bool in_order = std::is_sorted(drawn.shown.begin(), drawn.shown.end());
    if (exercise_.kind->by == AnswerBy::ordering && in_order && drawn.shown.size() > 1) std::swap(drawn.shown.front(), drawn.shown.back());
  }

  /// Is each wrong answer marked wrong, with what is said of it and not of one before?
  bool apart(const Drawn& drawn) {
    return std::all_of(drawn.wrong.begin(), drawn.wrong.end(), [&](const Drawn::Wrong& wrong) {
      const Mark made = mark(drawn, wrong.answer);
      const bool is_apart = !made.right && same_text(made.feedback, wrong.feedback);
      if (!is_apart) collision_ = wrong.answer + (made.right ? " is right" : " is taken for another mistake");
      return is_apart;
    });
  }

  const Lesson& lesson_;
  const Exercise& exercise_;
  int round_;
  std::uint64_t key_ = 0;
  int attempt_ = 0;
  std::uint64_t next_ = 0;
  Names names_;
  std::string collision_;
  Drawn* current_ = nullptr;
};

}  // namespace

const Exercise::Line* Exercise::find(std::string_view key) const {
  const auto found = std::find_if(lines.begin(), lines.end(), [&](const Line& l) { return l.key == key; });
  return found == lines.end() ? nullptr : &*found;
}

Exercise parse_exercise(const std::string& file, const std::string& lesson, std::size_t page, const prose::Block& block) {
  Exercise exercise{file, lesson, {}, page, block.line, nullptr, {}};
  const auto fail = [&](std::size_t line, const std::string& why) { throw Error(file + ":" + std::to_string(line) + ": " + why); };
  const std::size_t space = block.language.find(' ');
  exercise.id = space == block.language.npos ? "" : std::string(trimmed(block.language.substr(space)));
  if (exercise.id.empty() || exercise.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != exercise.id.npos) {
    fail(block.line, "an exercise needs a name of lower-case letters, digits and hyphens: ```exercise first-share");
  }
  std::string_view rest = block.text;
  for (std::size_t number = block.line; !rest.empty(); ++number) {
    const std::string_view line = take_line(rest);
    if (trimmed(line).empty()) {
      if (!exercise.lines.empty()) exercise.lines.back().text += '\n';
      continue;
    }
    if (line[0] == ' ') {
      if (exercise.lines.empty()) fail(number, "goes on with a line that is not there");
      exercise.lines.back().text += '\n';
      exercise.lines.back().text += line.substr(std::min<std::size_t>(line.find_first_not_of(' '), 2));
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == line.npos || !is_name(line.substr(0, colon))) fail(number, "must be a key and a text, like kind: number, or start with two spaces");
    exercise.lines.push_back({std::string(line.substr(0, colon)), std::string(trimmed(line.substr(colon + 1))), number});
  }
  const Exercise::Line* kind = exercise.find("kind");
  if (!kind) fail(block.line, "an exercise needs a kind: " + kind_names());
  exercise.kind = find_kind(kind->text);
  if (!exercise.kind) fail(kind->line, "there is no kind '" + print_text(kind->text) + "'; the kinds are " + kind_names());
  const auto among = [](const auto& all, std::string_view key) { return std::find(std::begin(all), std::end(all), key) != std::end(all); };
  for (const Exercise::Line& line : exercise.lines) {
    const bool own = among(exercise.kind->needs, line.key) || among(exercise.kind->takes, line.key);
    if (!own && !among(common_keys, line.key)) fail(line.line, "an exercise of kind " + kind->text + " has no '" + line.key + "'");
    const bool may_repeat = line.key == "wrong" || line.key == "draw" || line.key == "let" || line.key == "where" || line.key == "state";
    if (!may_repeat && exercise.find(line.key) != &line) fail(line.line, line.key + " is given twice");
  }
  for (const std::string_view key : exercise.kind->needs) {
    if (!exercise.find(key)) fail(block.line, "an exercise of kind " + kind->text + " needs " + std::string(key) + ":");
  }
  if (!exercise.find("ask")) fail(block.line, "an exercise needs ask:");
  return exercise;
}

std::shared_ptr<Run> exercise_run(const Settings& settings) {
  constexpr std::int64_t most_bytes = std::int64_t{32} << 20;
  return std::make_shared<Run>(settings, nullptr, Trace::When::later, most_bytes);
}

Drawn draw(const Lesson& lesson, const Exercise& exercise, std::string_view student, int round) {
  return Drawing(lesson, exercise, student, round).draw();
}

Mark mark(const Drawn& drawn, std::string_view answer) {
  try {
    return drawn.exercise.kind->mark(drawn, answer);
  } catch (const Error& error) {
    return {false, {}, error.what()};
  }
}

bool same_text(const Prose& a, const Prose& b) {
  const auto text = [](const Prose& prose) {
    std::string all;
    prose::for_each_span(prose, [&](const prose::Span& span) { all += span.text; });
    return all;
  };
  return text(a) == text(b);
}

Prose said(const std::string& markdown) { return prose::parse("exercise", markdown); }

}  // namespace headwise
