// Where the cursor came from, and what is lit with it.
#include <algorithm>

#include "engine/session/session.hpp"

namespace headwise {

void Session::follow(const Cell& cell) {
  trail_.push_back(cursor_);
  go_to(cell);
}

void Session::back(std::int64_t steps) {
  const auto left = static_cast<std::int64_t>(trail_.size()) - steps;
  if (trail_.empty() || steps < 1) return;
  const auto to = static_cast<std::size_t>(std::max<std::int64_t>(left, 0));
  go_to(Cell(trail_[to]));
  trail_.resize(to);
}

std::string Session::trail_text() const {
  std::string text;
  for (std::size_t i = 0; i < trail_.size(); ++i) {
    const Cell& next = i + 1 < trail_.size() ? trail_[i + 1] : cursor_;
    text += trace().brief_name(trail_[i]) + (trace().is_read(next, trail_[i]) ? " < " : "; ");
  }
  return text.empty() ? text : text + trace().brief_name(cursor_);
}

std::vector<Cell> Session::trail_in(const Run& next, const Cell& cursor) const {
  const Graph& graph = next.trace.graph();
  const auto moved = [&](const Cell& cell) -> std::optional<Cell> {
    const auto node = graph.find(this->graph()[cell.node].id());
    if (!node || !contains(whole(graph[*node].axes()), cell.index)) return std::nullopt;
    return Cell{*node, cell.index};
  };
  if (moved(cursor_) != cursor) return {};
  std::vector<Cell> trail;
  for (const Cell& cell : trail_) {
    const auto there = moved(cell);
    if (!there) return {};
    trail.push_back(*there);
  }
  return trail;
}

std::int64_t Session::Lit::count(std::size_t node) const {
  return (sources.empty() ? 0 : sources[node].count()) + (dependents.empty() ? 0 : dependents[node].count());
}

const Session::Lit& Session::lit() const {
  const std::string& what = draft_.get("trace_cells");
  if (!lit_ || lit_->generation != generation_ || lit_->cell != cursor_ || lit_->what != what) {
    lit_ = {generation_, cursor_, what, {}};
    if (what == "sources" || what == "both") lit_->lit.sources = sources(graph(), cursor_);
    if (what == "dependents" || what == "both") lit_->lit.dependents = dependents(graph(), cursor_);
  }
  return lit_->lit;
}

}  // namespace headwise
