#include "engine/session/sweep.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "engine/attention/memory.hpp"
#include "engine/attention/pipeline.hpp"
#include "engine/session/run.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

constexpr std::size_t most_points = 14;

void add(Tally& tally, Count count) {
  if (count.value == 0) return;
  tally.value += count.value;
  for (Tally::Term& term : tally.terms) {
    if (term.count.formula == count.formula && term.count.numbers == count.numbers) {
      ++term.times;
      return;
    }
  }
  tally.terms.push_back({std::move(count), 1});
}

template <Count::Kind kind>
Tally of_graph(const Recipe&, const Graph& graph, std::int64_t) {
  Tally tally;
  for (const std::size_t stage : graph.stages()) {
    if (graph[stage].comparison) continue;
    for (Count& count : counts(graph, stage)) {
      if (count.kind != kind) continue;
      if (kind != Count::Kind::parameters) count.what = graph[stage].id() + ", " + count.what;
      add(tally, std::move(count));
    }
  }
  return tally;
}

Tally of_cache(const Recipe& recipe, const Graph&, std::int64_t bytes) {
  Tally tally;
  add(tally, kv_cache(recipe, bytes));
  return tally;
}

/// A value to stop at on the way from `lowest` to `highest`: small ones, products of 2, 3 and 5, and
/// what divides the widths and heads that are set.
std::set<std::int64_t> round_values(const Recipe& recipe, std::int64_t lowest, std::int64_t highest) {
  std::set<std::int64_t> values;
  const auto keep = [&](std::int64_t value) {
    if (value >= lowest && value <= highest) values.insert(value);
  };
  for (std::int64_t n = 1; n <= 16; ++n) keep(n);
  for (std::int64_t two = 1; two <= highest; two *= 2) {
    for (const std::int64_t odd : {1, 3, 5, 9, 15}) {
      keep(two * odd);
      keep(two * odd * recipe.num_heads);
    }
  }
  for (const std::int64_t whole : {recipe.d_model, recipe.num_heads}) {
    for (std::int64_t d = 1; d * d <= whole; ++d) {
      if (whole % d != 0) continue;
      keep(d);
      keep(whole / d);
    }
  }
  return values;
}

