#include "engine/attention/pipeline.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

namespace headwise {

namespace {

constexpr std::array<std::string_view, 11> attention_keys{"tokens",   "d_model", "num_heads", "num_kv_heads",
                                                          "head_dim", "v_dim",   "scale",     "mask",
                                                          "position", "bias",    "seed"};
constexpr std::array<std::string_view, 12> flash_keys{"tokens",   "d_model", "num_heads", "num_kv_heads",
                                                      "head_dim", "v_dim",   "scale",     "mask",
                                                      "position", "bias",    "seed",      "tile_keys"};

}  // namespace

std::span<const Pipeline> pipelines() {
  static const std::array<Pipeline, 2> all{{
      {"attention", "Multi-head attention", attention_keys, build_attention},
      {"flash", "Flash attention, tile by tile", flash_keys, build_flash},
  }};
  return all;
}

const Pipeline& find_pipeline(std::string_view name) {
  for (const Pipeline& pipeline : pipelines()) {
    if (pipeline.name == name) return pipeline;
  }
  throw std::logic_error("no pipeline called " + std::string(name));
}

bool uses(const Pipeline& pipeline, std::string_view key) {
  return key == "pipeline" || key == "edits" || std::find(pipeline.keys.begin(), pipeline.keys.end(), key) != pipeline.keys.end();
}

}  // namespace headwise
