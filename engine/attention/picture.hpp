#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/attention/recipe.hpp"
#include "engine/graph/graph.hpp"

namespace headwise {

/// The picture that explains a pipeline best, beside its tensors. `memory`: the split in memory.
enum class PictureKind { none, memory, tiles, cache, layers };

/// Flash attention: the scores cut into tiles, and what is carried from tile to tile.
struct TilesPicture {
  std::size_t scores = 0;       // (B, h, T_q, T_kv), masked
  std::size_t maximum = 0;      // (tile, B, h, T_q)
  std::size_t sum = 0;          // (tile, B, h, T_q)
  std::size_t accumulator = 0;  // (tile, B, h, T_q, d_v)
  std::int64_t tile_queries = 0;
  std::int64_t tile_keys = 0;

  /// The query block and tile that a cell of the loop belongs to; nothing for a cell before or after it.
  struct Place {
    std::int64_t block = 0;
    std::int64_t tile = 0;
  };
  std::optional<Place> place(const Graph& graph, const Cell& cell) const;
};
TilesPicture tiles_picture(const Recipe& recipe, const Graph& graph);

/// What one step of decoding does to the cache, and what it costs; the first is the prompt. Bytes are
/// of one layer in float32, FLOPs those of matrix products.
struct DecodeStep {
  std::string name;                 // its path: `step0`
  std::size_t first = 0, last = 0;  // its nodes
  std::int64_t before = 0;          // cached tokens
  std::int64_t after = 0;
  std::vector<std::size_t> caches;  // (..., after, d) of each cache
  Count read;                       // the cache, which attention reads whole
  Count written;                    // the new tokens' part of it
  Count weights;                    // fetched besides
  std::int64_t flops = 0;
  std::int64_t recomputed = 0;      // without a cache, all tokens anew
};
std::vector<DecodeStep> decode_steps(const Recipe& recipe, const Graph& graph);

/// A transformer's layers. Parts are in the order in which they run.
struct LayerPart {
  enum class Kind { norm, attention, add, feed_forward, experts };
  Kind kind = Kind::norm;
  std::size_t first = 0;
  std::size_t last = 0;  // what comes out of it
};
struct StackedLayer {
  std::string name;                   // its path: `block0`
  std::vector<LayerPart> parts;
  std::size_t weights = 0;            // (B, h, T_q, T_kv), attention weights
  std::optional<std::size_t> router;  // (B, T, E): each token's shares of experts, 0 where not chosen
};
std::vector<StackedLayer> stacked_layers(const Graph& graph);

}  // namespace headwise
