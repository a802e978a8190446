#pragma once
#include <imgui.h>

#include <string_view>

namespace headwise {

/// Dear ImGui's key for a browser's KeyboardEvent.key; None for those that are left to the browser.
ImGuiKey key_named(std::string_view name);

struct Modifiers {
  bool ctrl = false, shift = false, alt = false, meta = false;
};
/// May the simulator have this key, or does the combination belong to the browser? `in_text`: while a
/// text field is edited.
bool is_ours(ImGuiKey key, Modifiers with, bool in_text);

}  // namespace headwise