/// The settings with one key set, without what is of no account for counting and may not fit; none
/// where they are not valid so.
std::optional<Recipe> recipe_at(Settings settings, const std::string& key, const std::string& setting) {
  try {
    settings.set(key, setting);
    return make_recipe(settings);
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// Few of them, evenly spread by their ratios, `now` and both ends among them.
std::vector<std::int64_t> thinned(const std::vector<std::int64_t>& all, std::int64_t now) {
  if (all.size() <= most_points) return all;
  std::set<std::int64_t> kept{now};
  const double low = std::log(static_cast<double>(all.front()));
  const double high = std::log(static_cast<double>(all.back()));
  for (std::size_t i = 0; i + 1 < most_points; ++i) {
    const double wanted = low + (high - low) * static_cast<double>(i) / static_cast<double>(most_points - 2);
    kept.insert(*std::min_element(all.begin(), all.end(), [wanted](std::int64_t a, std::int64_t b) {
      return std::fabs(std::log(static_cast<double>(a)) - wanted) < std::fabs(std::log(static_cast<double>(b)) - wanted);
    }));
  }
  return {kept.begin(), kept.end()};
}

const std::string tokens_key = "tokens";

std::int64_t value_of(const Recipe& recipe, const std::string& key) {
  if (key == tokens_key) return recipe.tokens;
  if (key == "num_heads") return recipe.num_heads;
  if (key == "num_kv_heads") return recipe.num_kv_heads;
  return recipe.d_model;
}

}  // namespace

std::string print_term(const Tally::Term& term) {
  const std::string product = term.count.formula + " = " + term.count.numbers;
  if (term.times == 1) return product + " = " + print_count(term.count.value);
  return std::to_string(term.times) + " \u00d7 (" + product + ") = " + print_count(term.times * term.count.value);
}

std::span<const Measure> measures() {
  static constexpr Measure all[] = {
      {"parameters", Count::Kind::parameters, "Numbers that training would learn: the projection matrices, and biases.",
       of_graph<Count::Kind::parameters>},
      {"matmul FLOPs", Count::Kind::matmul_flops,
       "Multiplications and additions in matrix products (2 for each pair), masked cells counted. At a fixed d_model the "
       "number of heads does not change them.",
       of_graph<Count::Kind::matmul_flops>},
      {"other FLOPs", Count::Kind::other_flops, "Cell by cell work: scaling, softmax, biases. This grows with heads.",
       of_graph<Count::Kind::other_flops>},
      {"activations", Count::Kind::bytes, "Memory of all stages' tensors in float32, weights not counted; views cost nothing.",
       of_graph<Count::Kind::bytes>},
      {"KV cache", Count::Kind::bytes, "Keys and values kept of every token while text is generated, in all layers and sentences.",
       of_cache},
  };
  return all;
}

std::int64_t bytes_of_type(std::string_view dtype) {
  if (dtype == "float32") return 4;
  return dtype == "int8" || dtype == "float8" ? 1 : 2;
}

std::span<const SweptKey> swept_keys() {
  static constexpr SweptKey all[] = {{"num_heads", "h", "query heads"},
                                     {"num_kv_heads", "h_kv", "KV heads"},
                                     {"d_model", "d_model", "model width"},
                                     {"tokens", "T", "tokens in a sentence"}};
  return all;
}

bool Sweep::is_flat(std::size_t measure) const {
  return std::all_of(points.begin(), points.end(),
                     [&](const SweepPoint& p) { return p.tallies[measure].value == points.front().tallies[measure].value; });
}

std::string with_length(const Recipe& recipe, std::int64_t tokens) {
  const auto built = [&](bool own_words) {
    std::string text;
    for (const std::vector<std::string>& sentence : recipe.batch.tokens) {
      std::vector<std::string> words;
      for (const std::string& word : sentence) {
        if (own_words && word != padding_token && word != "|") words.push_back(word);
      }
      if (words.empty()) words = {"a"};
      if (!text.empty()) text += " | ";
      for (std::int64_t t = 0; t < tokens; ++t) text += (t > 0 ? " " : "") + words[static_cast<std::size_t>(t) % words.size()];
    }
    return text;
  };
  const std::string text = built(true);
  return static_cast<std::int64_t>(text.size()) <= recipe.settings.key(tokens_key).highest ? text : built(false);
}

Sweeps::Sweeps(const Settings& settings, std::int64_t bytes) : settings_(settings), bytes_(bytes) {
  settings_.reset("edits");
  const Recipe recipe = make_recipe(settings_);
  const Pipeline& pipeline = find_pipeline(settings_.get("pipeline"));
  for (const SweptKey& swept : swept_keys()) {
    if (!uses(pipeline, swept.key)) continue;
    const std::int64_t now = value_of(recipe, swept.key);
    std::vector<std::int64_t> valid;
    constexpr std::int64_t at_least = 32;
    const std::int64_t highest = std::max(at_least, 4 * now);
    // Validity is asked of short sentences: it is the same, and quicker to tell.
    const bool by_length = swept.key == tokens_key;
    for (const std::int64_t value : round_values(recipe, 1, highest)) {
      if (value == now || recipe_at(settings_, swept.key, by_length ? with_length(recipe, value) : std::to_string(value))) valid.push_back(value);
    }
    if (!std::binary_search(valid.begin(), valid.end(), now)) valid.insert(std::lower_bound(valid.begin(), valid.end(), now), now);
    for (const std::int64_t value : thinned(valid, now)) {
      const bool is_now = value == now;
      tasks_.push_back({sweeps_.size(), is_now ? settings_.get(swept.key) : by_length ? with_length(recipe, value) : std::to_string(value)});
    }
    sweeps_.push_back({&swept, now, {}});
  }
  std::reverse(tasks_.begin(), tasks_.end());
}

bool Sweeps::compute(std::chrono::duration<double> budget) {
  const auto end = std::chrono::steady_clock::now() + budget;
  while (!tasks_.empty()) {
    count(tasks_.back());
    tasks_.pop_back();
    if (std::chrono::steady_clock::now() >= end) break;
  }
  return tasks_.empty();
}

void Sweeps::count(const Task& task) {
  Sweep& sweep = sweeps_[task.sweep];
  const auto recipe = recipe_at(settings_, sweep.swept->key, task.setting);
  if (!recipe) return;
  const Graph graph = find_pipeline(settings_.get("pipeline")).build(*recipe);
  SweepPoint point{value_of(*recipe, sweep.swept->key), task.setting, {}};
  for (const Measure& measure : measures()) point.tallies.push_back(measure.of(*recipe, graph, bytes_));
  sweep.points.push_back(std::move(point));
}

}  // namespace headwise
