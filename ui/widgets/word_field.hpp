#pragma once
#include "ui/context.hpp"

namespace headwise {

/// Lets a word of the sentence be typed anew, in a field at `at` that is as wide as it needs.
void edit_word(Context& ui, const Word& word, const std::string& text, ImVec2 at);
/// Draws the field while a word is typed, once a frame and over everything else.
void draw_word_field(Context& ui);

}  // namespace headwise
