#pragma once
#include "engine/session/session.hpp"
#include "engine/tensor/error.hpp"

/// Builds what the assignments describe; runs it where it is small, and explains its last cell.
inline void run_state(const headwise::Assignments& assignments) {
  using namespace headwise;
  const Settings settings = apply(Settings(state_keys()), assignments);
  const Recipe recipe = make_recipe(settings);
  const Graph graph = find_pipeline(settings.get("pipeline")).build(recipe);
  (void)total(graph, Count::Kind::matmul_flops);
  if (memory_needed(graph) > 1 << 18) return;
  const Run run(settings);
  check_view(run);
  const std::size_t last = run.trace.graph().stages().back();
  const Axes& axes = run.trace.graph()[last].axes();
  (void)plain_text(print(run.trace.explain({last, index_at(axes, cell_count(axes) - 1)}), 10));
}
