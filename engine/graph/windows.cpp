#include "engine/graph/windows.hpp"

#include <algorithm>
#include <charconv>

#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

constexpr const char* wanted = ": must be axes with their first and last index, like T_q:0-15,d_k:0-3";

std::int64_t index_in_text(std::string_view text, std::string_view all) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || text.size() > 12 || error != std::errc() || end != text.data() + text.size() || value < 0) {
    throw Error("zoom=" + print_text(all) + wanted);
  }
  return value;
}

/// Why a window does not fit the graph; empty where it does.
std::string misfit(const std::string& name, const Range& range, const Graph& graph) {
  std::string names;
  for (const Node& node : graph.nodes()) {
    for (const Axis& axis : node.axes()) {
      if (axis.name == name) {
        if (range.end <= axis.size) return "";
        return name + " goes from 0 to " + std::to_string(axis.size - 1);
      }
      if (("," + names + ",").find("," + axis.name + ",") == names.npos) names += (names.empty() ? "" : ",") + axis.name;
    }
  }
  return "no tensor has an axis " + print_text(name) + "; there are " + names;
}

}  // namespace

Windows parse_windows(std::string_view text) {
  Windows windows;
  const std::string_view all = text;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(','));
    const std::size_t colon = part.find(':');
    const std::size_t dash = part.find('-', colon == part.npos ? 0 : colon);
    if (colon == 0 || colon == part.npos || dash == part.npos || part.size() == text.size() - 1) {
      throw Error("zoom=" + print_text(all) + wanted);
    }
    const std::int64_t first = index_in_text(part.substr(colon + 1, dash - colon - 1), all);
    const std::int64_t last = index_in_text(part.substr(dash + 1), all);
    const std::string name(part.substr(0, colon));
    const bool again = std::any_of(windows.begin(), windows.end(), [&](const auto& w) { return w.first == name; });
    if (last < first || again) throw Error("zoom=" + print_text(all) + wanted + ", each axis once");
    windows.emplace_back(name, Range{first, last + 1});
    text = part.size() == text.size() ? std::string_view{} : text.substr(part.size() + 1);
  }
  return windows;
}

std::string to_text(const Windows& windows) {
  std::string text;
  for (const auto& [name, range] : windows) {
    text += (text.empty() ? "" : ",") + name + ":" + std::to_string(range.begin) + "-" + std::to_string(range.end - 1);
  }
  return text;
}

void check_windows(const Windows& windows, const Graph& graph) {
  for (const auto& [name, range] : windows) {
    if (const std::string why = misfit(name, range, graph); !why.empty()) {
      throw Error("zoom=" + print_text(to_text(windows)) + ": " + why);
    }
  }
}

Windows fitting_windows(const Windows& windows, const Graph& graph) {
  Windows fitting;
  for (const auto& window : windows) {
    if (misfit(window.first, window.second, graph).empty()) fitting.push_back(window);
  }
  return fitting;
}

Range window_of(const Windows& windows, const Axis& axis) {
  for (const auto& [name, range] : windows) {
    // An axis of the same name may be shorter (the tokens that one step reads).
    if (name == axis.name && range.begin < axis.size) return {range.begin, std::min(range.end, axis.size)};
  }
  return {0, axis.size};
}

void set_window(Windows& windows, const Axis& axis, Range range) {
  const auto found = std::find_if(windows.begin(), windows.end(), [&](const auto& w) { return w.first == axis.name; });
  if (range == Range{0, axis.size}) {
    if (found != windows.end()) windows.erase(found);
  } else if (found != windows.end()) {
    found->second = range;
  } else {
    windows.emplace_back(axis.name, range);
  }
}

}  // namespace headwise
