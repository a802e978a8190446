#pragma once
#include <string>

#include "ui/context.hpp"
#include "ui/description.hpp"

namespace headwise {

/// In the place of values: why there are none, how far the computation is (0 to 1), and a way to stop it.
void draw_missing(Context& ui, const std::string& why, double progress);
void describe_missing(const Context& ui, Description& out, const std::string& why, const std::string& id);

}  // namespace headwise
