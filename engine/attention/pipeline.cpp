#include "engine/attention/pipeline.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace headwise {

// Each in its own file.
Graph build_attention(const Recipe& recipe);
Graph build_flash(const Recipe& recipe);
Graph build_latent(const Recipe& recipe);
Graph build_decode(const Recipe& recipe);
Graph build_latent_decode(const Recipe& recipe);
std::vector<Memory> flash_memory(const Recipe& recipe, const Graph& graph);
std::vector<Memory> decode_memory(const Recipe& recipe, const Graph& graph);
Count latent_cache_per_token(const Recipe& recipe, std::int64_t bytes);
Graph build_block(const Recipe& recipe);
Graph build_one_head(const Recipe& recipe);
Graph build_storage(const Recipe& recipe);

std::span<const Pipeline> pipelines() {
  static const Pipeline all[] = {
      {"attention", "Multi-head attention",
       {"groups", "constructed", "context", "masks", "positions", "scores", "weights", "heads"}, build_attention},
      {"flash", "Flash attention, tile by tile", {"groups", "constructed", "context", "masks", "positions", "scores", "flash"},
       build_flash, PictureKind::tiles, flash_memory},
      {"latent", "Multi-head latent attention (MLA)", {"masks", "latent"}, build_latent, PictureKind::none, nullptr,
       latent_cache_per_token},
      {"decode", "Decoding with a KV cache, token by token", {"groups", "constructed", "masks", "positions", "scores", "decode"},
       build_decode, PictureKind::cache, decode_memory},
      {"latent_decode", "Decoding with a latent cache (MLA), token by token", {"masks", "latent", "decode"},
       build_latent_decode, PictureKind::cache, decode_memory, latent_cache_per_token},
      {"block", "A whole transformer, block by block",
       {"groups", "masks", "positions", "scores", "weights", "block", "experts"}, build_block, PictureKind::layers},
      {"one_head", "One head against many, at equal cost", {"groups", "constructed", "masks"}, build_one_head},
      {"storage", "The split in memory, and the wrong reshape", {}, build_storage, PictureKind::memory},
  };
  return all;
}

const Pipeline& find_pipeline(std::string_view name) {
  for (const Pipeline& pipeline : pipelines()) {
    if (pipeline.name == name) return pipeline;
  }
  throw std::logic_error("no pipeline called " + std::string(name));
}

bool uses(const Pipeline& pipeline, const Feature& feature) {
  return std::find(pipeline.features.begin(), pipeline.features.end(), feature.name) != pipeline.features.end();
}

bool uses(const Pipeline& pipeline, std::string_view key) {
  const Feature* owner = feature_of(key);
  return !owner || uses(pipeline, *owner);
}

}  // namespace headwise
