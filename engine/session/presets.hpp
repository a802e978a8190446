#pragma once
#include <string>
#include <vector>

#include "engine/session/state.hpp"

namespace headwise {

/// What a newcomer sees: the page without a hash, the window without settings. Heads whose weights were
/// constructed, so that there is something to recognise.
Assignments first_screen();

/// A comparison worth seeing: what to set first, and what to set otherwise in the second run.
struct Preset {
  std::string title;  // `MHA vs MQA`
  std::string about;  // a sentence for a learner
  Assignments first;  // only what is not set so already
  Assignments second;
  std::string stage = "attn_weights";  // where to look

  /// Does it, as perform() takes it.
  std::string command() const;
};

/// Those that are valid with these settings, change nothing that is locked, and make a difference.
std::vector<Preset> presets(const Settings& settings);

}  // namespace headwise
