#pragma once
#include <vector>

#include "engine/attention/picture.hpp"
#include "ui/context.hpp"

namespace headwise {

/// The stage that the cursor is at; of a weight, the one that reads it.
std::size_t reached_node(const Context& ui);
/// The token that the cursor is at, 0 where it is at none.
std::int64_t cursor_token(const Session& session);
/// Shares of experts of one token of the shown sentence.
std::vector<float> expert_shares(const Session& session, std::size_t router, std::int64_t token);

/// One layer along its part of the residual stream: what branches off it, a box for each head, and
/// the experts; the height used. An open one shows which tokens go to which expert.
float draw_layer(Context& ui, const StackedLayer& layer, ImVec2 at, float width, bool open);

}  // namespace headwise
