#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/io/model_card.hpp"
#include "engine/ops/op.hpp"

namespace headwise {

/// What a model's attention costs, each count with its formula.
struct ModelCounts {
  std::vector<Count> parameters;  // of one layer: each matrix, stored (in, out), bias and norm
  Count layer;                    // their sum
  Count model;                    // over all layers
  /// KV cache of one sentence, in bytes: for one more token and layer; for one more token over all
  /// layers; for the full context with every key kept, and with sliding layers keeping no more than
  /// their window. What does not apply is left out.
  std::vector<Count> cache;
};

/// `bytes` is the size of one cached number. Error where a count passes 64 bits.
ModelCounts count_model(const ModelCard& card, std::int64_t bytes);

/// The state for `headwise trace` that comes nearest to one layer of the model, and what the model
/// has that the state leaves out. None, with the reason in `left_out`, where no state has its
/// shapes.
struct NearestState {
  std::optional<std::vector<std::pair<std::string, std::string>>> state;
  std::vector<std::string> left_out;
};
NearestState nearest_state(const ModelCard& card);

}  // namespace headwise
