#pragma once
#include <string>

#include "engine/session/session.hpp"

namespace headwise {

/// What "Check it in PyTorch" copies: a script that computes every stage anew and compares; where it
/// would be too long, the command that writes script and numbers to files.
struct Handout {
  std::string text;  // empty: there is nothing to check
  std::string said;  // what to tell the person, once it is copied
};

Handout handout(const Run& run);
/// The same told before, without making it.
std::string handout_note(const Run& run);

}  // namespace headwise
