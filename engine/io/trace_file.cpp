#include "engine/io/trace_file.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "engine/attention/pipeline.hpp"
#include "engine/attention/recipe.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"
#include "engine/version.hpp"

namespace headwise {

namespace {

/// Ids that a file of this program may hold besides those of one graph, by kind.
using KnownNames = std::map<NodeKind, std::set<std::string, std::less<>>>;

/// `scores` of `block2/attn/scores`.
std::string last_part(const std::string& id) { return id.substr(id.rfind('/') + 1); }

/// Any value but the default.
std::string some_value(const Key& key) {
  if (key.type == Key::Type::text) return "a";
  return key.choices.empty() ? std::to_string(key.lowest + 2) : key.choices.back();
}

/// Every id, less its path, that some pipeline gives with one of its features on, from the key table.
KnownNames find_names() {
  KnownNames names;
  const auto add = [&names](const Pipeline& pipeline, const std::string& key,
                            const std::string& value) {
    try {
      Settings settings(recipe_keys());
      settings.set("pipeline", pipeline.name);
      if (const std::string& needs = settings.key(key).needs; !needs.empty()) {
        const std::size_t equals = needs.find('=');
        const std::string needed = needs.substr(0, equals);
        settings.set(needed, equals != needs.npos ? needs.substr(equals + 1) : some_value(settings.key(needed)));
      }
      settings.set(key, value);
      const Graph graph = pipeline.build(make_recipe(settings));
      for (const Node& node : graph.nodes()) names[node.kind].insert(last_part(node.id()));
    } catch (const Error&) {
      // This pipeline has no such feature.
    }
  };
  for (const Pipeline& pipeline : pipelines()) {
    for (const Key& key : recipe_keys()) {
      if (key.name == "pipeline") continue;
      if (key.type == Key::Type::toggle) add(pipeline, key.name, "1");
      if (key.type == Key::Type::text) add(pipeline, key.name, "a");
      if (key.type == Key::Type::number) add(pipeline, key.name, "0.5");
      if (key.type == Key::Type::indices) add(pipeline, key.name, "0");
      if (key.type == Key::Type::auto_count || key.type == Key::Type::count) add(pipeline, key.name, std::to_string(std::min(key.highest, key.lowest + 2)));
      if (key.type == Key::Type::choice || key.type == Key::Type::choices) {
        for (const std::string& choice : key.choices) add(pipeline, key.name, choice);
      }
    }
  }
  return names;
}

bool is_known(NodeKind kind, const std::string& name) {
  static const KnownNames names = find_names();
  const auto it = names.find(kind);
  return it != names.end() && it->second.count(last_part(name)) > 0;
}

bool same_shape(const std::vector<std::uint64_t>& shape, const Axes& axes) {
  return std::equal(shape.begin(), shape.end(), axes.begin(), axes.end(),
                    [](std::uint64_t size, const Axis& axis) {
                      return size == static_cast<std::uint64_t>(axis.size);
                    });
}

void check_shape(const StoredTensors& file, const StoredTensor& tensor, const Axes& axes) {
  if (same_shape(tensor.shape, axes)) return;
  std::string hint;
  if (same_shape({tensor.shape.rbegin(), tensor.shape.rend()}, axes) && axes.size() == 2) {
    hint =
        "; it looks transposed: weights are stored (in, out) here, and (out, in) by PyTorch's "
        "nn.Linear";
  }
  throw Error(file.describe(tensor) + " has shape " + shape_text(tensor.shape) +
              ", but with these settings it is " + axis_names(axes) + " = " + axis_sizes(axes) +
              hint);
}

/// Puts the file's values in the place of a node's.
void give(Graph& graph, std::size_t node, const StoredTensors& file, const StoredTensor& tensor) {
  const Axes& axes = graph[node].axes();
  check_shape(file, tensor, axes);
  std::vector<float> values = file.values(tensor);
  const bool may_be_masked = graph[node].role == Role::scores;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i]) || (may_be_masked && values[i] < 0)) continue;
    throw Error(file.describe(tensor) + " is " + (values[i] < 0 ? "minus" : "plus") +
                " infinity at [" + index_text(tensor.shape, i) +
                "]; only scores may be minus infinity, and nothing may be plus infinity");
  }
  graph.give(node, Tensor(axes, std::move(values)), "read from " + file.file());
}

bool enters_projections(const std::string& id) { return id == "x" || id == "x_kv"; }

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " ") + name;
  return text;
}

/// Gives every tensor of the file whose node is `wanted`. Others must be the graph's, or of a kind
/// that is passed over: not `kind`.
template <typename Wanted>
std::vector<std::string> take(Graph& graph, const StoredTensors& file, NodeKind kind,
                              const Wanted& wanted, const std::string& what) {
  std::vector<std::string> names;
  for (const Node& node : graph.nodes()) {
    if (wanted(node)) names.push_back(node.id());
  }
  const std::string choice = what + " of these settings: " + joined(names);
  const auto passed_over = [kind](const std::string& name) {
    return !is_known(kind, name) &&
           (is_known(NodeKind::stage, name) || is_known(NodeKind::weight, name) ||
            is_known(NodeKind::input, name));
  };
  std::vector<std::string> taken;
  for (const StoredTensor& tensor : file.tensors()) {
    const auto node = graph.find(tensor.name);
    if (node && wanted(graph[*node])) {
      give(graph, *node, file, tensor);
      taken.push_back(tensor.name);
    } else if (!node && !passed_over(tensor.name)) {
      throw Error(file.describe(tensor) + " is not one of the " + choice);
    }
  }
  if (taken.empty()) throw Error(file.file() + ": holds none of the " + choice);
  return taken;
}

}  // namespace

std::vector<NamedTensor> named_tensors(const Trace& trace) {
  std::vector<NamedTensor> tensors;
  for (std::size_t n = 0; n < trace.graph().nodes().size(); ++n) {
    const Axes& axes = trace.graph()[n].axes();
    std::vector<std::int64_t> shape;
    for (const Axis& axis : axes) shape.push_back(axis.size);
    tensors.push_back({trace.graph()[n].id(), std::move(shape),
                       [&trace, &axes, n] { return trace.read(n, whole(axes)); }});
  }
  return tensors;
}

std::map<std::string, std::string> state_metadata(const Settings& settings) {
  std::map<std::string, std::string> metadata{{"headwise", version}};
  for (const Key& key : recipe_keys()) metadata[key.name] = settings.get(key.name);
  return metadata;
}

void save_trace(std::ostream& out, const Settings& settings, const Trace& trace,
                TensorFormat format) {
  write_tensors(out, format, named_tensors(trace), state_metadata(settings));
}

std::vector<std::string> load_weights(Graph& graph, const StoredTensors& file) {
  const auto wanted = [](const Node& n) {
    return n.kind == NodeKind::weight || enters_projections(n.id());
  };
  return take(graph, file, NodeKind::weight, wanted, "weights and inputs");
}

std::vector<std::string> replace_stages(Graph& graph, const StoredTensors& file) {
  const auto wanted = [](const Node& n) { return n.kind == NodeKind::stage; };
  return take(graph, file, NodeKind::stage, wanted, "stages");
}

}  // namespace headwise
