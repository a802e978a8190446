#pragma once
#include <imgui.h>

#include <functional>
#include <optional>
#include <span>
#include <string>

#include "engine/lesson/prose.hpp"

namespace headwise {

struct MarkdownFonts {
  ImFont* text = nullptr;
  ImFont* strong = nullptr;
  ImFont* mono = nullptr;
};

/// Told where each link stands on screen (a wrapped one: each part), by its target.
using LinkSeen = std::function<void(const std::string& target, ImVec2 low, ImVec2 high)>;

/// Draws what an insert block names, at the cursor.
using DrawInsert = std::function<void(const std::string& name)>;

/// Draws formatted text at the cursor, as wide as there is room. Placeholders must be filled in.
/// Returns what was clicked: `change ...`, a command for perform(), or an https address.
std::optional<std::string> draw_markdown(std::span<const prose::Block> blocks,
                                         const MarkdownFonts& fonts, ImU32 link_color,
                                         const LinkSeen& seen = {}, const DrawInsert& insert = {});

}  // namespace headwise
