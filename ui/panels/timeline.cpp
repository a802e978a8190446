#include <algorithm>
#include <cstdio>
#include <string>

#include "engine/session/command.hpp"
#include "engine/tensor/print.hpp"
#include "ui/keys.hpp"
#include "ui/panels/panel.hpp"

namespace headwise {

namespace {

enum class Icon { first, back, play, pause, on, last };

/// A transport button with a drawn sign, so that no font needs it.
bool icon_button(Context& ui, const char* id, Icon icon, const char* help) {
  const float side = ui.narrow ? ImGui::GetFrameHeight() : ImGui::GetFrameHeight() * 1.15F;
  const bool pressed = ImGui::Button(id, {ui.narrow ? std::max(side, ui.em * 2.2F) : side * 1.25F, side});
  tooltip(ui, help);
  const ImVec2 low = ImGui::GetItemRectMin();
  const ImVec2 high = ImGui::GetItemRectMax();
  const ImVec2 c{(low.x + high.x) * 0.5F, (low.y + high.y) * 0.5F};
  const float r = std::min(side * 0.24F, ui.em * 0.55F);
  const ImU32 ink = ui.theme->text;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const auto triangle = [&](float x, float to) { draw->AddTriangleFilled({c.x + x - to * r, c.y - r}, {c.x + x - to * r, c.y + r}, {c.x + x + to * r, c.y}, ink); };
  const auto bar = [&](float x) { draw->AddRectFilled({c.x + x - r * 0.22F, c.y - r}, {c.x + x + r * 0.22F, c.y + r}, ink); };
  switch (icon) {
    case Icon::first: bar(-r); triangle(r * 0.3F, -1); break;
    case Icon::back: triangle(-r * 0.2F, -1); bar(r * 1.15F); break;
    case Icon::play: triangle(0, 1); break;
    case Icon::pause: bar(-r * 0.5F); bar(r * 0.5F); break;
    case Icon::on: bar(-r * 1.15F); triangle(r * 0.2F, 1); break;
    case Icon::last: bar(r); triangle(-r * 0.3F, 1); break;
  }
  ui.landmark_item(std::string("timeline:") + (id + 2));
  ImGui::SameLine(0, ui.em * 0.25F);
  return pressed;
}

std::string progress(const Session& session, bool brief = false) {
  const StepPosition at = session.position();
  if (brief) return print_count(at.at + 1) + " / " + print_count(at.total);
  return "step " + print_count(at.at + 1) + " of " + print_count(at.total);
}

}  // namespace

namespace {

void play_button(Context& ui) {
  // The one to find first.
  ImGui::PushStyleColor(ImGuiCol_Button, mix(ui.theme->raised, ui.theme->accent, 0.3F));
  if (icon_button(ui, "##play", ui.session.playing ? Icon::pause : Icon::play, "play or pause (Space)")) run_command(ui, "play");
  ImGui::PopStyleColor();
}

/// Any step, by dragging; `text` stands in it.
void place_slider(Context& ui, float width, const std::string& text) {
  Session& session = ui.session;
  const StepPosition at = session.position();
  std::int64_t to = std::max<std::int64_t>(at.at, 0);
  const std::int64_t first = 0;
  const std::int64_t last = at.total - 1;
  ImGui::SetNextItemWidth(width);
  if (ImGui::SliderScalar("##place", ImGuiDataType_S64, &to, &first, &last, text.c_str())) session.step_to(to);
  tooltip(ui, "drag to any step");
  ui.landmark_item("timeline:slider");
}

/// What a thumb needs: its ends are those of the slider.
void draw_narrow_timeline(Context& ui) {
  Session& session = ui.session;
  if (icon_button(ui, "##back", Icon::back, "one step back (left arrow)")) run_command(ui, "step -1");
  play_button(ui);
  if (icon_button(ui, "##next", Icon::on, "one step on (right arrow)")) run_command(ui, "step 1");
  const Key& key = session.settings().key("step_by");
  const float by = ui.em * 4.2F;
  const float width = ImGui::GetContentRegionAvail().x - by - ui.em * 0.25F;
  std::string text = progress(session, true);
  ui.push(ui.text_font, 0.85F);
  if (ImGui::CalcTextSize(text.c_str()).x > width - ui.em) text = print_count(session.position().at + 1);
  // A pale grab: the text is read through it.
  ImGui::PushStyleColor(ImGuiCol_SliderGrab, mix(ui.theme->raised, ui.theme->accent, 0.45F));
  place_slider(ui, std::max(width, ui.em), text);
  ImGui::PopStyleColor();
  Context::pop();
  ImGui::SameLine(0, ui.em * 0.25F);
  ImGui::SetNextItemWidth(by);
  if (ImGui::BeginCombo("##step_by", session.settings().get("step_by").c_str(), ImGuiComboFlags_NoArrowButton)) {
    for (const std::string& choice : key.choices) {
      if (list_item(ui, choice.c_str(), session.settings().get("step_by") == choice)) session.set("step_by", choice);
    }
    ImGui::EndCombo();
  }
  ui.landmark_item("control:step_by");
}

}  // namespace

void draw_timeline(Context& ui) {
  if (ui.narrow) return draw_narrow_timeline(ui);
  Session& session = ui.session;
  if (icon_button(ui, "##first", Icon::first, "first step (Home)")) run_command(ui, "first");
  if (icon_button(ui, "##back", Icon::back, "one step back (left arrow)")) run_command(ui, "step -1");
  play_button(ui);
  if (icon_button(ui, "##next", Icon::on, "one step on (right arrow)")) run_command(ui, "step 1");
  if (icon_button(ui, "##last", Icon::last, "last step (End)")) run_command(ui, "last");

  ImGui::SameLine(0, ui.em * 1.2F);
  ImGui::AlignTextToFramePadding();
  muted(ui, "step by");
  ImGui::SameLine(0, ui.em * 0.6F);
  for (const std::string& choice : session.settings().key("step_by").choices) {
    if (choice_button(ui, choice.c_str(), session.settings().get("step_by") == choice)) session.set("step_by", choice);
    ui.landmark_item("control:step_by:" + choice);
    ImGui::SameLine(0, ui.em * 0.2F);
  }
  ImGui::SameLine(0, ui.em * 1.2F);
  ImGui::AlignTextToFramePadding();
  muted(ui, "speed");
  ImGui::SameLine();
  auto speed = static_cast<float>(session.steps_per_second);
  ImGui::SetNextItemWidth(ui.em * 4.5F);
  const bool changed = ImGui::SliderFloat("##speed", &speed, 0.5F, 30, "", ImGuiSliderFlags_Logarithmic);
  ImGui::SameLine(0, ui.em * 0.4F);
  char text[16];
  std::snprintf(text, sizeof text, speed < 10 ? "%.1f / s" : "%.0f / s", static_cast<double>(speed));
  muted(ui, text);
  if (changed) session.steps_per_second = static_cast<double>(speed);
  ImGui::SameLine(0, ui.em * 0.8F);
  const std::string where = progress(session);
  const float where_width = ImGui::CalcTextSize(where.c_str()).x + ui.em * 0.5F;
  const float room = ImGui::GetContentRegionAvail().x - where_width - ui.em * 0.5F;
  if (room > ui.em * 5) {
    place_slider(ui, room, "");
    ImGui::SameLine();
  }
  ImGui::AlignTextToFramePadding();
  ImGui::TextUnformatted(where.c_str());
}

void describe_timeline(const Context& ui, Description& out) {
  const Session& session = ui.session;
  out.heading("Stepping");
  out.text(progress(session) + ", by " + session.settings().get("step_by"), "step");
  out.button("First step", "first");
  out.button("Step back", "step -1");
  out.button("Step on", "step 1");
  out.button("Last step", "last");
  out.button(session.playing ? "Pause" : "Play", "play");
  const Key& key = session.settings().key("step_by");
  out.field("Step by", "step_by", session.settings().get("step_by"), key.choices);
}

}  // namespace headwise
