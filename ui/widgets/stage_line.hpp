#pragma once
#include "ui/context.hpp"
#include "ui/description.hpp"

namespace headwise {

/// The current stage: its title, id and shape.
void draw_stage_name(Context& ui);
/// A button for each sentence of a batch; false where there is one alone, and nothing to choose.
bool draw_sentence_choice(Context& ui);
/// Buttons for the sentence, where there are several, and for the head that is shown, or `all` where they can be
/// shown together; the line goes on.
void draw_head_choice(Context& ui, bool together = true);

/// The head, the sentence and the cell that are chosen, as fields that choose others.
void describe_place(const Context& ui, Description& out);

}  // namespace headwise
