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

std::optional<Word> word_at(const Run& run, const Axis& axis, std::int64_t i, std::int64_t sentence) {
  const bool is_key = axis.kind == AxisKind::key;
  if (!is_key && axis.kind != AxisKind::query) return std::nullopt;
  const Batch& batch = is_key ? run.recipe.key_batch() : run.recipe.batch;
  if (i + axis.first >= batch.lengths[static_cast<std::size_t>(sentence)]) return std::nullopt;
  return Word{is_key && run.recipe.context ? "context_tokens" : "tokens", sentence, i + axis.first};
}

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
