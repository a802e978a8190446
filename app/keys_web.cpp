#include "app/keys_web.hpp"

#include <utility>

namespace headwise {

ImGuiKey key_named(std::string_view name) {
  static constexpr std::pair<std::string_view, ImGuiKey> named[] = {
      {"ArrowLeft", ImGuiKey_LeftArrow},
      {"ArrowRight", ImGuiKey_RightArrow},
      {"ArrowUp", ImGuiKey_UpArrow},
      {"ArrowDown", ImGuiKey_DownArrow},
      {"Home", ImGuiKey_Home},
      {"End", ImGuiKey_End},
      {"PageUp", ImGuiKey_PageUp},
      {"PageDown", ImGuiKey_PageDown},
      {"Backspace", ImGuiKey_Backspace},
      {"Delete", ImGuiKey_Delete},
      {"Enter", ImGuiKey_Enter},
      {"Escape", ImGuiKey_Escape},
      {" ", ImGuiKey_Space},
      {"/", ImGuiKey_Slash},
      {"?", ImGuiKey_Slash},
      {":", ImGuiKey_Semicolon},
      {"-", ImGuiKey_Minus},
      {"_", ImGuiKey_Minus},
      {"=", ImGuiKey_Equal},
      {"+", ImGuiKey_Equal},
      {",", ImGuiKey_Comma},
      {"<", ImGuiKey_Comma},
      {".", ImGuiKey_Period},
      {">", ImGuiKey_Period},
      {"[", ImGuiKey_LeftBracket},
      {"{", ImGuiKey_LeftBracket},
      {"]", ImGuiKey_RightBracket},
      {"}", ImGuiKey_RightBracket},
  };
  for (const auto& [text, key] : named) {
    if (text == name) return key;
  }
  if (name.size() != 1) return ImGuiKey_None;
  const char c = name[0];
  if (c >= '0' && c <= '9') return static_cast<ImGuiKey>(ImGuiKey_0 + (c - '0'));
  if (c >= 'a' && c <= 'z') return static_cast<ImGuiKey>(ImGuiKey_A + (c - 'a'));
  if (c >= 'A' && c <= 'Z') return static_cast<ImGuiKey>(ImGuiKey_A + (c - 'A'));
  return ImGuiKey_None;
}

bool is_ours(ImGuiKey key, Modifiers with, bool in_text) {
  if (with.alt) return false;  // back and forward, menus
  if (!with.ctrl && !with.meta) return key != ImGuiKey_None;
  // Copy, cut and paste come as events of their own.
  if (key == ImGuiKey_A || key == ImGuiKey_K || key == ImGuiKey_Y || key == ImGuiKey_Z) return true;
  const bool moves = (key >= ImGuiKey_LeftArrow && key <= ImGuiKey_DownArrow) || key == ImGuiKey_Home ||
                     key == ImGuiKey_End || key == ImGuiKey_Backspace || key == ImGuiKey_Delete;
  return in_text && with.ctrl && moves;
}

}  // namespace headwise
