#pragma once
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "engine/attention/pipeline.hpp"
#include "engine/attention/recipe.hpp"
#include "engine/graph/edits.hpp"
#include "engine/graph/trace.hpp"
#include "engine/tensor/random.hpp"

/// What the engine's tests share: random recipes, the same on every platform, and short ways to
/// run them and read what came out.
namespace headwise::test {

inline constexpr float infinity = std::numeric_limits<float>::infinity();

/// How many random cases to try: `all` where the environment has HEADWISE_FULL=1, else `quick`.
int samples(int quick, int all);

class Random {
 public:
  explicit Random(std::uint64_t seed) : key_(mix(seed + 0x1234567U)) {}

  std::uint64_t bits() { return mix(key_ + 0x9e3779b97f4a7c15U * ++count_); }
  std::int64_t below(std::int64_t n) {
    return static_cast<std::int64_t>(bits() % static_cast<std::uint64_t>(n));
  }
  /// From `low` to `high`, both possible.
  std::int64_t range(std::int64_t low, std::int64_t high) { return low + below(high - low + 1); }
  bool chance(int percent) { return below(100) < percent; }
  double normal() { return random_normal(key_, ++count_); }

  template <typename T>
  const T& pick(const std::vector<T>& all) {
    return all[static_cast<std::size_t>(below(static_cast<std::int64_t>(all.size())))];
  }
  std::string pick(std::initializer_list<const char*> all) {
    return all.begin()[below(static_cast<std::int64_t>(all.size()))];
  }
  Index cell(const Axes& axes) { return index_at(axes, below(cell_count(axes))); }
  Region region(const Axes& axes);
  std::vector<std::int64_t> permutation(std::int64_t n);
  Tensor tensor(const Axes& axes);

 private:
  std::uint64_t key_;
  std::uint64_t count_ = 0;
};

/// Sentences of `low` to `high` words each, joined as the key `tokens` takes them.
std::string random_sentences(Random& random, std::int64_t sentences, std::int64_t low,
                             std::int64_t high);

/// Valid settings over all that a recipe knows: both pipelines, MHA, GQA and MQA, head sizes of
/// their own, bias, masks, positions, batches of sentences of different lengths. Mostly small;
/// about one in ten is larger, and a few are wide.
Settings random_settings(Random& random);

/// Valid settings of any pipeline with any of its features, drawn from the key table: a new feature
/// is covered without being named here. Small.
Settings random_variant(Random& random);

/// The same as random_settings with some keys fixed afterwards; every value must fit any random settings.
Settings random_settings(Random& random, const std::map<std::string, std::string>& fixed);

/// A value for one cell that can be set by hand.
CellEdit random_edit(Random& random, const Graph& graph);
/// The settings with up to eight cells more set by hand.
Settings with_random_edits(Random& random, Settings settings);

std::string describe(const Settings& settings);

/// Tensors that replace a node's values before a run, by id.
using Given = std::map<std::string, Tensor>;

Graph graph_of(const Settings& settings);
Trace run(const Settings& settings, const Given& given = {});

std::size_t node(const Trace& trace, const std::string& id);
/// All values of a node, row-major; and the same as a tensor.
std::vector<float> values(const Trace& trace, const std::string& id);
Tensor tensor(const Trace& trace, const std::string& id);

/// Largest size of a finite value.
double largest(const std::vector<float>& values);
/// Runs `body(random)` for many seeds. It returns an error; the largest must be at most `limit`.
template <typename Body>
void over_seeds(std::uint64_t stream, double limit, const Body& body) {
  double most = 0;
  for (int i = 0; i < samples(20, 1000); ++i) {
    Random random(stream + static_cast<std::uint64_t>(i));
    most = std::max(most, static_cast<double>(body(random)));
  }
  CHECK(most <= limit);
  if (samples(0, 1) > 0) MESSAGE("largest error " << most << " of " << limit);
}

/// Largest difference; infinite where one of the two is infinite alone, or their counts differ.
double worst(const std::vector<float>& a, const std::vector<float>& b);
/// The same in units of the largest exact value, where that is above 1: the limits that tests quote
/// are for numbers of about that size.
double worst_for_size(const std::vector<float>& values, const std::vector<float>& exact);
/// How far a value may be from the exact one, in a stage whose largest value is `size`.
inline double tolerance(double size) { return 1e-5 + 1.3e-6 * size; }
/// Within the tolerance, with infinities equal; never for NaN.
bool close(double a, double b, double size);

/// A copy with blocks of `width` along the last (`columns`) or first axis taken in a new order;
/// an order may leave blocks out and repeat them. The result has `axes`.
Tensor blocks(const Tensor& from, bool columns, std::int64_t width,
              const std::vector<std::int64_t>& order, const Axes& axes);

}  // namespace headwise::test
