#pragma once
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/attention/recipe.hpp"
#include "engine/graph/graph.hpp"

namespace headwise {

/// A count that is a sum, equal terms told once.
struct Tally {
  struct Term {
    Count count;
    std::int64_t times = 1;
  };
  std::int64_t value = 0;
  std::vector<Term> terms;
};
/// `2 x (d_model x (h*d_k) = 8 x (2 x 4)) = 128`, with the proper sign for times.
std::string print_term(const Tally::Term& term);

/// Something that settings cost.
struct Measure {
  std::string name;
  Count::Kind kind;
  const char* help;
  /// `bytes` for each number that is cached.
  Tally (*of)(const Recipe& recipe, const Graph& graph, std::int64_t bytes);
};
/// Parameters, matmul FLOPs, other FLOPs, activations, KV cache.
std::span<const Measure> measures();

/// Bytes of a number of that type, one of the choices of the key `dtype`.
std::int64_t bytes_of_type(std::string_view dtype);

/// A size that is varied while the others stay: one of the axes to plot over.
struct SweptSize {
  const char* key;     // the setting that it is varied by
  const char* symbol;  // as formulas have it
  const char* title;
  std::int64_t (*of)(const Recipe& recipe);
  /// What the key is set to for another value.
  std::string (*setting)(const Recipe& recipe, std::int64_t value);
};
/// h, h_kv, d_model, T, B.
std::span<const SweptSize> swept_sizes();

/// What the settings cost at one value of the size.
struct SweepPoint {
  std::int64_t value = 0;
  std::string setting;          // what the key is set to for it
  std::vector<Tally> tallies;   // one for each of measures()
};
struct Sweep {
  const SweptSize* swept = nullptr;
  std::int64_t now = 0;             // the settings' own value, among the points
  std::vector<SweepPoint> points;   // by value
  /// Does this measure stay the same at every point?
  bool is_flat(std::size_t measure) const;
  /// `does not change with h`, `in proportion to T`, `in proportion to d_model²`, exactly so at every
  /// point; else `grows with T` or `changes with T`. Brief: `does not change`, `like d_model²`, `grows`,
  /// `changes`. Empty below two points.
  std::string trend(std::size_t measure, bool brief = false) const;
};

/// The settings at other values of one size each, wherever they are valid: counted from graphs that are
/// built and never run. As many points as a small plot can show, the settings' own among them.
class Sweeps {
 public:
  /// Of valid settings.
  Sweeps(const Settings& settings, std::int64_t bytes);
  /// Goes on for about so long; true when all is there.
  bool compute(std::chrono::duration<double> budget);
  bool is_done() const { return at_ == sweeps_.size(); }
  /// One for each size that the pipeline uses, with those points that are there so far.
  const std::vector<Sweep>& all() const { return sweeps_; }

 private:
  void step();
  std::vector<std::int64_t> values_of(const Sweep& sweep) const;
  std::string setting_for(const Sweep& sweep, std::int64_t value) const;

  Settings settings_;
  Recipe recipe_;
  std::int64_t bytes_;
  std::vector<Sweep> sweeps_;
  std::size_t at_ = 0;                  // the sweep that is made
  std::vector<std::int64_t> to_check_;  // values of it that may be valid, the last is next
  std::vector<std::int64_t> to_count_;  // valid ones
};

/// The value of the key `tokens` for so many sentences of so many tokens: its own words, cut or said again.
std::string resized_batch(const Recipe& recipe, std::int64_t sentences, std::int64_t tokens);

}  // namespace headwise
