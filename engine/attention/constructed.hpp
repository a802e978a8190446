#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/attention/recipe.hpp"
#include "engine/ops/op.hpp"

namespace headwise {

/// Are the weights those of constructed_set.hpp?
bool is_constructed(const Recipe& r);
/// What the weights are, and are not, in a sentence.
std::string_view about_weights(const Recipe& r);
/// What its heads are called; none where weights are random.
std::vector<std::string> head_names(const Recipe& r);

/// The set's table `id` (w_q, w_k, w_v, w_o, position_table), whose sizes must be those of `axes` (in, out).
std::unique_ptr<Op> constructed_weight(const std::string& id, const Axes& axes);
/// Vectors of the words, (B, T, d_model), with <pad> all zeros.
std::unique_ptr<Op> constructed_embeddings(const Batch& batch, const Axes& axes);
/// Rows of its table of positions.
std::int64_t constructed_places();

}  // namespace headwise
