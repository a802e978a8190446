#include "engine/session/compared.hpp"

#include <algorithm>
#include <cmath>

#include "engine/attention/memory.hpp"
#include "engine/session/suggest.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

Settings compared_settings(const Settings& settings, const std::string& compare) {
  const Assignments assignments = parse_assignments(compare);
  try {
    Settings second = headwise::apply(fitted(headwise::apply(settings, assignments)), assignments);
    const bool has_edits = std::any_of(assignments.begin(), assignments.end(), [](const auto& a) { return a.first == "edits"; });
    if (!has_edits) second = with_fitting_edits(std::move(second));
    check_recipe(second);
    return second;
  } catch (const Error& error) {
    throw Error("compare=" + print_text(compare) + ": " + error.what());
  }
}

std::string compare_text(const Settings& from, const Settings& to) {
  Assignments all;
  for (const Key& key : recipe_keys()) {
    if (from.get(key.name) != to.get(key.name)) all.emplace_back(key.name, to.get(key.name));
  }
  return to_text(all);
}

Compared::Compared(std::shared_ptr<const Run> first, const Settings& second, std::shared_ptr<const Run> known)
    : first_(std::move(first)), settings_(second), second_(std::move(known)) {
  if (second_) pair_up();
}

void Compared::pair_up() {
  const Graph& first = first_->trace.graph();
  const Graph& second = second_->trace.graph();
  counterparts_ = counterparts(first, second);
  const std::vector<Counterpart> back = counterparts(second, first);
  for (std::size_t node = 0; node < back.size(); ++node) {
    if (!back[node].exists() && !back[node].unlike) second_alone_.push_back(node);
  }
}

bool Compared::is_of(const Run& first, const Settings& second) const {
  return first_.get() == &first && same_recipe(settings_, second);
}

/// Both together stay within the memory of one run; beside a run without values there is none to compare.
void Compared::make_second() {
  const std::int64_t left = first_->trace.has_values() ? memory_limit - memory_needed(first_->trace.graph()) : 0;
  unfinished_ = std::make_shared<Run>(settings_, first_.get(), Trace::When::later, left);
  second_ = unfinished_;
  pair_up();
}

bool Compared::compute(const std::function<bool()>& more) {
  if (complete_ || first_->trace.is_computing()) return false;
  bool arrived = !second_;
  if (!second_) make_second();
  if (unfinished_) {
    unfinished_->trace.compute(more);
    if (unfinished_->trace.is_computing()) return arrived;
    unfinished_.reset();
    arrived = true;
  }
  if (has_values()) {
    if (!comparison_) comparison_.emplace(second_->trace, first_->trace, counterparts_);
    comparison_->compute(more);
    if (!comparison_->complete()) return arrived;
  }
  complete_ = true;
  return true;
}

std::string Compared::why_no_values() const {
  if (has_values()) return {};
  if (is_computing()) return "Computing the second run.";
  return "Too large to run side by side: both together need " +
         print_bytes(memory_needed(first_->trace.graph()) + memory_needed(second_->trace.graph())) + ", more than " +
         print_bytes(memory_limit) + ". Shapes and counts are exact; make it smaller to see values.";
}

float Compared::largest_value(std::size_t node) const {
  const auto size = [](const Extent& extent) { return std::max(std::fabs(extent.lowest), std::fabs(extent.highest)); };
  float largest = size(first_->trace.extent(node));
  for (const Piece& piece : counterparts_[node].pieces) largest = std::max(largest, size(second_->trace.extent(piece.node)));
  return largest;
}

std::vector<float> Compared::read_second(std::size_t node, const Region& region) const {
  return read(second_->trace, counterparts_[node], region);
}

std::vector<float> Compared::read_difference(std::size_t node, const Region& region) const {
  const std::vector<float> first = first_->trace.read(node, region);
  std::vector<float> difference = read_second(node, region);
  for (std::size_t i = 0; i < first.size(); ++i) difference[i] = difference[i] == first[i] ? 0 : difference[i] - first[i];
  return difference;
}

double rounding_tolerance(double size) { return 1e-5 + 1.3e-6 * size; }

std::vector<CountedTwice> counted_twice(const Run& first, const Run& second) {
  const Graph& a = first.trace.graph();
  const Graph& b = second.trace.graph();
  std::vector<CountedTwice> all;
  for (const Count::Kind kind : count_kinds) {
    all.push_back({std::string(count_name(kind)), kind, total(a, kind), total(b, kind)});
  }
  const std::size_t totals = all.size();
  for (const Memory& kept : memory(first.recipe, a)) all.push_back({kept.what, Count::Kind::bytes, kept.bytes, std::nullopt});
  for (const Memory& kept : memory(second.recipe, b)) {
    const auto same = std::find_if(all.begin() + static_cast<std::ptrdiff_t>(totals), all.end(),
                                   [&](const CountedTwice& counted) { return counted.what == kept.what; });
    if (same != all.end()) {
      same->second = kept.bytes;
    } else {
      all.push_back({kept.what, Count::Kind::bytes, std::nullopt, kept.bytes});
    }
  }
  return all;
}

std::vector<SettingTwice> settings_that_differ(const Run& first, const Run& second) {
  const auto value = [](const Run& run, const Key& key) {
    const std::string& set = run.settings.get(key.name);
    return set == "auto" ? "auto (" + resolved(run, key.name) + ")" : set.empty() ? "none" : set;
  };
  std::vector<SettingTwice> all;
  for (const Key& key : recipe_keys()) {
    if (first.settings.get(key.name) == second.settings.get(key.name)) continue;
    all.push_back({key.label, value(first, key), value(second, key)});
  }
  return all;
}

}  // namespace headwise
