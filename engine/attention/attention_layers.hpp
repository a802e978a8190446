#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/graph/graph.hpp"

namespace headwise {

/// A tensor of attention weights and what stands around it, as nodes of a graph: found by roles and
/// axes, so that it is there in every pipeline that attends.
struct AttentionLayer {
  std::size_t weights = 0;                  // (B, h, T_q, T_kv)
  std::optional<std::size_t> mask;          // (B, T_q, T_kv): the one before these weights
  struct Mixing {
    std::size_t head_outputs = 0;           // (B, h, T_q, d_v): what reaches W_O, after heads are switched off
    std::size_t w_o = 0;                    // (h*d_v, d_model)
  };
  std::optional<Mixing> mixing;             // where heads are brought together on the same path
};

/// All of them, in order. A layer may have several tensors of weights (before and after dropout).
std::vector<AttentionLayer> attention_layers(const Graph& graph);

/// The weights at a cursor: its own node; else those on the path nearest to it (`block1/attn/`), at or
/// before it where several are as near, and of one path the last, with which values are mixed.
/// Null where there are none.
const AttentionLayer* attention_layer_at(const Graph& graph, std::span<const AttentionLayer> layers, std::size_t cursor);

}  // namespace headwise
