#include "engine/session/command.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "engine/attention/tokens.hpp"
#include "engine/session/clipboard.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

std::int64_t whole_number(std::string_view text) {
  const std::string_view digits = text.substr(text.substr(0, 1) == "-" ? 1 : 0);
  if (digits.empty() || digits.size() > 15 || digits.find_first_not_of("0123456789") != digits.npos) {
    throw Error("'" + print_text(text) + "' is not a whole number of at most 15 digits");
  }
  return std::stoll(std::string(text));
}

namespace {

std::vector<std::int64_t> whole_numbers(std::string_view text) {
  std::vector<std::int64_t> all;
  for (const std::string& part : split_list(text)) all.push_back(whole_number(part));
  return all;
}

void move(Session& session, const std::vector<std::int64_t>& by) {
  if (by.size() != 2) throw Error("move takes rows,columns");
  Cell cell = session.cursor();
  const Axes& axes = session.node().axes();
  const Slice slice = slice_at(axes, cell.index);
  const auto shift = [&](std::optional<std::size_t> axis, std::int64_t d) {
    if (axis) cell.index[*axis] = std::clamp<std::int64_t>(cell.index[*axis] + d, 0, axes[*axis].size - 1);
  };
  shift(slice.row, by[0]);
  shift(slice.column, by[1]);
  session.go_to(cell);
}

void next_stage(Session& session, std::int64_t by) {
  const Graph& graph = session.graph();
  const auto& stages = graph.stages();
  // A weight stands just before the stage that first reads it.
  const bool on_stage = session.node().kind == NodeKind::stage;
  const std::size_t at = on_stage ? session.cursor().node : first_reader(graph, session.cursor().node);
  std::int64_t to = std::lower_bound(stages.begin(), stages.end(), at) - stages.begin();
  to += by > 0 && !on_stage ? by - 1 : by;
  to = std::clamp<std::int64_t>(to, 0, static_cast<std::int64_t>(stages.size()) - 1);
  session.go_to_stage(stages[static_cast<std::size_t>(to)]);
}

void follow(Session& session, std::string_view target) {
  const std::size_t space = target.find(' ');
  const auto node = session.graph().find(target.substr(0, space));
  if (!node || space == target.npos) throw Error("follow takes a stage and a cell");
  const Axes& axes = session.graph()[*node].axes();
  const Index index = whole_numbers(target.substr(space + 1));
  if (!contains(whole(axes), index)) throw Error("follow: there is no such cell");
  session.follow({*node, index});
}

/// `NODE I,J,...` and, where it is set, a value, as the text of edits has them.
CellEdit parse_cell(std::string_view text, bool with_value) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    words.emplace_back(text.substr(0, space));
    text = space == text.npos ? std::string_view{} : text.substr(space + 1);
  }
  if (words.size() != (with_value ? 3U : 2U)) {
    throw Error(with_value ? "edit takes a tensor, a cell and a value: edit w_q 0,1 0.5"
                           : "unedit takes a tensor and a cell, a tensor, or all: unedit w_q 0,1");
  }
  const Edits one = parse_edits(words[0] + ":" + words[1] + "=" + (with_value ? words[2] : "0"));
  if (one.size() != 1) throw Error("one cell at a time");
  return one[0];
}

void unedit(Session& session, std::string_view what) {
  if (what == "all") {
    session.set_edits({});
    return;
  }
  if (!what.empty() && what.find(' ') == what.npos) {
    Edits left = session.edits();
    if (std::erase_if(left, [&](const CellEdit& edit) { return edit.node == what; }) == 0) {
      throw Error("unedit: no cell of " + print_text(what) + " is set by hand");
    }
    session.set_edits(left);
    return;
  }
  const CellEdit cell = parse_cell(what, false);
  if (!find_edit(session.edits(), cell.node, cell.index)) {
    throw Error("unedit: " + cell.node + " " + index_text(cell.index) + " is not set by hand");
  }
  session.set_edits(without(session.edits(), cell.node, cell.index));
}

void replace_word(Session& session, std::string_view text) {
  const std::size_t first = text.find(' ');
  const std::size_t second = first == text.npos ? first : text.find(' ', first + 1);
  if (second == text.npos) throw Error("word takes a setting, a sentence and token, and a text: word tokens 0,3 river");
  const std::string key(text.substr(0, first));
  if (key != "tokens" && key != "context_tokens") {
    throw Error("word: " + print_text(key) + " has no words; tokens and context_tokens have");
  }
  const std::vector<std::int64_t> place = whole_numbers(text.substr(first + 1, second - first - 1));
  if (place.size() != 2 || place[0] < 0 || place[1] < 0) throw Error("word takes sentence,token counted from 0, like 0,3");
  session.set(key, with_token(key, session.settings().get(key), place[0], place[1], text.substr(second + 1)));
}

}  // namespace

void perform(Session& session, std::string_view command) {
  const std::size_t space = command.find(' ');
  const std::string_view verb = command.substr(0, space);
  const std::string_view rest = space == command.npos ? std::string_view{} : command.substr(space + 1);
  try {
    if (verb == "set") {
      const auto [key, value] = parse_assignment(rest);
      session.set(key, value);
    } else if (verb == "type") {
      const auto [key, value] = parse_assignment(rest);
      session.type(key, value);
    } else if (verb == "typed") {
      session.end_typing();
    } else if (verb == "change") {
      session.change(parse_query(rest));
    } else if (verb == "step") {
      session.step(whole_number(rest));
    } else if (verb == "first") {
      session.step_to(0);
    } else if (verb == "last") {
      session.step_to(session.position().total - 1);
    } else if (verb == "play") {
      session.playing = !session.playing;
    } else if (verb == "move") {
      move(session, whole_numbers(rest));
    } else if (verb == "stage") {
      next_stage(session, whole_number(rest));
    } else if (verb == "follow") {
      follow(session, rest);
    } else if (verb == "back") {
      const std::int64_t steps = space == command.npos ? 1 : whole_number(rest);
      if (steps < 1) throw Error("back takes how many links, from 1");
      session.back(steps);
    } else if (verb == "zoom") {
      if (rest != "in" && rest != "out" && rest != "all") throw Error("zoom takes in, out or all");
      rest == "all" ? session.change({{"zoom", ""}}) : session.zoom(session.cursor(), rest == "in" ? 1.5 : 1 / 1.5);
    } else if (verb == "edit") {
      session.set_edits(with(session.edits(), parse_cell(rest, true)));
    } else if (verb == "unedit") {
      unedit(session, rest);
    } else if (command == "compare swap") {
      session.swap_compared();
    } else if (command == "compare take") {
      session.take_compared();
    } else if (verb == "word") {
      replace_word(session, rest);
    } else if (verb == "paste") {
      paste(session, rest);
    } else if (verb == "stop") {
      session.stop();
    } else if (verb == "go") {
      session.go_on();
    } else if (verb == "undo") {
      session.undo();
    } else if (verb == "redo") {
      session.redo();
    } else {
      throw Error("there is no command '" + print_text(verb) + "'");
    }
  } catch (const Error& error) {
    session.report(error.what());
  }
}

}  // namespace headwise
