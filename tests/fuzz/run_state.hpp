#pragma once
#include "engine/session/session.hpp"
#include "engine/tensor/error.hpp"

/// Builds what the assignments describe; runs it where it is small, explains its last cell, and compares it with the
/// second run that they ask for.
inline void run_state(const headwise::Assignments& assignments) {
  using namespace headwise;
  const Settings settings = apply(Settings(state_keys()), assignments);
  const Recipe recipe = make_recipe(settings);
  const Graph graph = find_pipeline(settings.get("pipeline")).build(recipe);
  (void)total(graph, Count::Kind::matmul_flops);
  if (memory_needed(graph) > 1 << 18) return;
  const auto run = std::make_shared<const Run>(settings);
  check_view(*run);
  const std::size_t last = run->trace.graph().stages().back();
  const Axes& axes = run->trace.graph()[last].axes();
  (void)plain_text(print(run->trace.explain({last, index_at(axes, cell_count(axes) - 1)}), 10));
  const Settings second = compared_settings(settings, settings.get("compare"));
  if (memory_needed(find_pipeline(second.get("pipeline")).build(make_recipe(second))) > 1 << 18) return;
  Compared compared(run, second, nullptr);
  compared.compute([] { return true; });
  if (compared.counterpart(last).exists()) (void)compared.read_difference(last, whole(axes));
}
