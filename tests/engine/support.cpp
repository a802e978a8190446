#include "tests/engine/support.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include "engine/session/state.hpp"
#include "engine/tensor/error.hpp"

namespace headwise::test {

int samples(int quick, int all) {
  const char* full = std::getenv("HEADWISE_FULL");
  return full != nullptr && std::string_view(full) == "1" ? all : quick;
}

Region Random::region(const Axes& axes) {
  Region region;
  for (const Axis& axis : axes) {
    const std::int64_t begin = below(axis.size);
    region.push_back({begin, range(begin + 1, axis.size)});
  }
  return region;
}

std::vector<std::int64_t> Random::permutation(std::int64_t n) {
  std::vector<std::int64_t> order;
  for (std::int64_t i = 0; i < n; ++i) {
    order.insert(order.begin() + static_cast<std::ptrdiff_t>(below(i + 1)), i);
  }
  return order;
}

Tensor Random::tensor(const Axes& axes) {
  Tensor tensor(axes);
  for (float& value : tensor.mutable_values()) value = static_cast<float>(normal());
  return tensor;
}

std::string random_sentences(Random& random, std::int64_t sentences, std::int64_t low,
                             std::int64_t high) {
  std::string text;
  for (std::int64_t s = 0; s < sentences; ++s) {
    if (s > 0) text += " |";
    for (std::int64_t n = random.range(low, high); n > 0; --n) {
      text += (text.empty() ? "" : " ") +
              random.pick({"the", "bank", "by", "river", "was", "flooded", ".", ",", "A", "2024",
                           "don't", "\u00e9t\u00e9", "\u6c34", "\u2014", "well-known", "?"});
    }
  }
  return text;
}

Settings random_settings(Random& random) {
  const std::int64_t kind = random.below(100);
  const bool large = kind < 10;
  const bool wide = kind >= 97;  // sums of more terms than one block of matmul holds
  Settings s(recipe_keys());
  const auto set = [&s](const char* key, std::int64_t value) { s.set(key, std::to_string(value)); };
  s.set("pipeline", random.pick({"attention", "attention", "flash"}));
  s.set("tokens", random_sentences(random, wide ? 1 : random.range(1, 3), 1, large ? 12 : 6));

  const std::int64_t heads = random.pick(std::vector<std::int64_t>{1, 2, 2, 3, 4, 6, 8});
  set("num_heads", heads);
  std::vector<std::int64_t> divisors;
  for (std::int64_t d = 1; d <= heads; ++d) {
    if (heads % d == 0) divisors.push_back(d);
  }
  if (random.chance(70)) set("num_kv_heads", random.pick(divisors));
  if (wide) {
    set("d_model", random.range(129, 150));
    set("head_dim", random.range(1, 3));
  } else if (random.chance(50)) {
    set("d_model", heads * random.range(1, large ? 6 : 4));
  } else {
    set("d_model", random.range(1, large ? 48 : 13));
    set("head_dim", random.range(1, large ? 10 : 6));
  }
  if (random.chance(30)) set("v_dim", random.range(1, large ? 10 : 6));
  if (random.chance(20)) s.set("scale", random.pick({"1", "0.25", "-0.5", "0", "2e-1"}));
  s.set("mask", random.pick({"none", "causal", "padding", "causal,padding"}));
  s.set("position", random.pick({"none", "sinusoidal"}));
  s.set("bias", random.pick({"0", "1"}));
  set("seed", random.below(1000));
  if (s.get("pipeline") == "flash" && random.chance(60)) set("tile_keys", random.range(1, 8));
  return s;
}

namespace {

std::string random_value(Random& random, const Key& key, std::int64_t heads) {
  using Type = Key::Type;
  const std::int64_t most = std::min(key.highest, key.lowest + 5);
  switch (key.type) {
    case Type::toggle: return random.pick({"0", "1"});
    case Type::count:
    case Type::auto_count: return std::to_string(random.range(key.lowest, most));
    case Type::number:
    case Type::auto_number: return random.pick({"0.5", "0.25", "2", "10000"});
    case Type::choice: return random.pick(key.choices);
    case Type::choices: {
      std::string value;
      for (std::size_t i = 1; i < key.choices.size(); ++i) {
        if (random.chance(40)) value += (value.empty() ? "" : ",") + key.choices[i];
      }
      return value.empty() ? key.choices[0] : value;
    }
    case Type::indices: return std::to_string(random.below(heads));
    case Type::text: return random_sentences(random, 1, 1, 5);
    case Type::windows:
    case Type::words:
    case Type::edits:
    case Type::assignments: break;
  }
  return key.default_value;
}

}  // namespace

Settings random_variant(Random& random) {
  Settings s(recipe_keys());
  s.set("pipeline", random.pick(s.key("pipeline").choices));
  const Pipeline& pipeline = find_pipeline(s.get("pipeline"));
  const std::int64_t heads = random.range(1, 4);
  s.set("tokens", random_sentences(random, random.range(1, 2), 2, 5));
  s.set("num_heads", std::to_string(heads));
  s.set("d_model", std::to_string(heads * random.range(1, 4)));
  for (const Key& key : recipe_keys()) {
    if (key.name == "edits" || !s.is_default(key.name) || !uses(pipeline, key.name) || random.chance(60)) continue;
    try {
      s = headwise::apply(s, {{key.name, random_value(random, key, heads)}});
    } catch (const Error&) {
      // Not all values drawn are in range.
    }
  }
  while (true) {
    try {
      make_recipe(s);
      return s;
    } catch (const Error& error) {
      // Mostly the complaint begins with the key; else any goes.
      const std::string text = error.what();
      const std::string name = text.substr(0, text.find_first_of("=: "));
      std::vector<std::string> set;
      for (const Key& key : recipe_keys()) {
        if (key.name != "pipeline" && key.name != "tokens" && !s.is_default(key.name)) set.push_back(key.name);
      }
      const bool named = std::find(set.begin(), set.end(), name) != set.end();
      s.reset(named ? name : random.pick(set));
    }
  }
}

Settings random_settings(Random& random, const std::map<std::string, std::string>& fixed) {
  Settings s = random_settings(random);
  if (fixed.count("pipeline") > 0 && fixed.at("pipeline") != "flash") s.reset("tile_keys");
  for (const auto& [key, value] : fixed) s.set(key, value);
  return s;
}

std::string describe(const Settings& settings) {
  std::string text;
  for (const Key& key : settings.keys()) {
    if (settings.is_default(key.name)) continue;
    text += (text.empty() ? "" : " ") + key.name + "='" + settings.get(key.name) + "'";
  }
  return text;
}

CellEdit random_edit(Random& random, const Graph& graph) {
  std::vector<std::size_t> nodes;
  for (std::size_t n = 0; n < graph.nodes().size(); ++n) {
    if (is_editable(graph[n])) nodes.push_back(n);
  }
  const Node& node = graph[random.pick(nodes)];
  const bool mask = node.role == Role::mask;
  const float value = mask ? static_cast<float>(random.below(2)) : static_cast<float>(2 * random.normal());
  return {node.id(), random.cell(node.axes()), value};
}

Settings with_random_edits(Random& random, Settings settings) {
  const Graph graph = graph_of(settings);
  Edits edits = parse_edits(settings.get("edits"));
  for (std::int64_t n = random.range(1, 8); n > 0; --n) edits = with(std::move(edits), random_edit(random, graph));
  settings.set("edits", to_text(edits));
  return settings;
}

Graph graph_of(const Settings& settings) {
  Graph graph = find_pipeline(settings.get("pipeline")).build(make_recipe(settings));
  apply_edits(graph, parse_edits(settings.get("edits")));
  return graph;
}

Trace run(const Settings& settings, const Given& given) {
  Graph graph = graph_of(settings);
  for (const auto& [id, tensor] : given) {
    const auto at = graph.find(id);
    if (!at) throw std::logic_error("run: no node called " + id);
    graph.give(*at, tensor, "given by a test");
  }
  return Trace(std::move(graph), labels(make_recipe(settings)), memory_limit);
}

std::size_t node(const Trace& trace, const std::string& id) {
  const auto at = trace.graph().find(id);
  if (!at) throw std::logic_error("no node called " + id);
  return *at;
}

std::vector<float> values(const Trace& trace, const std::string& id) {
  const std::size_t at = node(trace, id);
  return trace.read(at, whole(trace.graph()[at].axes()));
}

Tensor tensor(const Trace& trace, const std::string& id) {
  return Tensor(trace.graph()[node(trace, id)].axes(), values(trace, id));
}

double largest(const std::vector<float>& values) {
  double size = 0;
  for (const float value : values) {
    if (std::isfinite(value)) size = std::max(size, std::fabs(static_cast<double>(value)));
  }
  return size;
}

double worst(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size()) return infinity;
  double size = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] == b[i]) continue;
    const double difference = std::fabs(static_cast<double>(a[i]) - static_cast<double>(b[i]));
    size = std::isnan(difference) ? infinity : std::max(size, difference);
  }
  return size;
}

double worst_for_size(const std::vector<float>& values, const std::vector<float>& exact) {
  return worst(values, exact) / std::max(1.0, largest(exact));
}

bool close(double a, double b, double size) {
  return a == b || std::fabs(a - b) <= tolerance(size);
}

Tensor blocks(const Tensor& from, bool columns, std::int64_t width,
              const std::vector<std::int64_t>& order, const Axes& axes) {
  Tensor out(axes);
  const std::size_t axis = columns ? axes.size() - 1 : 0;
  std::int64_t flat = 0;
  for (float& value : out.mutable_values()) {
    Index index = index_at(axes, flat++);
    const std::int64_t block = order.at(static_cast<std::size_t>(index[axis] / width));
    index[axis] = block * width + index[axis] % width;
    value = from.at(index);
  }
  return out;
}

}  // namespace headwise::test
