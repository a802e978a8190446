#pragma once
#include "engine/attention/recipe.hpp"
#include "engine/graph/graph.hpp"

namespace headwise {

/// What the pipelines have in common, each part reading like the paper's equations.
struct Projected {
  NodeRef q_heads;   // (B, h, T_q, d_k)
  NodeRef k_shared;  // (B, h, T_kv, d_k)
  NodeRef v_shared;  // (B, h, T_kv, d_v)
};

/// Tokens to queries, keys and values by head.
Projected project(Graph& g, const Recipe& recipe);

/// Scores of every query with every key, scaled and masked: (B, h, T_q, T_kv).
NodeRef score(Graph& g, const Recipe& recipe, const Projected& p);

/// Heads side by side, mixed by W_O: (B, T_q, d_model).
NodeRef mix(Graph& g, const Recipe& recipe, NodeRef head_outputs);

}  // namespace headwise
