#include "engine/lesson/functions.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/attention/memory.hpp"
#include "engine/session/sweep.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

const Run& Call::run() const {
  if (!scene.run) throw Error("only numbers can be calculated with here");
  return *scene.run;
}

const Graph& Call::graph() const { return run().trace.graph(); }

const Settings& Call::settings() const { return run().settings; }

std::size_t Call::node() const {
  const auto found = graph().find(words[0]);
  if (!found) throw Error("there is no stage " + print_text(words[0]));
  return *found;
}

const Axes& Call::axes() const { return graph()[node()].axes(); }

std::int64_t Call::whole_number(std::size_t i, std::int64_t size) const {
  const double given = numbers[i];
  if (given != std::floor(given) || given < 0 || given >= static_cast<double>(size)) {
    throw Error(print_result(given) + " is not a whole number from 0 to " + std::to_string(size - 1));
  }
  return static_cast<std::int64_t>(given);
}

Index Call::index(std::size_t missing) const {
  const Axes& all = axes();
  if (numbers.size() + missing != all.size()) {
    throw Error(words[0] + " " + axis_names(all) + " needs " + std::to_string(all.size() - missing) + " indices");
  }
  Index at;
  for (std::size_t a = 0; a < numbers.size(); ++a) at.push_back(whole_number(a, all[a].size));
  return at;
}

std::vector<float> Call::read(std::size_t missing) const {
  const Index at = index(missing);
  const Trace& trace = run().trace;
  if (!trace.has_values() && scene.compute) scene.compute();
  if (!trace.has_values()) throw Error("these sizes are too large to compute");
  Region region = whole(axes());
  for (std::size_t a = 0; a < at.size(); ++a) region[a] = {at[a], at[a] + 1};
  return trace.read(node(), region);
}

double Call::counted(Count::Kind kind) const {
  if (words.empty()) return static_cast<double>(total(graph(), kind));
  const bool is_weight = kind == Count::Kind::parameters && graph()[node()].kind == NodeKind::weight;
  return static_cast<double>(is_weight ? cell_count(axes()) : total(counts(graph(), node()), kind));
}

std::int64_t Call::bytes_each() const { return bytes_of_type(settings().get("dtype")); }

namespace {

double setting(const Call& call) {
  const Key& key = call.settings().key(call.words[0]);
  const Recipe& recipe = call.run().recipe;
  switch (key.type) {
    case Key::Type::number:
      return call.settings().number(key.name);
    case Key::Type::auto_number:
      return key.name == "scale" ? recipe.scale : call.settings().number(key.name);
    case Key::Type::toggle:
      return call.settings().toggle(key.name) ? 1 : 0;
    case Key::Type::count:
    case Key::Type::auto_count:
      return static_cast<double>(recipe.count(key.name));
    default:
      throw Error(key.name + " is not a number; use is(" + key.name + ", ...)");
  }
}

double is(const Call& call) {
  const Key& key = call.settings().key(call.words[0]);
  if (!key.choices.empty() && std::find(key.choices.begin(), key.choices.end(), call.words[1]) == key.choices.end()) {
    throw Error(key.name + " is never " + print_text(call.words[1]));
  }
  return call.settings().has(key.name, call.words[1]) ? 1 : 0;
}

constexpr std::size_t any = 16;

constexpr Function functions[] = {
    {"sqrt", 0, 0, 1, 1, [](const Call& c) { return std::sqrt(c.numbers[0]); }},
    {"exp", 0, 0, 1, 1, [](const Call& c) { return std::exp(c.numbers[0]); }},
    {"log", 0, 0, 1, 1, [](const Call& c) { return std::log(c.numbers[0]); }},
    {"abs", 0, 0, 1, 1, [](const Call& c) { return std::abs(c.numbers[0]); }},
    {"floor", 0, 0, 1, 1, [](const Call& c) { return std::floor(c.numbers[0]); }},
    {"min", 0, 0, 2, any, [](const Call& c) { return *std::min_element(c.numbers.begin(), c.numbers.end()); }},
    {"max", 0, 0, 2, any, [](const Call& c) { return *std::max_element(c.numbers.begin(), c.numbers.end()); }},
    {"value", 1, 1, 0, any, [](const Call& c) { return static_cast<double>(c.read(0).front()); }},
    {"sum", 1, 1, 0, any,
     [](const Call& c) {
       const auto row = c.read(1);
       return std::accumulate(row.begin(), row.end(), 0.0);
     }},
    {"largest", 1, 1, 0, any,
     [](const Call& c) {
       const auto row = c.read(1);
       return static_cast<double>(*std::max_element(row.begin(), row.end()));
     }},
    {"smallest", 1, 1, 0, any,
     [](const Call& c) {
       const auto row = c.read(1);
       return static_cast<double>(*std::min_element(row.begin(), row.end()));
     }},
    {"where_largest", 1, 1, 0, any,
     [](const Call& c) {
       const auto row = c.read(1);
       return static_cast<double>(std::max_element(row.begin(), row.end()) - row.begin());
     }},
    {"size", 1, 1, 1, 1,
     [](const Call& c) {
       const Axes& axes = c.axes();
       return static_cast<double>(axes[static_cast<std::size_t>(c.whole_number(0, static_cast<std::int64_t>(axes.size())))].size);
     }},
    {"rank", 1, 1, 0, 0, [](const Call& c) { return static_cast<double>(c.axes().size()); }},
    {"parameters", 0, 1, 0, 0, [](const Call& c) { return c.counted(Count::Kind::parameters); }},
    {"matmul_flops", 0, 1, 0, 0, [](const Call& c) { return c.counted(Count::Kind::matmul_flops); }},
    {"other_flops", 0, 1, 0, 0, [](const Call& c) { return c.counted(Count::Kind::other_flops); }},
    {"bytes", 0, 1, 0, 0, [](const Call& c) { return c.counted(Count::Kind::bytes); }},
    {"cache_bytes", 0, 0, 0, 0,
     [](const Call& c) { return static_cast<double>(kv_cache(c.run().recipe, c.bytes_each()).value); }},
    {"cache_bytes_per_token", 0, 0, 0, 0,
     [](const Call& c) { return static_cast<double>(kv_cache_per_token(c.run().recipe, c.bytes_each()).value); }},
    {"setting", 1, 1, 0, 0, setting},
    {"is", 2, 2, 0, 0, is},
};

}  // namespace

const Function* find_function(std::string_view name) {
  const auto* found = std::find_if(std::begin(functions), std::end(functions), [&](const Function& f) { return f.name == name; });
  return found == std::end(functions) ? nullptr : found;
}

}  // namespace headwise
