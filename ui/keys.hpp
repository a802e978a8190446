#pragma once
#include <imgui.h>

#include <optional>
#include <span>
#include <string_view>

#include "ui/context.hpp"

namespace headwise {

/// A key and what it does: a command as perform() takes it, or one of the interface's own (`help`,
/// `share`, `theme`, `heads`, `value`). One table for doing and for the help panel.
struct Shortcut {
  ImGuiKeyChord chord;
  const char* shown;
  const char* command;
  const char* help;  // null: said in the line before
};

std::span<const Shortcut> shortcuts();
/// Does what the pressed keys say, unless a text field has them.
void handle_keys(Context& ui);
/// `export svg|png [window]`, or nothing where it is another command; Error where it is neither.
std::optional<PictureRequest> picture_command(std::string_view command);
/// Gives up the pictures that are being made.
inline constexpr std::string_view stop_export = "export stop";
/// One of the interface's own commands, else the session's.
void run_command(Context& ui, std::string_view command);

}  // namespace headwise
