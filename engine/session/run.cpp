#include "engine/session/run.hpp"

#include <algorithm>

namespace headwise {

namespace {

Graph build(const Settings& settings, const Recipe& recipe, const Prepare& prepare, const Edits& edits) {
  Graph graph = find_pipeline(settings.get("pipeline")).build(recipe);
  if (prepare) prepare(graph);
  apply_edits(graph, edits);
  return graph;
}

}  // namespace

Run::Run(const Settings& valid, const Prepare& prepare)
    : settings(valid), recipe(make_recipe(valid)), edits(parse_edits(valid.get("edits"))),
      trace(build(valid, recipe, prepare, edits), labels(recipe), memory_limit) {}

Run::Run(const Settings& valid, const Run* before, Trace::When when, std::int64_t most_bytes)
    : settings(valid), recipe(make_recipe(valid)), edits(parse_edits(valid.get("edits"))),
      trace(build(valid, recipe, {}, edits), labels(recipe), most_bytes, before ? &before->trace : nullptr, when) {}

bool same_recipe(const Settings& a, const Settings& b) {
  return std::all_of(recipe_keys().begin(), recipe_keys().end(),
                     [&](const Key& key) { return a.get(key.name) == b.get(key.name); });
}

void check_recipe(const Settings& settings) {
  build(settings, make_recipe(settings), {}, parse_edits(settings.get("edits")));
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
