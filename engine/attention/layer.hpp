#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/attention/recipe.hpp"
#include "engine/graph/graph.hpp"

// One attention layer, piece by piece, for the pipelines to put together. Each piece adds the
// stages that the recipe asks for and reads like the paper's equations.
namespace headwise {

/// The axes that a layer works along. When decoding, queries and keys are one token that stands
/// after its prompt, or all tokens so far.
struct Places {
  Axis batch;
  Axis queries;
  Axis keys;
};
Places places(const Recipe& r);
Axis model_axis(const Recipe& r);
Axis head_axis(const Recipe& r);
Axis entry_axis(const Recipe& r);  // d_k
Axis value_axis(const Recipe& r);  // d_v

/// W (in, out) and, where the recipe has biases, b (out).
struct Projection {
  NodeRef w;
  std::optional<NodeRef> b;
};
/// Random, of variance 1 / fan_in, unless the recipe has constructed ones.
NodeRef weight(Graph& g, const Recipe& r, const std::string& id, const std::string& title, Role role, Axes axes,
                      std::int64_t fan_in);
/// A learned gain, near 1.
NodeRef gain(Graph& g, const Recipe& r, const std::string& id, const std::string& title, Role role, const Axis& axis);
Projection projection(Graph& g, const Recipe& r, const std::string& name, const std::string& title, Role role,
                      const Axis& in, const Axis& out, bool bias);
/// x W + b: (B, T, in) to (B, T, out).
NodeRef linear(Graph& g, const std::string& id, const std::string& title, Role role, NodeRef x, const Axis& tokens,
               const Projection& p);
/// (B, T, h*d) to (B, h, T, d).
NodeRef split(Graph& g, const std::string& id, const std::string& title, Role role, NodeRef x, const Axis& head,
              const Axis& entry);

/// Everything a layer has learned.
struct LayerWeights {
  Projection q, k, v, o;
  std::optional<NodeRef> q_gain, k_gain;           // QK-norm
  std::optional<NodeRef> sink;                     // (h)
  std::optional<NodeRef> relative_k, relative_v;   // Shaw's tables (2k+1, d)
};
LayerWeights layer_weights(Graph& g, const Recipe& r);

/// Cosines and sines of rotary positions, and Shaw's index.
struct PositionTables {
  std::optional<NodeRef> cosines, sines;
  std::optional<NodeRef> key_cosines, key_sines;   // in cross-attention, where keys have their own
};

/// x (B, T_q, d_model) and x_kv (B, T_kv, d_context): embeddings, with positions where the recipe
/// adds them. The same node in self-attention.
struct Inputs {
  NodeRef x;
  NodeRef x_kv;
};
Inputs inputs(Graph& g, const Recipe& r);
PositionTables position_tables(Graph& g, const Recipe& r);

/// Queries, keys and values by head, positions turned in, before KV heads are shared.
struct Heads {
  NodeRef q;  // (B, h, T_q, d_k)
  NodeRef k;  // (B, h_kv, T_kv, d_k)
  NodeRef v;  // (B, h_kv, T_kv, d_v)
};
Heads project(Graph& g, const Recipe& r, const Inputs& in, const LayerWeights& w, const PositionTables& tables,
              const Places& at);
/// Rotary positions, if the recipe has them; else `heads` itself.
NodeRef rotated(Graph& g, const Recipe& r, const std::string& id, const std::string& title, Role role, NodeRef heads,
                std::optional<NodeRef> cosines, std::optional<NodeRef> sines, std::int64_t start, std::int64_t first);
/// KV heads once for every query head that reads them: a view.
NodeRef shared(Graph& g, const Recipe& r, const std::string& id, const std::string& title, Role role, NodeRef heads);

/// Scores of every query with every key, up to the mask: (B, h, T_q, T_kv).
NodeRef logits(Graph& g, const Recipe& r, NodeRef q_heads, NodeRef k_shared, const LayerWeights& w, const Places& at);
/// The mask (B, T_q, T_kv), where the recipe has one.
std::optional<NodeRef> mask_node(Graph& g, const Recipe& r, const Places& at);
/// softmax(logits) V, with what the recipe does to weights and heads: (B, h, T_q, d_v).
NodeRef attend(Graph& g, const Recipe& r, NodeRef logits, NodeRef v_shared, const LayerWeights& w, const Places& at);
/// Heads side by side times W_O: (B, T_q, d_model), called `id`.
NodeRef mix(Graph& g, const Recipe& r, NodeRef head_outputs, const LayerWeights& w, const Places& at,
            const std::string& id = "output");
/// All of it.
NodeRef attention_layer(Graph& g, const Recipe& r, const Inputs& in, const LayerWeights& w,
                        const PositionTables& tables, const Places& at, const std::string& id = "output");

/// A layer in two halves, so that decoding can keep what lies between them.
struct CachingLayer {
  struct Cache {
    std::string id, title;
    Role role;
  };
  /// What tokens have without looking at others: queries, and what is kept of them, one for each cache.
  struct Own {
    NodeRef q;
    std::vector<NodeRef> kept;  // (..., T, d)
  };
  std::vector<Cache> caches;
  std::function<Own(const Recipe& r, NodeRef x, const Places& at)> own;
  /// From queries and everything kept so far to the output (B, T_q, d_model).
  std::function<NodeRef(const Recipe& r, const Own& of, const Places& at)> look;
};
/// Prefill and decode of x (B, T, d_model).
void decode(Graph& g, const Recipe& r, NodeRef x, const CachingLayer& layer);

}  // namespace headwise
