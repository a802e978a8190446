#pragma once
#include <span>

#include "ui/context.hpp"
#include "ui/description.hpp"

namespace headwise {

/// Where a panel stands; on narrow windows all but header and footer become one column in the
/// order of the table. `beside` is to the right of the main panel before it, as high as that. Panels
/// of `stretch` are the views: the key `view` names the one that is shown.
enum class Dock { header, left, main, beside, stretch, footer, right, overlay };

/// A part of the window. Adding one is a file and a row of the table.
struct Panel {
  const char* id;     // also the word that `hide` takes
  const char* title;
  Dock dock;
  float height;       // in ems, of a panel to the right its width, of an overlay at most; 0: as much as it needs, of the stretch panel: the rest
  float narrow_height;  // the same on a narrow window, of a main panel after the views where it stays in sight
  const char* help;
  bool (*visible)(const Context&);  // null: always
  void (*draw)(Context&);
  void (*describe)(const Context&, Description&);
  bool sideways = false;  // may be wider than its place: scrolls that way; others wrap
  /// What `zoom in`, `zoom out` and (a factor of 0) `zoom all` do in a view; null: they set the key `zoom`.
  void (*zoom)(Context&, double factor) = nullptr;
  bool fills = false;     // a view that takes the place of the main panels after it
  bool covers = false;    // a view that takes the place of those before it: the same, larger
};

std::span<const Panel> panel_table();
/// Not hidden, not another view, not in the place of a view that fills it, what it says itself, and with a
/// projector one of few.
bool is_visible(const Context&, const Panel&);

// One file each.
void draw_header(Context&);
void describe_header(const Context&, Description&);
void draw_controls(Context&);
void describe_controls(const Context&, Description&);
void draw_counts(Context&);
void describe_counts(const Context&, Description&);
bool changes_visible(const Context&);
void draw_changes(Context&);
void describe_changes(const Context&, Description&);
void draw_pipeline(Context&);
void describe_pipeline(const Context&, Description&);
void draw_stage(Context&);
void describe_stage(const Context&, Description&);
void draw_overview(Context&);
void describe_overview(const Context&, Description&);
void zoom_overview(Context&, double factor);
void draw_heads(Context&);
void describe_heads(const Context&, Description&);
void draw_compare(Context&);
void describe_compare(const Context&, Description&);
void draw_counts_plot(Context&);
void describe_counts_plot(const Context&, Description&);
void draw_memory(Context&);
void describe_memory(const Context&, Description&);
void draw_picture(Context&);
void describe_picture(const Context&, Description&);
void draw_arithmetic(Context&);
void describe_arithmetic(const Context&, Description&);
void draw_timeline(Context&);
void describe_timeline(const Context&, Description&);
bool lesson_visible(const Context&);
void draw_lesson(Context&);
bool help_visible(const Context&);
void draw_help(Context&);
void describe_help(const Context&, Description&);
struct HelpNote {
  const char* title;
  const char* text;
};
std::span<const HelpNote> help_notes();
bool teacher_visible(const Context&);
void draw_teacher(Context&);
void describe_teacher(const Context&, Description&);
/// The commands that start with `teacher`: nothing opens or closes it; `link`, `frame` (copies), `as written`. Throws Error.
void run_teacher(Context&, std::string_view what);
bool palette_visible(const Context&);
void draw_palette(Context&);
void describe_palette(const Context&, Description&);

/// Is there a control for it, as the settings are now?
bool has_control(const Session&, const Key&);
/// The commands that start with `palette`: nothing opens or closes it, `find TEXT`, and the keys ArrowUp,
/// ArrowDown, Enter and Escape. Throws Error.
void run_palette(Context&, std::string_view what);
void close_palette(Context&);

}  // namespace headwise
