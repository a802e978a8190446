#include "engine/session/run.hpp"

#include <algorithm>

#include "engine/session/changes.hpp"

namespace headwise {

namespace {

Graph build(const Settings& settings, const Recipe& recipe, const Prepare& prepare, const Edits& edits) {
  Graph graph = find_pipeline(settings.get("pipeline")).build(recipe);
  if (prepare) prepare(graph);
  apply_edits(graph, edits);
  return graph;
}

bool differ_in_edits_alone(Settings a, Settings b) {
  a.reset("edits");
  b.reset("edits");
  return same_recipe(a, b);
}

std::vector<std::size_t> edited_nodes(const Graph& graph, const Edits& edits) {
  std::vector<std::size_t> nodes;
  for (const CellEdit& edit : edits) nodes.push_back(*graph.find(edit.node));
  return nodes;
}

Trace run_like(const Settings& settings, const Recipe& recipe, const Edits& edits, const Run& like, Trace::When when) {
  Graph graph = build(settings, recipe, {}, edits);
  if (!differ_in_edits_alone(settings, like.settings)) return Trace(std::move(graph), labels(recipe), memory_limit, when);
  const std::vector<std::size_t> changed = edited_nodes(graph, difference(like.edits, edits));
  return Trace(std::move(graph), labels(recipe), memory_limit, &like.trace, changed, when);
}

}  // namespace

Run::Run(const Settings& valid, const Prepare& prepare)
    : settings(valid), recipe(make_recipe(valid)), edits(parse_edits(valid.get("edits"))),
      trace(build(valid, recipe, prepare, edits), labels(recipe), memory_limit) {}

Run::Run(const Settings& valid, const Run& like, Trace::When when)
    : settings(valid), recipe(make_recipe(valid)), edits(parse_edits(valid.get("edits"))),
      trace(run_like(valid, recipe, edits, like, when)) {}

Run::Run(const Settings& valid, Trace::When when)
    : settings(valid), recipe(make_recipe(valid)), edits(parse_edits(valid.get("edits"))),
      trace(build(valid, recipe, {}, edits), labels(recipe), memory_limit, when) {}

bool same_recipe(const Settings& a, const Settings& b) {
  return std::all_of(recipe_keys().begin(), recipe_keys().end(),
                     [&](const Key& key) { return a.get(key.name) == b.get(key.name); });
}

Settings fitted(Settings settings) {
  const Pipeline& pipeline = find_pipeline(settings.get("pipeline"));
  for (const Key& key : recipe_keys()) {
    if (!uses(pipeline, key.name) || !is_met(key, settings)) settings.reset(key.name);
  }
  return settings;
}

Settings with_fitting_edits(Settings settings) {
  if (settings.is_default("edits")) return settings;
  const Graph graph = build(settings, make_recipe(settings), {}, {});
  Edits edits = parse_edits(settings.get("edits"));
  std::erase_if(edits, [&](const CellEdit& edit) { return !fault(graph, edit).empty(); });
  settings.set("edits", to_text(edits));
  return settings;
}

}  // namespace headwise
