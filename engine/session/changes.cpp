#include "engine/session/changes.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "engine/session/run.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

bool same_bits(float a, float b) { return std::memcmp(&a, &b, sizeof a) == 0; }

double distance(float a, float b) {
  const double d = std::fabs(static_cast<double>(a) - static_cast<double>(b));
  return std::isnan(d) ? std::numeric_limits<double>::infinity() : d;
}

/// `partly`: what is not a number in `before` is not there.
void compare_part(Change& change, const std::vector<float>& before, const std::vector<float>& after, const Region& region,
                  bool partly) {
  std::size_t at = after.size();
  double largest = change.values ? change.largest : -1;
  change.cells += static_cast<std::int64_t>(after.size());
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (same_bits(before[i], after[i])) continue;
    if (partly && std::isnan(before[i])) {
      --change.cells;
      continue;
    }
    const double d = distance(before[i], after[i]);
    if (std::isfinite(d)) {
      change.sum += d;
      change.finite = std::max(change.finite, d);
    } else {
      ++change.infinite;
    }
    if (d <= largest) continue;
    largest = d;
    at = i;
  }
  if (at == after.size()) return;
  change.values = true;
  change.largest = largest;
  change.at = index_in(region, static_cast<std::int64_t>(at));
  change.before = before[at];
  change.after = after[at];
}

/// A cell's value, where the run has the cell.
std::string value_text(const Run& run, const CellEdit& cell) {
  const auto node = run.trace.graph().find(cell.node);
  if (!node || !run.trace.has_values() || !contains(whole(run.trace.graph()[*node].axes()), cell.index)) return "none";
  return print_number(static_cast<double>(run.trace.value({*node, cell.index})));
}

}  // namespace

Comparison::Comparison(const Trace& before, const Trace& after)
    : Comparison(before, after, same_ids(after.graph(), before.graph())) {}

Comparison::Comparison(const Trace& before, const Trace& after, std::vector<Counterpart> in_before)
    : before_(before), after_(after), in_before_(std::move(in_before)), changes_(after.graph().nodes().size()) {}

void Comparison::compute(const std::function<bool()>& more) {
  for (; !complete(); ++next_) {
    const Axes& axes = after_.graph()[next_].axes();
    const Counterpart& other = in_before_[next_];
    const bool partly = !other.covers(axes);
    Change& change = changes_[next_];
    if (!other.exists()) {
      (other.unlike ? change.shape : change.added) = true;
    } else if (before_.has_values() != after_.has_values()) {
      change.values = true;
    } else if (after_.has_values() && (partly || !after_.shares(next_, before_, other.pieces[0].node))) {
      if (parts_.empty()) {
        parts_ = parts_of(axes);
        std::reverse(parts_.begin(), parts_.end());
      }
      for (; !parts_.empty(); parts_.pop_back()) {
        if (!more()) return;
        const Region& region = parts_.back().region;
        compare_part(change, read(before_, other, region), after_.read(next_, region), region, partly);
      }
    }
  }
}

std::vector<Change> compare(const Trace& before, const Trace& after) {
  Comparison all(before, after);
  all.compute([] { return true; });
  return all.changes();
}

std::vector<std::size_t> largest_first(const Graph& graph, const std::vector<Change>& changes) {
  std::vector<std::size_t> stages;
  for (const std::size_t stage : graph.stages()) {
    if (changes[stage].largest > 0) stages.push_back(stage);
  }
  std::stable_sort(stages.begin(), stages.end(),
                   [&](std::size_t a, std::size_t b) { return changes[a].largest > changes[b].largest; });
  return stages;
}

namespace {

/// The same tensor in the run before, if its values can be compared.
std::optional<std::size_t> counterpart(const Run* before, const Run& now, std::size_t node) {
  if (!before || !before->trace.has_values() || !now.trace.has_values()) return std::nullopt;
  const auto found = before->trace.graph().find(now.trace.graph()[node].id());
  const bool same = found && before->trace.graph()[*found].axes() == now.trace.graph()[node].axes();
  return same ? found : std::nullopt;
}

}  // namespace

ChangedCells changed_cells(const Run* before, const Run& now, std::size_t node, const Region& region) {
  ChangedCells cells;
  const auto found = counterpart(before, now, node);
  if (!found || now.trace.shares(node, before->trace, *found)) return cells;
  const std::vector<float> was = before->trace.read(*found, region);
  const std::vector<float> is = now.trace.read(node, region);
  cells.at.resize(is.size());
  for (std::size_t i = 0; i < is.size(); ++i) {
    if (same_bits(was[i], is[i])) continue;
    cells.at[i] = true;
    ++cells.count;
  }
  if (cells.count == 0) cells.at.clear();
  return cells;
}

std::optional<float> value_before(const Run* before, const Run& now, const Cell& cell) {
  const auto found = counterpart(before, now, cell.node);
  return found ? std::optional(before->trace.value({*found, cell.index})) : std::nullopt;
}

std::string change_text(const Run* before, const Run& now, const Cell& cell) {
  const std::optional<float> was = value_before(before, now, cell);
  const float is = was ? now.trace.value(cell) : 0;
  if (!was || same_bits(*was, is)) return "";
  const std::string both = "before " + print_number(static_cast<double>(*was)) + ", now " + print_number(static_cast<double>(is));
  const double by = static_cast<double>(is) - static_cast<double>(*was);
  if (!std::isfinite(by)) return both;
  return both + " (" + (by > 0 ? "+" : "") + print_number(by) + ")";
}

std::vector<std::string> what_was_set(const Run& before, const Run& after) {
  constexpr std::size_t few = 3;
  std::vector<std::string> lines;
  for (const Key& key : recipe_keys()) {
    const std::string& was = before.settings.get(key.name);
    const std::string& is = after.settings.get(key.name);
    if (was == is || key.type == Key::Type::edits) continue;
    lines.push_back(key.label + (key.type == Key::Type::text ? " changed" : ": " + was + " to " + is));
  }
  const Edits cells = difference(before.edits, after.edits);
  for (std::size_t i = 0; i < std::min(cells.size(), few); ++i) {
    lines.push_back(cells[i].node + "[" + index_text(cells[i].index) + "]: " + value_text(before, cells[i]) + " to " +
                    value_text(after, cells[i]) +
                    (find_edit(after.edits, cells[i].node, cells[i].index) ? "" : ", reset"));
  }
  if (cells.size() > few) lines.push_back("and " + std::to_string(cells.size() - few) + " more cells");
  return lines;
}

Edits difference(const Edits& before, const Edits& after) {
  Edits all;
  const auto add_missing = [&all](const Edits& from, const Edits& in) {
    for (const CellEdit& edit : from) {
      const CellEdit* other = find_edit(in, edit.node, edit.index);
      if (!other || other->value != edit.value) all = with(std::move(all), edit);
    }
  };
  add_missing(before, after);
  add_missing(after, before);
  return all;
}

}  // namespace headwise
