#pragma once
#include <string>
#include <vector>

#include "engine/session/presets.hpp"
#include "ui/context.hpp"

namespace headwise {

/// What to compare with: the key `compare` as text, a menu of presets and of single settings, and swap, take and
/// clear. Returns a command to do once all is drawn; often empty.
std::string draw_compare_choice(Context& ui);
/// presets() of the session's settings, which take a moment to find.
const std::vector<Preset>& known_presets(const Session& session);
/// The presets with a sentence on each, where nothing is chosen yet; the same.
std::string draw_presets(Context& ui);

}  // namespace headwise
