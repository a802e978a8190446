#include <algorithm>

#include "engine/lesson/calculation.hpp"
#include "engine/lesson/kinds.hpp"
#include "engine/lesson/lesson.hpp"
#include "engine/tensor/lines.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

/// `NODE I, J, ...`, its indices calculations, as `NODE I,J,...`.
std::string read_place(const Drawn& drawn, std::string_view text) {
  const std::size_t space = text.find(' ');
  const std::string name(text.substr(0, space));
  const Graph& graph = drawn.run->trace.graph();
  const auto node = graph.find(name);
  if (!node || space == text.npos) throw Error("must be a stage and the indices of a cell, like attn_weights 0, 1, 2, 3");
  Index index;
  for (const double i : results(drawn, text.substr(space + 1))) index.push_back(static_cast<std::int64_t>(i));
  if (!contains(whole(graph[*node].axes()), index)) throw Error(name + " has no cell " + index_text(index));
  return name + " " + index_text(index);
}

void read_find(Drawn& drawn, const std::vector<Exercise::Line>& lines) {
  for (const Exercise::Line& line : lines) {
    if (line.key == "answer") drawn.answer = read_place(drawn, line.text);
    if (line.key != "wrong") continue;
    const auto [text, feedback] = cut_at_arrow(line);
    drawn.wrong.push_back({read_place(drawn, text), said(feedback)});
  }
}

std::string node_of(std::string_view place) { return std::string(place.substr(0, place.find(' '))); }

Mark mark_find(const Drawn& drawn, std::string_view answer) {
  if (answer.empty()) throw Error("Choose a cell in the simulator first.");
  if (answer == drawn.answer) return {true, drawn.praise};
  for (const Drawn::Wrong& wrong : drawn.wrong) {
    if (answer == wrong.answer) return {false, wrong.feedback};
  }
  if (node_of(answer) != node_of(drawn.answer)) {
    return {false, said("You chose a cell of `" + print_text(node_of(answer)) + "`; look in another tensor.")};
  }
  return {false, said("The right tensor, another cell.")};
}

/// Where the simulator no longer shows what the exercise set up: which keys, and what they were.
std::string strayed(const Drawn& drawn, const Session& session) {
  std::string out;
  for (const Key& key : state_keys()) {
    if (!is_recipe_key(key.name)) continue;
    const auto& may = drawn.may_change;
    if (std::find(may.begin(), may.end(), key.name) != may.end()) continue;
    const std::string& set = drawn.settings.get(key.name);
    if (session.settings().get(key.name) != set) out += (out.empty() ? "" : ", ") + key.name + "=" + (set.empty() ? "nothing" : print_text(set));
  }
  return out;
}

std::string place_of(const Drawn& drawn, const Session& session) {
  if (!strayed(drawn, session).empty()) throw Error("The simulator shows something else now: set the exercise up again.");
  return session.node().id() + " " + index_text(session.cursor().index);
}

/// The settings of an answer `KEY=VALUE&...`.
Settings settings_of(const Drawn& drawn, std::string_view answer) {
  const Assignments given = parse_query(answer);
  for (const auto& [key, value] : given) {
    if (std::find(drawn.may_change.begin(), drawn.may_change.end(), key) == drawn.may_change.end()) throw Error(key + " is not to be changed here");
  }
  return headwise::apply(drawn.settings, given);
}

/// The keys that may be changed, as they are.
std::string answer_from(const Drawn& drawn, const Settings& settings) {
  Assignments all;
  for (const std::string& key : drawn.may_change) all.emplace_back(key, settings.get(key));
  return to_query(all);
}

bool holds(const Drawn& drawn, const Settings& settings) {
  return calculate(drawn.condition, scene_of(*exercise_run(settings))) != 0;
}

/// What reads a stage that is not there has not come true.
bool is_reached(const Drawn& drawn, const Settings& settings) {
  check_recipe(settings);
  try {
    return holds(drawn, settings);
  } catch (const Error&) {
    return false;
  }
}

void read_reach(Drawn& drawn, const std::vector<Exercise::Line>& lines) {
  for (const Exercise::Line& line : lines) {
    if (line.key == "answer") drawn.condition = line.text;
    if (line.key == "may_change") drawn.may_change = cut_at(line.text, ",");
  }
  for (const std::string& key : drawn.may_change) Settings(state_keys()).key(key);
  if (holds(drawn, drawn.settings)) throw Error(drawn.exercise.file + ":" + std::to_string(drawn.exercise.line) + ": what is to be reached holds from the start");
  for (const Exercise::Line& line : lines) {
    if (line.key == "solution") drawn.answer = answer_from(drawn, settings_of(drawn, line.text));
    if (line.key != "wrong") continue;
    const auto [text, feedback] = cut_at_arrow(line);
    drawn.wrong.push_back({answer_from(drawn, settings_of(drawn, text)), said(feedback)});
  }
}

Mark mark_reach(const Drawn& drawn, std::string_view answer) {
  const Settings settings = settings_of(drawn, answer);
  if (is_reached(drawn, settings)) return {true, drawn.praise};
  for (const Drawn::Wrong& wrong : drawn.wrong) {
    if (answer_from(drawn, settings) == wrong.answer) return {false, wrong.feedback};
  }
  return {false, said(answer_from(drawn, settings) == answer_from(drawn, drawn.settings) ? "Nothing is changed yet." : "Not there yet.")};
}

std::string state_of(const Drawn& drawn, const Session& session) {
  if (const std::string other = strayed(drawn, session); !other.empty()) {
    throw Error("Only " + [&] {
      std::string keys;
      for (const std::string& key : drawn.may_change) keys += (keys.empty() ? "" : ", ") + key;
      return keys;
    }() + " may change here. Set back: " + other + ".");
  }
  return answer_from(drawn, session.settings());
}

constexpr std::string_view find_needs[] = {"answer"};
constexpr std::string_view find_takes[] = {"wrong", "praise"};
constexpr std::string_view reach_needs[] = {"answer", "may_change", "solution"};

constexpr ExerciseKind with_places[] = {
    {"find", "Find the cell", AnswerBy::simulator, find_needs, find_takes, read_find, mark_find, place_of},
    {"reach", "Make it so", AnswerBy::simulator, reach_needs, find_takes, read_reach, mark_reach, state_of, true},
    {"repair", "Repair", AnswerBy::simulator, reach_needs, find_takes, read_reach, mark_reach, state_of, true},
};

}  // namespace

std::span<const ExerciseKind> place_kinds() { return with_places; }

}  // namespace headwise
