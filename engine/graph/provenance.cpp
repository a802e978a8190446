#include "engine/graph/provenance.hpp"

#include <algorithm>
#include <utility>

namespace headwise {

namespace {

/// Makes one box of two that agree but for one axis, on which they touch.
bool joined(Region& a, const Region& b) {
  std::size_t differs = a.size();
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] == b[i]) continue;
    if (differs != a.size()) return false;
    differs = i;
  }
  if (differs == a.size()) return true;
  Range& range = a[differs];
  if (range.end != b[differs].begin && b[differs].end != range.begin) return false;
  range = {std::min(range.begin, b[differs].begin), std::max(range.end, b[differs].end)};
  return true;
}

/// Follows a tensor's links to earlier cells of itself, until nothing is new. `next` gives what one box
/// leads to by one link.
template <typename Next>
void close(CellSet& set, const std::vector<Access>& accesses, const Next& next) {
  std::vector<Region> open = set.boxes();
  while (!open.empty()) {
    const Region region = std::move(open.back());
    open.pop_back();
    for (const Access& access : accesses) {
      if (access.input != Access::self) continue;
      for (const Region& to : next(access, region)) {
        for (Region& fresh : set.add(to)) open.push_back(std::move(fresh));
      }
    }
  }
}

}  // namespace

bool overlap(const Region& a, const Region& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].end <= b[i].begin || b[i].end <= a[i].begin) return false;
  }
  return true;
}

std::vector<Region> without(const Region& region, const Region& box) {
  if (!overlap(region, box)) return {region};
  std::vector<Region> rest;
  Region inside = region;
  for (std::size_t a = 0; a < region.size(); ++a) {
    const auto keep = [&](Range range) {
      if (range.size() <= 0) return;
      rest.push_back(inside);
      rest.back()[a] = range;
    };
    keep({inside[a].begin, box[a].begin});
    keep({box[a].end, inside[a].end});
    inside[a] = {std::max(inside[a].begin, box[a].begin), std::min(inside[a].end, box[a].end)};
  }
  return rest;
}

std::vector<Region> without(const Region& region, const std::vector<Region>& boxes) {
  std::vector<Region> left{region};
  for (const Region& box : boxes) {
    std::vector<Region> rest;
    for (const Region& part : left) {
      for (Region& piece : without(part, box)) rest.push_back(std::move(piece));
    }
    left = std::move(rest);
  }
  return left;
}

std::string region_text(const Region& region) {
  std::string text;
  for (const Range& range : region) {
    text += (text.empty() ? "" : ",") + std::to_string(range.begin);
    if (range.size() != 1) text += ":" + std::to_string(range.end);
  }
  return text;
}

std::vector<Region> CellSet::add(const Region& region) {
  if (cell_count(region) == 0) return {};
  std::vector<Region> fresh = without(region, boxes_);
  if (fresh.empty()) return fresh;
  // A large box takes the place of small ones.
  std::erase_if(boxes_, [&](const Region& box) { return without(box, region).empty(); });
  for (Region& part : without(region, boxes_)) boxes_.push_back(std::move(part));
  join();
  return fresh;
}

void CellSet::remove(const Region& region) {
  std::vector<Region> rest;
  for (const Region& box : boxes_) {
    for (Region& left : without(box, region)) rest.push_back(std::move(left));
  }
  boxes_ = std::move(rest);
}

void CellSet::join() {
  for (std::size_t i = 0; i < boxes_.size(); ++i) {
    for (std::size_t j = 0; j < boxes_.size(); ++j) {
      if (i == j || !joined(boxes_[i], boxes_[j])) continue;
      boxes_.erase(boxes_.begin() + static_cast<std::ptrdiff_t>(j));
      i = j = 0;  // the larger one may fit others now
      if (boxes_.size() == 1) return;
    }
  }
}

std::int64_t CellSet::count() const {
  std::int64_t n = 0;
  for (const Region& box : boxes_) n += cell_count(box);
  return n;
}

bool CellSet::contains(const Index& index) const {
  return std::any_of(boxes_.begin(), boxes_.end(), [&](const Region& box) { return headwise::contains(box, index); });
}

std::vector<CellSet> sources(const Graph& graph, const Cell& cell) {
  std::vector<CellSet> sets(graph.nodes().size());
  sets[cell.node].add(single(cell.index));
  for (std::size_t n = cell.node + 1; n-- > 0;) {
    if (sets[n].empty()) continue;
    const Node& node = graph[n];
    const std::vector<Access> accesses = node.op->access(node.signature);
    close(sets[n], accesses, [&](const Access& access, const Region& region) { return exact_reads(access, region, node.axes()); });
    for (const Access& access : accesses) {
      if (access.input == Access::self) continue;
      const std::size_t input = node.inputs[static_cast<std::size_t>(access.input)];
      for (const Region& box : sets[n].boxes()) {
        for (const Region& read : exact_reads(access, box, graph[input].axes())) sets[input].add(read);
      }
    }
  }
  sets[cell.node].remove(single(cell.index));
  return sets;
}

std::vector<CellSet> dependents(const Graph& graph, const Cell& cell) {
  std::vector<CellSet> sets(graph.nodes().size());
  sets[cell.node].add(single(cell.index));
  for (std::size_t n = cell.node; n < graph.nodes().size(); ++n) {
    const Node& node = graph[n];
    const std::vector<Access> accesses = node.op->access(node.signature);
    for (const Access& access : accesses) {
      if (access.input == Access::self) continue;
      const std::size_t input = node.inputs[static_cast<std::size_t>(access.input)];
      for (const Region& box : sets[input].boxes()) {
        for (const Region& reader : exact_readers(access, box, node.axes())) sets[n].add(reader);
      }
    }
    close(sets[n], accesses, [&](const Access& access, const Region& region) { return exact_readers(access, region, node.axes()); });
  }
  sets[cell.node].remove(single(cell.index));
  return sets;
}

}  // namespace headwise
