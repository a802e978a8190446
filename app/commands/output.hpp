#pragma once
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "engine/session/state.hpp"

namespace headwise {

/// What follows a command: KEY=VALUE each, or the hash of a shared link.
Assignments read_state(const std::vector<std::string>& arguments);

/// Writes results to standard output; Error where they do not all arrive there.
void print_output(const std::function<void(std::ostream&)>& write);

}  // namespace headwise
