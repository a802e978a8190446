#include "ui/widgets/scrub.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

constexpr double wheel_step = 0.1;
constexpr double drag_step = 0.01;
constexpr double fine = 0.1;         // of these, with Shift
constexpr double wheel_pause = 1;    // seconds after which turning the wheel is another change

/// Large numbers change by more, or nobody would see it.
double step_for(double value, double step) {
  const double size = std::fabs(value);
  return step * (size < 1000 ? 1 : std::pow(10, std::floor(std::log10(size)) - 2)) * (ImGui::GetIO().KeyShift ? fine : 1);
}

/// `value` and so many steps, without the noise of binary fractions.
float moved(double value, double step, double steps) {
  const double grain = step / 100;
  const double limit = static_cast<double>(std::numeric_limits<float>::max());
  return static_cast<float>(std::clamp(std::round((value + steps * step) / grain) * grain, -limit, limit));
}

/// Part of the same change as what was set before it.
void set_cell(Context& ui, CellEdit cell) {
  if (!ui.session.type("edits", to_text(with(ui.session.edits(), std::move(cell))))) ui.scrub = {};
}

void begin(Context& ui, Scrub::By by, const Cell& cell) {
  Session& session = ui.session;
  session.end_typing();
  const std::string& id = session.graph()[cell.node].id();
  ui.scrub = {};
  ui.scrub.by = by;
  ui.scrub.cell = {id, cell.index, session.trace().value(cell)};
  ui.scrub.was_set = find_edit(session.edits(), id, cell.index) != nullptr;
  ui.scrub.from = ImGui::GetMousePos().x;
}

bool is_of(const Scrub& scrub, const Session& session, const Cell& cell) {
  return scrub.cell.node == session.graph()[cell.node].id() && scrub.cell.index == cell.index;
}

/// What the wheel turned, up and down; browsers and Dear ImGui make it sideways where Shift is down.
float wheel() { return ImGui::GetIO().MouseWheel + (ImGui::GetIO().KeyShift ? ImGui::GetIO().MouseWheelH : 0); }

/// Takes note of the wheel; what is being drawn stays as it is.
void turn(Context& ui, const Cell& cell) {
  const float by = wheel();
  if (by == 0) return;
  const bool same = ui.scrub.by == Scrub::By::wheel && is_of(ui.scrub, ui.session, cell) && ui.time < ui.scrub.last + wheel_pause;
  if (!same) begin(ui, Scrub::By::wheel, cell);
  ui.scrub.last = ui.time;
  ui.scrub.notches += by;
}

void go_on_turning(Context& ui) {
  Scrub& scrub = ui.scrub;
  const float steps = std::trunc(scrub.notches);
  if (steps == 0 || ui.session.is_computing()) return;
  scrub.notches -= steps;
  const CellEdit* set = find_edit(ui.session.edits(), scrub.cell.node, scrub.cell.index);
  CellEdit edit = set ? *set : scrub.cell;
  const auto value = static_cast<double>(edit.value);
  edit.value = moved(value, step_for(value, wheel_step), static_cast<double>(steps));
  set_cell(ui, std::move(edit));
}

void go_on_dragging(Context& ui) {
  Scrub& scrub = ui.scrub;
  const bool ends = !ImGui::IsMouseDown(ImGuiMouseButton_Left);
  const float way = (ImGui::GetMousePos().x - scrub.from) / (ui.em / 16);
  scrub.moved |= std::fabs(way) > 5;
  // A long computation is let go on while the mouse is on its way.
  if (scrub.moved && (ends || !ui.session.is_computing())) {
    const auto value = static_cast<double>(scrub.cell.value);
    CellEdit edit = scrub.cell;
    const auto steps = static_cast<double>(std::round(way));
    edit.value = moved(value, step_for(value, drag_step), steps);
    const CellEdit* now = find_edit(ui.session.edits(), edit.node, edit.index);
    if (steps == 0 && !scrub.was_set) {
      if (now) ui.session.type("edits", to_text(without(ui.session.edits(), edit.node, edit.index)));
    } else if (!now || now->value != edit.value) {
      set_cell(ui, std::move(edit));
    }
  }
  if (ends) {
    ui.session.end_typing();
    scrub = {};
  } else if (scrub.moved) {
    ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
    const CellEdit* now = find_edit(ui.session.edits(), scrub.cell.node, scrub.cell.index);
    const double value = static_cast<double>(now ? now->value : scrub.cell.value);
    ImGui::SetTooltip("%s[%s] = %s", scrub.cell.node.c_str(), index_text(scrub.cell.index).c_str(), print_number(value).c_str());
  }
}

}  // namespace

bool can_scrub(const Session& session, const Cell& cell) {
  const Node& node = session.graph()[cell.node];
  return session.trace().has_values() && is_editable(node) && node.role != Role::mask && !session.is_locked("edits");
}

bool scrub(Context& ui, const Cell& cell) {
  if (!can_scrub(ui.session, cell)) return false;
  ImGui::SetItemKeyOwner(ImGuiKey_MouseWheelY);
  ImGui::SetItemKeyOwner(ImGuiKey_MouseWheelX);
  ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
  ui.takes_drag = true;
  const bool pressed = ImGui::IsItemClicked();
  if (pressed) begin(ui, Scrub::By::drag, cell);
  turn(ui, cell);
  return pressed;
}

void go_on_scrubbing(Context& ui) {
  if (ui.scrub.by == Scrub::By::drag) go_on_dragging(ui);
  if (ui.scrub.by == Scrub::By::wheel) go_on_turning(ui);
}

void scrub_handle(Context& ui) {
  const float side = ImGui::GetFrameHeight();
  ImGui::InvisibleButton("##scrub", {side * 1.3F, side});
  ui.landmark_item("edit:drag");
  const ImVec2 low = ImGui::GetItemRectMin();
  const ImVec2 high = ImGui::GetItemRectMax();
  const ImVec2 c{(low.x + high.x) * 0.5F, (low.y + high.y) * 0.5F};
  const bool hovered = ImGui::IsItemHovered();
  const bool active = ImGui::IsItemActive();
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->AddRectFilled(low, high, ImGui::GetColorU32(active ? ImGuiCol_ButtonActive : hovered ? ImGuiCol_ButtonHovered : ImGuiCol_Button),
                      ImGui::GetStyle().FrameRounding);
  draw->AddRect(low, high, ui.theme->border, ImGui::GetStyle().FrameRounding);
  const float r = side * 0.2F;
  for (const float way : {-1.0F, 1.0F}) {
    draw->AddTriangleFilled(c + ImVec2{way * r * 0.5F, -r}, c + ImVec2{way * r * 0.5F, r}, c + ImVec2{way * r * 1.8F, 0}, ui.theme->text);
  }
  tooltip(ui, "Drag to the side to change the value, or turn the wheel; with Shift in small steps.");
  if (hovered) scrub(ui, ui.session.cursor());
}

}  // namespace headwise
