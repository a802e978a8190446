#include "ui/panels/panel.hpp"

namespace headwise {

bool lesson_visible(const Context& ui) {
  return !ui.options.outside_lessons && !ui.session.settings().get("lesson").empty();
}

void draw_lesson(Context& ui) { muted(ui, "…"); }

}  // namespace headwise
