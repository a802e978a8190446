#pragma once
#include <string>

#include "ui/context.hpp"
#include "ui/description.hpp"

namespace headwise {

/// The slice through the cursor as a table with the labels of its rows and columns: at most 64 of each, around
/// the cursor. `values` may stand in the place of its own.
void describe_slice(const Context& ui, Description& out, const std::string& title, const std::string& id,
                    const StandIn& values = {});

}  // namespace headwise
