#pragma once
#include <optional>
#include <string>

#include "ui/context.hpp"

namespace headwise {

/// A text field as a box with its text: the host puts its own input over it while it is edited.
/// `field` needs no place. Opens it when pressed, or at once where `open`.
void outside_field(Context& ui, TextEdit field, float width, bool open = false);

/// A field whose text counts on Enter or when it is left: then it is returned, once. Shows
/// `field.value` while nobody types. Where the host edits text, it does what `field.command` says
/// instead. `open` puts the cursor there.
std::optional<std::string> committed_field(Context& ui, const TextEdit& field, float width, bool open = false);

}  // namespace headwise
