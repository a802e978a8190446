#include "ui/widgets/legend.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

/// The strip of colours with what its ends stand for; where it ended.
float draw_strip(const Context& ui, ImVec2 at, float width, ValueRange range, const std::string& low, const std::string& high) {
  const float gap = ui.em * 0.4F;
  const float bottom = at.y + ui.em * 0.55F;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  ui.push(ui.mono_font, 0.8F);
  draw->AddText({at.x, at.y - ui.em * 0.2F}, ui.theme->muted, low.c_str());
  const float bar = at.x + ImGui::CalcTextSize(low.c_str()).x + gap;
  constexpr int steps = 48;
  for (int i = 0; i < steps; ++i) {
    const float a = static_cast<float>(i) / steps;
    const float t = range == ValueRange::unit ? a : a * 2 - 1;
    draw->AddRectFilled({bar + width * a, at.y}, {bar + width * (a + 1.0F / steps) + 1, bottom}, ui.theme->heat(range, t));
  }
  draw->AddRect({bar, at.y}, {bar + width, bottom}, ui.theme->border);
  draw->AddText({bar + width + gap, at.y - ui.em * 0.2F}, ui.theme->muted, high.c_str());
  const float end = bar + width + gap + ImGui::CalcTextSize(high.c_str()).x;
  Context::pop();
  return end;
}

void choose_scale(Context& ui) {
  const Key& key = ui.session.settings().key("color_scale");
  const std::string& now = ui.session.settings().get(key.name);
  ImGui::SetNextItemWidth(combo_width("tensor"));
  if (ImGui::BeginCombo("##color_scale", now.c_str())) {
    for (const std::string& choice : key.choices) {
      if (list_item(ui, choice.c_str(), choice == now)) ui.session.set(key.name, choice);
      ui.landmark_item("control:color_scale:" + choice);
    }
    ImGui::EndCombo();
  }
  ui.landmark_item("control:color_scale");
  tooltip(ui, key.help);
}

/// What there really is, whatever the colours say.
std::string legend_text(const Context& ui, std::size_t node) {
  const Extent extent = ui.session.trace().extent(node);
  return "values " + print_number(static_cast<double>(extent.lowest), 2) + " to " +
         print_number(static_cast<double>(extent.highest), 2) + (extent.masked ? ", and -\u221e" : "");
}

}  // namespace

void draw_legend(Context& ui, std::size_t node, float width) {
  const Session& session = ui.session;
  const Slice slice = slice_at(session.graph()[node].axes(), node == session.cursor().node ? session.cursor().index : session.first_cell(node).index);
  const ColorScale scale = ui.pictures->scale(session, session.trace(), node, slice);
  const bool shares = scale.range == ValueRange::unit;
  const bool many = scale.rows || (session.all_heads() && session.settings().get("color_scale") == "head");
  const std::string most = many ? "largest" : print_number(static_cast<double>(scale.largest), 2);
  const ImVec2 start = ImGui::GetCursorScreenPos();
  // Slim beside a picture, unless a finger is to hit it.
  const float padding = ui.target > 0 ? ImGui::GetStyle().FramePadding.y : ui.em * 0.08F;
  const float end = draw_strip(ui, start + ImVec2{0, padding + ui.em * 0.17F}, width, scale.range, shares ? "0" : "-" + most, most);
  const float gap = ui.em * 0.8F;
  ImGui::SetCursorScreenPos({end + gap, start.y});
  ui.push(ui.text_font, 0.85F);
  ImGui::PushStyleVarY(ImGuiStyleVar_FramePadding, padding);
  ImGui::AlignTextToFramePadding();
  muted(ui, "by");
  ImGui::SameLine(0, ui.em * 0.4F);
  choose_scale(ui);
  const std::string text = legend_text(ui, node);
  beside_or_below(ui, ImGui::CalcTextSize(text.c_str()).x);
  ImGui::AlignTextToFramePadding();
  ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->muted);
  ImGui::TextUnformatted(text.c_str());
  ImGui::PopStyleColor();
  ImGui::PopStyleVar();
  Context::pop();
}

void draw_scale(Context& ui, const ColorScale& scale, float width, const std::string& words) {
  const std::string most = print_number(static_cast<double>(scale.largest), 2);
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const bool shares = scale.range == ValueRange::unit;
  const float end = draw_strip(ui, start + ImVec2{0, ui.em * 0.25F}, width, scale.range, shares ? "0" : "-" + most, most);
  ImGui::SetCursorScreenPos({end + ui.em * 0.8F, start.y});
  ui.push(ui.text_font, 0.85F);
  muted(ui, words);
  Context::pop();
}

}  // namespace headwise
