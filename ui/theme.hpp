#pragma once
#include <imgui.h>

#include <cstdint>

#include "engine/graph/graph.hpp"
#include "engine/ops/op.hpp"

namespace headwise {

/// Colours. Roles keep theirs everywhere, text included; after Okabe & Ito's palette, which
/// colour-blind viewers can tell apart. Text colours have a contrast of at least 4.5 to the panel.
struct Theme {
  bool dark = false;
  ImU32 background = 0, panel = 0, raised = 0, border = 0;
  ImU32 text = 0, muted = 0, accent = 0, on_accent = 0, warning = 0, warning_fill = 0, changed = 0;

  /// For lines, names and numbers of a tensor with that role.
  ImU32 role(Role role) const;
  /// `t` from -1 to 1: blue through the neutral tone to red (any sign); from 0 to 1 for shares.
  ImU32 heat(ValueRange range, float t) const;
  /// One of eight colours for things of a kind (heads), told apart by colour-blind viewers too; then they
  /// begin anew, so a number always stands with it.
  ImU32 category(std::int64_t i) const;
  /// The same as a fill that text can stand on.
  ImU32 tint(std::int64_t i) const;
  /// Black or white, whichever reads better on `fill`.
  static ImU32 ink_on(ImU32 fill);
};

const Theme& light_theme();
const Theme& dark_theme();
/// The same for a projector, which washes colours out: text in black or white alone.
const Theme& strong(const Theme& theme);

ImU32 mix(ImU32 a, ImU32 b, float t);
ImU32 with_alpha(ImU32 color, float alpha);

/// Dear ImGui's own colours and roundings to match; what is pressed is at least `target` high.
void apply_style(const Theme& theme, float em, float target);

}  // namespace headwise
