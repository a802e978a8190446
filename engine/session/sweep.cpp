#include "engine/session/sweep.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <set>

#include "engine/attention/memory.hpp"
#include "engine/attention/pipeline.hpp"
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

/// Values to stop at on the way to `highest`: small ones, products of 2, 3 and 5, and
/// what divides the widths and heads that are set.
std::set<std::int64_t> round_values(const Recipe& recipe, std::int64_t highest) {
  std::set<std::int64_t> values;
  const auto keep = [&](std::int64_t value) {
    if (value <= highest) values.insert(value);
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

/// With one key set; none where the settings are not valid so.
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

/// They change no count, and need not fit other sizes.
Settings without_edits(Settings settings) {
  settings.reset("edits");
  return settings;
}

std::string as_whole_number(const Recipe&, std::int64_t value) { return std::to_string(value); }

}  // namespace

std::string print_term(const Tally::Term& term) {
  const std::string product = term.count.formula + " = " + term.count.numbers;
  if (term.times == 1) return product + " = " + print_count(term.count.value);
  return std::to_string(term.times) + " \u00d7 (" + product + ") = " + print_count(term.times * term.count.value);
}

std::span<const Measure> measures() {
  static const Measure all[] = {
      {std::string(count_name(Count::Kind::parameters)), Count::Kind::parameters, "Numbers that training would learn: the projection matrices, and biases.",
       of_graph<Count::Kind::parameters>},
      {std::string(count_name(Count::Kind::matmul_flops)), Count::Kind::matmul_flops,
       "Multiplications and additions in matrix products (2 for each pair), masked cells counted. At a fixed d_model the "
       "number of heads does not change them.",
       of_graph<Count::Kind::matmul_flops>},
      {std::string(count_name(Count::Kind::other_flops)), Count::Kind::other_flops, "Cell by cell work: scaling, softmax, biases. This grows with heads.",
       of_graph<Count::Kind::other_flops>},
      {std::string(count_name(Count::Kind::bytes)), Count::Kind::bytes, "Memory of all stages' tensors in float32, weights not counted; views cost nothing.",
       of_graph<Count::Kind::bytes>},
      {"KV cache", Count::Kind::bytes, "Keys and values kept of every token while text is generated, in all layers and sentences.",
       of_cache},
  };
  return all;
}

std::int64_t bytes_of_type(std::string_view dtype) {
  if (dtype == "float32") return 4;
  return dtype == "int8" ? 1 : 2;
}

std::span<const SweptSize> swept_sizes() {
  static constexpr SweptSize all[] = {
      {"num_heads", "h", "query heads", [](const Recipe& r) { return r.num_heads; }, as_whole_number},
      {"num_kv_heads", "h_kv", "KV heads", [](const Recipe& r) { return r.num_kv_heads; }, as_whole_number},
      {"d_model", "d_model", "model width", [](const Recipe& r) { return r.d_model; }, as_whole_number},
      {"tokens", "T", "tokens", [](const Recipe& r) { return r.tokens; },
       [](const Recipe& r, std::int64_t value) { return resized_batch(r, r.sentences(), value); }},
      {"tokens", "B", "sentences", [](const Recipe& r) { return r.sentences(); },
       [](const Recipe& r, std::int64_t value) { return resized_batch(r, value, r.tokens); }},
  };
  return all;
}

bool Sweep::is_flat(std::size_t measure) const {
  return std::all_of(points.begin(), points.end(),
                     [&](const SweepPoint& p) { return p.tallies[measure].value == points.front().tallies[measure].value; });
}

std::string Sweep::trend(std::size_t measure, bool brief) const {
  if (points.size() < 2) return "";
  const std::string symbol = swept->symbol;
  const std::string with = brief ? "" : " with " + symbol;
  const std::string like = brief ? "like " : "in proportion to ";
  if (is_flat(measure)) return "does not change" + with;
  const auto figure = [&](const SweepPoint& p) { return static_cast<std::uint64_t>(p.tallies[measure].value); };
  const auto is_power = [&](int power) {
    // figure / x is the same everywhere: whole parts and remainders, so that nothing overflows.
    const auto x = [power](const SweepPoint& p) {
      const auto value = static_cast<std::uint64_t>(p.value);
      return power == 1 ? value : value * value;
    };
    const SweepPoint& first = points.front();
    return points.back().value < 65536 && std::all_of(points.begin(), points.end(), [&](const SweepPoint& p) {
             return figure(p) / x(p) == figure(first) / x(first) && figure(p) % x(p) * x(first) == figure(first) % x(first) * x(p);
           });
  };
  if (is_power(1)) return like + symbol;
  if (is_power(2)) return like + symbol + "\u00b2";
  const auto grows = [&](const SweepPoint& a, const SweepPoint& b) { return figure(a) < figure(b); };
  if (std::adjacent_find(points.begin(), points.end(), std::not_fn(grows)) == points.end()) return "grows" + with;
  return "changes" + with;
}

std::string resized_batch(const Recipe& recipe, std::int64_t sentences, std::int64_t tokens) {
  const std::vector<std::vector<std::string>>& batch = recipe.batch.tokens;
  const auto built = [&](bool own_words) {
    std::string text;
    for (std::int64_t s = 0; s < sentences; ++s) {
      std::vector<std::string> words;
      for (const std::string& word : batch[static_cast<std::size_t>(s) % batch.size()]) {
        if (own_words && word != padding_token && word != "|") words.push_back(word);
      }
      if (words.empty()) words = {"a"};
      if (s > 0) text += " | ";
      for (std::int64_t t = 0; t < tokens; ++t) text += (t > 0 ? " " : "") + words[static_cast<std::size_t>(t) % words.size()];
    }
    return text;
  };
  const std::string text = built(true);
  return static_cast<std::int64_t>(text.size()) <= recipe.settings.key("tokens").highest ? text : built(false);
}

Sweeps::Sweeps(const Settings& settings, std::int64_t bytes)
    : settings_(without_edits(settings)), recipe_(make_recipe(settings_)), bytes_(bytes) {
  const Pipeline& pipeline = find_pipeline(settings_.get("pipeline"));
  for (const SweptSize& swept : swept_sizes()) {
    if (uses(pipeline, swept.key)) sweeps_.push_back({&swept, swept.of(recipe_), {}});
  }
  to_check_ = values_of(sweeps_[at_]);
}

bool Sweeps::compute(std::chrono::duration<double> budget) {
  const auto end = std::chrono::steady_clock::now() + budget;
  while (!is_done()) {
    step();
    if (std::chrono::steady_clock::now() >= end) break;
  }
  return is_done();
}

/// A value is checked, or a graph counted.
void Sweeps::step() {
  Sweep& sweep = sweeps_[at_];
  if (!to_check_.empty()) {
    const std::int64_t value = to_check_.back();
    to_check_.pop_back();
    if (recipe_at(settings_, sweep.swept->key, setting_for(sweep, value))) to_count_.push_back(value);
    if (to_check_.empty()) to_count_ = thinned(to_count_, sweep.now);
    return;
  }
  const std::string setting = setting_for(sweep, to_count_.back());
  to_count_.pop_back();
  if (const auto recipe = recipe_at(settings_, sweep.swept->key, setting)) {
    const Graph graph = find_pipeline(settings_.get("pipeline")).build(*recipe);
    SweepPoint point{sweep.swept->of(*recipe), setting, {}};
    for (const Measure& measure : measures()) point.tallies.push_back(measure.of(*recipe, graph, bytes_));
    sweep.points.insert(sweep.points.begin(), std::move(point));
  }
  if (!to_count_.empty() || ++at_ == sweeps_.size()) return;
  to_check_ = values_of(sweeps_[at_]);
}

std::vector<std::int64_t> Sweeps::values_of(const Sweep& sweep) const {
  constexpr std::int64_t at_least = 32;
  std::set<std::int64_t> values = round_values(recipe_, std::max(at_least, 4 * sweep.now));
  values.insert(sweep.now);
  return {values.rbegin(), values.rend()};  // the smallest is next
}

/// What it is set to now, or what makes it `value`.
std::string Sweeps::setting_for(const Sweep& sweep, std::int64_t value) const {
  if (value == sweep.now) return settings_.get(sweep.swept->key);
  return sweep.swept->setting(recipe_, value);
}

}  // namespace headwise
