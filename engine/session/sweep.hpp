#pragma once
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/session/state.hpp"
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
  const char* name;
  Count::Kind kind;
  const char* help;
  /// `bytes` for each number that is cached.
  Tally (*of)(const Recipe& recipe, const Graph& graph, std::int64_t bytes);
};
/// Parameters, matmul FLOPs, other FLOPs, activations, KV cache.
std::span<const Measure> measures();

/// Bytes of a number of that type, one of the choices of the key `dtype`.
std::int64_t bytes_of_type(std::string_view dtype);

/// A setting that is varied while the others stay: one of the axes to plot over.
struct SweptKey {
  const char* key;     // `tokens` is varied by its number of tokens
  const char* symbol;  // as formulas have it
  const char* title;
};
std::span<const SweptKey> swept_keys();

/// What the settings cost at one value of the key.
struct SweepPoint {
  std::int64_t value = 0;
  std::string setting;          // what the key is set to for it
  std::vector<Tally> tallies;   // one for each of measures()
};
struct Sweep {
  const SweptKey* swept = nullptr;
  std::int64_t now = 0;             // the settings' own value, among the points
  std::vector<SweepPoint> points;   // by value
  /// Does this measure stay the same at every point?
  bool is_flat(std::size_t measure) const;
};

/// The settings at other values of one key each, wherever they are valid: counted from graphs that are
/// built and never run. As many points as a small plot can show, the settings' own among them.
class Sweeps {
 public:
  /// Of valid settings.
  Sweeps(const Settings& settings, std::int64_t bytes);
  /// Goes on for about so long; true when all is there. At least one graph is counted each time.
  bool compute(std::chrono::duration<double> budget);
  bool is_done() const { return tasks_.empty(); }
  /// One for each key that the pipeline uses, with those points that are there so far.
  const std::vector<Sweep>& all() const { return sweeps_; }

 private:
  struct Task {
    std::size_t sweep;
    std::string setting;
  };
  void plan(Sweep sweep, std::int64_t lowest, std::int64_t highest);
  void count(const Task& task);

  Settings settings_;
  std::int64_t bytes_;
  std::vector<Sweep> sweeps_;
  std::vector<Task> tasks_;  // the last is next
};

/// Sentences of so many tokens each, as many as `tokens` has: its own words, cut or said again.
std::string with_length(const Recipe& recipe, std::int64_t tokens);

}  // namespace headwise
