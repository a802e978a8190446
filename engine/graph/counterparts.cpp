#include "engine/graph/counterparts.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <string_view>

namespace headwise {

namespace {

bool counts_tokens(const Axis& axis) { return axis.kind == AxisKind::query || axis.kind == AxisKind::key; }

Region common(const Region& a, const Region& b) {
  Region both;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const std::int64_t begin = std::max(a[i].begin, b[i].begin);
    both.push_back({begin, std::max(begin, std::min(a[i].end, b[i].end))});
  }
  return both;
}

/// What a node of other axes has of a tensor; none where the two do not fit together.
std::optional<Piece> piece(const Axes& axes, std::size_t node, const Axes& there, bool same_lengths) {
  if (axes.size() != there.size()) return std::nullopt;
  Piece found{node, whole(axes), Index(axes.size(), 0)};
  for (std::size_t a = 0; a < axes.size(); ++a) {
    if (axes[a].name != there[a].name) return std::nullopt;
    if (same_lengths && counts_tokens(axes[a]) && counts_tokens(there[a])) {
      found.shift[a] = axes[a].first - there[a].first;
      const std::int64_t begin = std::max<std::int64_t>(0, -found.shift[a]);
      found.region[a] = {begin, std::max(begin, std::min(axes[a].size, there[a].size - found.shift[a]))};
    } else if (axes[a].size != there[a].size || axes[a].first != there[a].first) {
      return std::nullopt;
    }
  }
  if (cell_count(found.region) == 0) return std::nullopt;
  return found;
}

/// How many tokens the longest query and key axes reach to.
std::pair<std::int64_t, std::int64_t> tokens(const Graph& graph) {
  std::pair<std::int64_t, std::int64_t> most{0, 0};
  for (const Node& node : graph.nodes()) {
    for (const Axis& axis : node.axes()) {
      if (axis.kind == AxisKind::query) most.first = std::max(most.first, axis.first + axis.size);
      if (axis.kind == AxisKind::key) most.second = std::max(most.second, axis.first + axis.size);
    }
  }
  return most;
}

/// Copies `values`, those of `part`, to where they belong within `region`'s.
void scatter(const Region& part, const std::vector<float>& values, const Region& region, std::vector<float>& to) {
  Axes sizes;
  for (const Range& range : region) sizes.push_back({"", range.size()});
  const std::size_t length = part.empty() ? 1 : static_cast<std::size_t>(part.back().size());
  Region starts = part;
  if (!starts.empty()) starts.back().end = starts.back().begin + 1;
  for (std::size_t row = 0; row * length < values.size(); ++row) {
    Index at = index_in(starts, static_cast<std::int64_t>(row));
    for (std::size_t a = 0; a < at.size(); ++a) at[a] -= region[a].begin;
    std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(row * length), length,
                to.begin() + static_cast<std::ptrdiff_t>(flat_index(sizes, at)));
  }
}

}  // namespace

std::vector<Counterpart> counterparts(const Graph& graph, const Graph& other) {
  const bool same_lengths = tokens(graph) == tokens(other);
  std::map<std::string_view, std::vector<std::size_t>> named;
  for (std::size_t n = 0; n < other.nodes().size(); ++n) named[other[n].stands_for].push_back(n);
  std::vector<Counterpart> all;
  for (const Node& node : graph.nodes()) {
    Counterpart& found = all.emplace_back();
    std::vector<std::size_t> nodes = named[node.stands_for];
    // The one of the same id first; what is there to compare with only where nothing else is.
    std::stable_sort(nodes.begin(), nodes.end(), [&](std::size_t a, std::size_t b) {
      const auto rank = [&](std::size_t n) { return other[n].id() == node.id() ? 0 : other[n].comparison ? 2 : 1; };
      return rank(a) < rank(b);
    });
    for (const std::size_t n : nodes) {
      if (found.covers(node.axes())) break;
      if (found.exists() && other[n].comparison) break;
      std::optional<Piece> fits = piece(node.axes(), n, other[n].axes(), same_lengths);
      if (!fits) continue;
      if (fits->region == whole(node.axes())) found.pieces.clear();
      found.pieces.push_back(std::move(*fits));
    }
    if (!found.exists() && !nodes.empty()) found.unlike = nodes.front();
  }
  return all;
}

std::vector<Counterpart> same_ids(const Graph& graph, const Graph& other) {
  std::vector<Counterpart> all;
  for (const Node& node : graph.nodes()) {
    Counterpart& found = all.emplace_back();
    const std::optional<std::size_t> same = other.find(node.id());
    if (same && other[*same].axes() == node.axes()) {
      found.pieces.push_back({*same, whole(node.axes()), Index(node.axes().size(), 0)});
    } else {
      found.unlike = same;
    }
  }
  return all;
}

std::optional<Cell> cell_there(const Counterpart& counterpart, const Index& index) {
  for (const Piece& piece : counterpart.pieces) {
    if (!contains(piece.region, index)) continue;
    Cell cell{piece.node, index};
    for (std::size_t a = 0; a < index.size(); ++a) cell.index[a] += piece.shift[a];
    return cell;
  }
  return std::nullopt;
}

std::vector<float> read(const Trace& other, const Counterpart& counterpart, const Region& region) {
  std::vector<float> values;
  for (std::size_t p = counterpart.pieces.size(); p-- > 0;) {
    const Piece& piece = counterpart.pieces[p];
    const Region part = common(region, piece.region);
    if (cell_count(part) == 0) continue;
    Region there = part;
    for (std::size_t a = 0; a < there.size(); ++a) {
      there[a].begin += piece.shift[a];
      there[a].end += piece.shift[a];
    }
    std::vector<float> some = other.read(piece.node, there);
    if (part == region) {
      values = std::move(some);
      continue;
    }
    values.resize(static_cast<std::size_t>(cell_count(region)), std::numeric_limits<float>::quiet_NaN());
    scatter(part, some, region, values);
  }
  values.resize(static_cast<std::size_t>(cell_count(region)), std::numeric_limits<float>::quiet_NaN());
  return values;
}

}  // namespace headwise
