#pragma once
#include "ui/context.hpp"

namespace headwise {

/// In the place of values: why there are none, how far the computation is, and a way to stop it.
void draw_missing(Context& ui);

/// A button for each sentence of a batch; false where there is one alone, and nothing to choose.
bool draw_sentence_choice(Context& ui);

}  // namespace headwise
