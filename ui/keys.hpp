#pragma once
#include <imgui.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ui/context.hpp"

namespace headwise {

/// A key and what it does: a command of run_command(). One table for doing, for the help panel and for
/// the list of everything that can be done.
struct Shortcut {
  ImGuiKeyChord chord;
  const char* shown;
  const char* command;
  const char* help;            // null: said in the line before
  // Of this one alone, where the line before or `help` is of several.
  const char* name = nullptr;
  const char* key = nullptr;
};

/// What it does and its keys, by itself; empty where another line says it.
std::string_view own_name(const Shortcut& shortcut);
std::string own_key(const Shortcut& shortcut);

std::span<const Shortcut> shortcuts();
/// Does what the pressed keys say, unless a text field has them.
void handle_keys(Context& ui);
/// `export svg|png [window]`, or nothing where it is another command; Error where it is neither.
std::optional<PictureRequest> picture_command(std::string_view command);
/// Gives up the pictures that are being made.
inline constexpr std::string_view stop_export = "export stop";
/// One of the interface's own commands (`help`, `help NOTE` by its number, `copy WHAT` as copied() takes it,
/// `paste` (without a text: what is on the clipboard), `share`, `theme`, `heads`, `head N`, `value`, `view N`, `page N`,
/// `palette ...`, `teacher ...`, `export ...`, `hand in`, `save progress`, `open file`, `close`), else the course's.
void run_command(Context& ui, std::string_view command);

}  // namespace headwise
