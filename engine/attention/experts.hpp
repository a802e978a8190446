#pragma once
#include "engine/attention/layer.hpp"

namespace headwise {

/// A mixture-of-experts feed-forward network in the place of a plain one: x (B, T, d_model) to the
/// same shape.
NodeRef experts(Graph& g, const Recipe& r, NodeRef x);

}  // namespace headwise
