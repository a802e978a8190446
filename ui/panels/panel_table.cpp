#include "ui/panels/panel.hpp"

#include <algorithm>
#include <string>

namespace headwise {

std::span<const Panel> panel_table() {
  static const Panel table[] = {
      {"header", "Top row", Dock::header, 0, 0, "The sentence, and sharing what you see.", nullptr, draw_header,
       describe_header},
      {"pipeline", "Pipeline", Dock::main, 9.2F, 9.2F, "Every stage in order. Click one to see it.", nullptr, draw_pipeline,
       describe_pipeline, true},
      {"stage", "Stage", Dock::stretch, 0, 0, "What a stage reads and what comes out. Hover to preview, click to choose a cell.",
       nullptr, draw_stage, describe_stage},
      {"overview", "Overview", Dock::stretch, 0, 40, "Every tensor at once, drawn to proportion, from the whole down to a cell.", nullptr,
       draw_overview, describe_overview, false, zoom_overview, false, true},
      {"memory", "Memory", Dock::stretch, 0, 0,
       "Where the numbers lie: the split into heads and the way back as addresses, the classic wrong reshape beside them.", nullptr,
       draw_memory, describe_memory},
      {"heads", "Heads", Dock::stretch, 0, 0, "All heads side by side: what each attends to, what its pattern is called and why, and what it adds.",
       nullptr, draw_heads, describe_heads},
      {"compare", "Compare", Dock::stretch, 0, 0, "Two runs side by side, with the difference of every cell.", nullptr,
       draw_compare, describe_compare, false, nullptr, true},
      {"picture", "Picture", Dock::stretch, 0, 0, "The picture that explains this computation best; it follows the steps.", nullptr,
       draw_picture, describe_picture},
      {"counts_plot", "Counts", Dock::stretch, 0, 0, "Parameters, work and memory as one setting changes. Hover for the sum, click to set it.",
       nullptr, draw_counts_plot, describe_counts_plot, false, nullptr, true},
      {"arithmetic", "Arithmetic", Dock::main, 7.9F, 7.9F, "How the chosen cell was computed. Every number leads to where it came from.",
       nullptr, draw_arithmetic, describe_arithmetic},
      {"changes", "What changed", Dock::beside, 21, 0, "What the last change did to each stage, and cells set by hand.",
       changes_visible, draw_changes, describe_changes},
      {"timeline", "Timeline", Dock::footer, 0, 0, "Step through the computation, forwards and back.", nullptr, draw_timeline,
       describe_timeline},
      {"controls", "Controls", Dock::left, 0, 0, "Change a setting and everything follows.", nullptr, draw_controls,
       describe_controls},
      {"counts", "Shapes and counts", Dock::left, 0, 0, "Parameters, work and memory; each opens to its formula.", nullptr,
       draw_counts, describe_counts},
      {"lesson", "Lesson", Dock::right, 26, 0, "Read, and follow the links: they move the simulator.", lesson_visible,
       draw_lesson, nullptr},
      {"palette", "Find", Dock::overlay, 30, 30, "Everything that can be done, by name.", palette_visible, draw_palette,
       describe_palette},
      {"teacher", "For teachers", Dock::overlay, 34, 0, "A link for a class, and what it hides and locks.", teacher_visible, draw_teacher,
       describe_teacher},
      {"help", "Help", Dock::overlay, 0, 0, "Keys, and how to read the pictures.", help_visible, draw_help, describe_help},
  };
  return table;
}

bool is_visible(const Context& ui, const Panel& panel) {
  if (ui.session.is_hidden(panel.id) || (panel.visible && !panel.visible(ui))) return false;
  const bool is_one_view = panel.dock == Dock::stretch || panel.dock == Dock::footer || panel.dock == Dock::overlay;
  if (ui.session.settings().toggle("projector") && !is_one_view) return false;
  const std::string& shown = ui.session.settings().get("view");
  if (panel.dock == Dock::stretch) return shown == panel.id;
  if (panel.dock != Dock::main && panel.dock != Dock::beside) return true;
  const std::span<const Panel> table = panel_table();
  return std::none_of(table.begin(), table.end(), [&](const Panel& view) {
    return shown == view.id && (&view < &panel ? view.fills : view.covers);
  });
}

}  // namespace headwise
