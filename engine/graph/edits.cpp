#include "engine/graph/edits.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <tuple>

#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

[[noreturn]] void refuse(std::string_view edit, const std::string& why) {
  throw Error("edits=" + print_text(edit, 60) + ": " + why);
}

bool before(const CellEdit& a, const CellEdit& b) {
  return std::tie(a.node, a.index) < std::tie(b.node, b.index);
}

Index parse_index(std::string_view edit, std::string_view text) {
  Index index;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    if (part.empty() || part.size() > 9 || part.find_first_not_of("0123456789") != part.npos) {
      refuse(edit, "the cell must be whole numbers from 0 with commas between, like w_q:0,1=0.5");
    }
    index.push_back(std::stoll(std::string(part)));
    if (comma == text.npos) return index;
    text.remove_prefix(comma + 1);
  }
}

float parse_cell_value(std::string_view edit, std::string_view text) {
  const std::optional<float> value = parse_float(text);
  if (!value) refuse(edit, "the value must be a number, like -1.25");
  if (!std::isfinite(*value)) refuse(edit, "the value must be a finite float32, at most 3.4e38 in size");
  return *value == 0 ? 0 : *value;  // one zero
}

CellEdit parse_edit(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::size_t equals = colon == text.npos ? text.npos : text.find('=', colon);
  const std::string_view node = text.substr(0, colon);
  if (equals == text.npos || node.empty() ||
      node.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_/") != node.npos) {
    refuse(text, "must be NODE:CELL=VALUE, like w_q:0,1=0.5, with a semicolon between two");
  }
  return {std::string(node), parse_index(text, text.substr(colon + 1, equals - colon - 1)),
          parse_cell_value(text, text.substr(equals + 1))};
}

std::string editable_nodes(const Graph& graph) {
  std::string ids;
  for (const Node& node : graph.nodes()) {
    if (is_editable(node)) ids += (ids.empty() ? "" : " ") + node.id();
  }
  return ids;
}

}  // namespace

std::optional<float> parse_float(std::string_view text) {
  const bool plain =
      !text.empty() && text.size() < 40 && text.find_first_not_of("0123456789.eE+-") == text.npos;
  if (!plain) return std::nullopt;
  const std::string copy(text);
  char* end = nullptr;
  const double value = std::strtod(copy.c_str(), &end);
  return *end == '\0' ? std::optional(static_cast<float>(value)) : std::nullopt;
}

Edits parse_edits(std::string_view text) {
  Edits edits;
  while (!text.empty()) {
    const std::size_t end = text.find(';');
    edits.push_back(parse_edit(text.substr(0, end)));
    if (end == text.npos) break;
    text.remove_prefix(end + 1);
    if (text.empty()) parse_edit(text);
  }
  std::stable_sort(edits.begin(), edits.end(), before);
  const auto twice = std::adjacent_find(edits.begin(), edits.end(),
                                        [](const auto& a, const auto& b) { return a.same_cell(b); });
  if (twice != edits.end()) {
    refuse(to_text(*std::next(twice)), "this cell is given twice; give it once");
  }
  if (const std::size_t bytes = to_text(edits).size(); bytes > most_edit_text) {
    throw Error("edits: the text is " + std::to_string(bytes) + " bytes long; at most " + std::to_string(most_edit_text) +
                " are allowed: put that many values into a file, and load it with --weights");
  }
  return edits;
}

std::string index_text(const Index& index) {
  std::string text;
  for (const std::int64_t i : index) text += (text.empty() ? "" : ",") + std::to_string(i);
  return text;
}

std::string to_text(const CellEdit& edit) {
  return edit.node + ":" + index_text(edit.index) + "=" + code_number(static_cast<double>(edit.value));
}

std::string to_text(const Edits& edits) {
  std::string text;
  for (const CellEdit& edit : edits) text += (text.empty() ? "" : ";") + to_text(edit);
  return text;
}

bool is_editable(const Node& node) {
  return node.role != Role::index && (node.kind != NodeKind::stage || node.inputs.empty());
}

std::string fault(const Graph& graph, const CellEdit& edit) {
  const auto found = graph.find(edit.node);
  if (!found) {
    return "there is no " + print_text(edit.node) + " here; what can be edited is " + editable_nodes(graph);
  }
  const Node& node = graph[*found];
  if (!is_editable(node)) {
    return node.id() + (node.role == Role::index ? " follows from the settings" : " is computed from other tensors") + "; what can be edited is " + editable_nodes(graph);
  }
  const Axes& axes = node.axes();
  if (edit.index.size() != axes.size()) {
    std::string names;
    for (const Axis& axis : axes) names += (names.empty() ? "" : ",") + axis.name;
    return "a cell of " + node.id() + " is given by " + std::to_string(axes.size()) + " numbers, " + names;
  }
  for (std::size_t a = 0; a < axes.size(); ++a) {
    if (edit.index[a] < axes[a].size) continue;
    return axes[a].name + " of " + node.id() + " goes from 0 to " + std::to_string(axes[a].size - 1);
  }
  if (node.role == Role::mask && edit.value != 0 && edit.value != 1) {
    return "a mask's cell is 0 (masked) or 1 (attend)";
  }
  return "";
}

void apply_edits(Graph& graph, const Edits& edits) {
  for (auto first = edits.begin(); first != edits.end();) {
    const auto end = std::find_if(first, edits.end(), [&](const auto& e) { return e.node != first->node; });
    std::vector<std::pair<Index, float>> cells;
    for (auto edit = first; edit != end; ++edit) {
      if (const std::string why = fault(graph, *edit); !why.empty()) refuse(to_text(*edit), why);
      cells.emplace_back(edit->index, edit->value);
    }
    graph.edit(*graph.find(first->node), cells);
    first = end;
  }
}

Edits with(Edits edits, CellEdit edit) {
  edits = without(std::move(edits), edit.node, edit.index);
  const auto place = std::lower_bound(edits.begin(), edits.end(), edit, before);
  edits.insert(place, std::move(edit));
  return edits;
}

Edits without(Edits edits, std::string_view node, const Index& index) {
  std::erase_if(edits, [&](const CellEdit& e) { return e.node == node && e.index == index; });
  return edits;
}

const CellEdit* find_edit(const Edits& edits, std::string_view node, const Index& index) {
  const auto it = std::find_if(edits.begin(), edits.end(),
                               [&](const CellEdit& e) { return e.node == node && e.index == index; });
  return it == edits.end() ? nullptr : &*it;
}

}  // namespace headwise
