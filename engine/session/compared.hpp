#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/session/changes.hpp"
#include "engine/session/cursor.hpp"
#include "engine/session/run.hpp"
#include "engine/session/state.hpp"

namespace headwise {

/// The settings with those that the key `compare` holds on top. What these leave no place for (keys of
/// another pipeline, edits of other tensors) goes back to its default; throws Error where they do not fit.
Settings compared_settings(const Settings& settings, const std::string& compare);
/// The value of `compare` that makes the recipe of `to` from `from`.
std::string compare_text(const Settings& from, const Settings& to);

/// Two runs, to be shown side by side: `first` as it is, and a second one that is computed when the first is
/// there, shares with it what the settings leave as it was, and is compared with it stage by stage.
class Compared {
 public:
  /// `known` is a run of the second settings that has its values, or null.
  Compared(std::shared_ptr<const Run> first, const Settings& second, std::shared_ptr<const Run> known);

  const Run& first() const { return *first_; }
  const Settings& settings() const { return settings_; }
  /// Null until the first run has its values.
  const Run* second() const { return second_.get(); }
  /// The same, once it has its values.
  std::shared_ptr<const Run> finished() const { return second_has_values() ? second_ : nullptr; }
  bool is_of(const Run& first, const Settings& second) const;

  bool is_computing() const { return !complete_; }
  /// From 0 to 1, of the second run.
  double progress() const { return second_ ? second_->trace.progress() : 0; }
  /// Goes on while `more()`, once the first run is computed; true where something has come.
  bool compute(const std::function<bool()>& more);

  bool has_values() const { return first_->trace.has_values() && second_has_values(); }
  /// Why there are none; empty where there are some.
  std::string why_no_values() const;

  // Once there is a second():
  /// What stands there for a node of the first run.
  const Counterpart& counterpart(std::size_t node) const { return counterparts_[node]; }
  /// The second run's nodes that have nothing in the first.
  const std::vector<std::size_t>& second_alone() const { return second_alone_; }
  /// Of the first run's node and of what stands for it, the largest finite value by size.
  float largest_value(std::size_t node) const;
  /// The second run's values in the place of the first's, row-major; NaN where it has no such cell.
  std::vector<float> read_second(std::size_t node, const Region& region) const;
  /// The same, less the first's; 0 where both have the same infinity.
  std::vector<float> read_difference(std::size_t node, const Region& region) const;

  /// How each node of the first run (`after`) differs from the second (`before`); null until all is compared.
  const Change* difference(std::size_t node) const { return has_values() && complete_ ? &comparison_->changes()[node] : nullptr; }

 private:
  bool second_has_values() const { return second_ && second_->trace.has_values(); }
  void make_second();
  void pair_up();

  std::shared_ptr<const Run> first_;
  Settings settings_;
  std::shared_ptr<const Run> second_;
  std::shared_ptr<Run> unfinished_;  // second_, while it is computed
  std::vector<Counterpart> counterparts_;
  std::vector<std::size_t> second_alone_;
  std::optional<Comparison> comparison_;
  bool complete_ = false;
};

/// What rounding may make of a value in a tensor whose largest value is `size`: 1e-5 + 1.3e-6 * size, by which
/// PyTorch compares float32.
double rounding_tolerance(double size);

/// Something counted of two runs.
struct CountedTwice {
  std::string what;
  Count::Kind kind = Count::Kind::parameters;
  std::optional<std::int64_t> first, second;  // none where that run has no such thing
};
/// Parameters, FLOPs, bytes of activations, and what else their pipelines count in bytes.
std::vector<CountedTwice> counted_twice(const Run& first, const Run& second);

/// A setting that differs; `auto` with what it stands for: `auto (4)`.
struct SettingTwice {
  std::string label, first, second;
};
std::vector<SettingTwice> settings_that_differ(const Run& first, const Run& second);

}  // namespace headwise
