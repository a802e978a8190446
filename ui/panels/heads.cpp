#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "engine/attention/head_measures.hpp"
#include "engine/tensor/print.hpp"
#include "ui/keys.hpp"
#include "ui/panels/panel.hpp"
#include "ui/widgets/arcs.hpp"
#include "ui/widgets/head_pictures.hpp"
#include "ui/widgets/head_table.hpp"
#include "ui/widgets/legend.hpp"
#include "ui/widgets/missing.hpp"
#include "ui/widgets/stage_line.hpp"

namespace headwise {

namespace {

const char* const no_weights =
    "This pipeline keeps no attention weights, so there are no heads to compare. Choose another one under Controls.";

std::int64_t head_count(const HeadPatterns& all) { return static_cast<std::int64_t>(all.heads().size()); }

/// The heads whose arcs are drawn.
std::vector<std::int64_t> arc_heads(const Session& session, std::int64_t heads) {
  std::vector<std::int64_t> shown = session.settings().indices("arc_heads");
  std::erase_if(shown, [&](std::int64_t head) { return head >= heads; });
  if (shown.empty()) {
    shown.resize(static_cast<std::size_t>(heads));
    std::iota(shown.begin(), shown.end(), std::int64_t{0});
  }
  return shown;
}

std::string toggle_arcs(const Session& session, std::int64_t heads, std::int64_t head) {
  return "set arc_heads=" + with_head_toggled(arc_heads(session, heads), head);
}

/// Which layer, which sentence, and the order of heads.
void draw_choices(Context& ui, const HeadPatterns& all) {
  Session& session = ui.session;
  const std::vector<AttentionLayer>& layers = ui.heads->layers(session);
  const auto id = [&](const AttentionLayer& layer) { return session.graph()[layer.weights].id(); };
  if (layers.size() > 1) {
    float width = 0;
    for (const AttentionLayer& layer : layers) width = std::max(width, combo_width(id(layer)));
    ImGui::SetNextItemWidth(std::min(width, ImGui::GetContentRegionAvail().x));
    if (ImGui::BeginCombo("##weights", id(all.layer()).c_str())) {
      for (const AttentionLayer& layer : layers) {
        if (ImGui::Selectable(id(layer).c_str(), layer.weights == all.layer().weights)) session.go_to_stage(layer.weights);
      }
      ImGui::EndCombo();
    }
    ui.landmark_item("heads:weights");
    tooltip(ui, "Which attention weights are compared; the cursor goes there.");
    if (!ui.narrow) ImGui::SameLine(0, ui.em * 1.2F);
  }
  if (draw_sentence_choice(ui) && !ui.narrow) ImGui::SameLine(0, ui.em * 1.2F);
  ImGui::AlignTextToFramePadding();
  muted(ui, "sort by");
  const float right = ImGui::GetWindowPos().x + ImGui::GetWindowWidth() - ui.em;
  const auto choice = [&](std::string_view name, std::string_view title, std::string_view help) {
    const std::string label(title);
    const float width = ImGui::CalcTextSize(label.c_str()).x + ImGui::GetStyle().FramePadding.x * 2;
    if (ImGui::GetItemRectMax().x + ui.em * 0.25F + width < right) ImGui::SameLine(0, ui.em * 0.25F);
    if (choice_button(ui, label.c_str(), session.settings().get("sort_heads") == name)) {
      run_command(ui, "set sort_heads=" + std::string(name));
    }
    ui.landmark_item("heads:sort:" + std::string(name));
    tooltip(ui, std::string(help));
  };
  choice("head", "head", "As they stand in the model.");
  for (const HeadMeasure& measure : head_measures()) choice(measure.name, measure.title, measure.formula);
  if (!all.complete()) {
    ImGui::SameLine();
    muted(ui, "looking: " + print_share(all.progress()));
  }
  beside_or_below(ui, ui.em * 22);
  draw_legend(ui, all.layer().weights, ui.em * 4);
}

/// The heads whose arcs are drawn, to be clicked on and off.
void draw_chips(Context& ui, std::int64_t heads) {
  Session& session = ui.session;
  const std::vector<std::int64_t> shown = arc_heads(session, heads);
  if (choice_button(ui, "all", static_cast<std::int64_t>(shown.size()) == heads)) run_command(ui, "set arc_heads=");
  ui.landmark_item("arcs:all");
  const float right = ImGui::GetWindowPos().x + ImGui::GetWindowWidth() - ImGui::GetStyle().ScrollbarSize - ui.em * 0.3F;
  for (std::int64_t h = 0; h < heads; ++h) {
    const bool on = std::binary_search(shown.begin(), shown.end(), h);
    const std::string label = std::to_string(h);
    const float width = ImGui::CalcTextSize(label.c_str()).x + ImGui::GetStyle().FramePadding.x * 2;
    if (ImGui::GetItemRectMax().x + ui.em * 0.25F + width < right) ImGui::SameLine(0, ui.em * 0.25F);
    const ImU32 color = ui.theme->category(h);
    const ImU32 fill = on ? color : ui.theme->panel;
    ImGui::PushID(static_cast<int>(h));
    ImGui::PushStyleColor(ImGuiCol_Button, fill);
    ImGui::PushStyleColor(ImGuiCol_ButtonHovered, mix(fill, color, 0.3F));
    ImGui::PushStyleColor(ImGuiCol_Border, color);
    ImGui::PushStyleColor(ImGuiCol_Text, on ? Theme::ink_on(color) : ui.theme->muted);
    const bool pressed = ImGui::Button(label.c_str());
    ImGui::PopStyleColor(4);
    ui.landmark_item("arcs:chip:" + label);
    if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
      run_command(ui, "set arc_heads=" + label);
    } else if (pressed && ImGui::GetIO().MouseClickedLastCount[0] < 2) {
      run_command(ui, toggle_arcs(session, heads, h));
    }
    tooltip(ui, "Click: show or hide the arcs of head " + label + ". Double-click: of this head alone. Where none is left, all are shown.");
    ImGui::PopID();
  }
}

void draw_arc_part(Context& ui, const HeadPatterns& all, float height) {
  const float top = ImGui::GetCursorPosY();
  const std::int64_t heads = head_count(all);
  constexpr std::int64_t few = 24;
  if (heads > few) ImGui::BeginChild("chips", {0, ImGui::GetFrameHeightWithSpacing() * 2});
  draw_chips(ui, heads);
  if (heads > few) ImGui::EndChild();
  const std::vector<std::int64_t> shown = arc_heads(ui.session, heads);
  ui.push(ui.text_font, 0.8F);
  muted(ui, arcs_of_one_query(ui, all, shown) ? "what one query reads: point at another, or choose it by a click"
                                              : "click: arcs on and off, double-click: this head alone");
  Context::pop();
  const ImVec2 room{ImGui::GetContentRegionAvail().x, height - (ImGui::GetCursorPosY() - top)};
  draw_arcs(ui, all, shown, ImGui::GetCursorScreenPos(), {room.x, std::max(room.y, ui.em * 8)});
}

/// The head that is shown large: its name, what its pattern is called and why, and its picture.
void draw_large(Context& ui, const HeadPatterns& all, float height) {
  Session& session = ui.session;
  const std::int64_t h = session.first_cell(all.layer().weights).index[1];
  const HeadPattern& head = all.heads()[static_cast<std::size_t>(h)];
  const float top = ImGui::GetCursorPosY();
  ui.push(ui.strong_font, 1.1F);
  ImGui::AlignTextToFramePadding();
  const std::string name = session.trace().head_name(h);
  const std::string title = shortened(ui.strong_font, ImGui::GetFontSize(), name, ImGui::GetContentRegionAvail().x);
  ImGui::TextUnformatted(title.c_str());
  Context::pop();
  if (title != name) tooltip(ui, name);
  const std::string whole = is_head_off(session, h) ? "switched off" : label_text(head, all);
  beside_or_below(ui, ImGui::CalcTextSize(whole.c_str()).x);
  const std::string label = shortened(ui.text_font, ImGui::GetFontSize(), whole, ImGui::GetContentRegionAvail().x);
  ImGui::AlignTextToFramePadding();
  ImGui::TextColored(ImGui::ColorConvertU32ToFloat4(is_head_off(session, h) ? ui.theme->changed : ui.theme->text), "%s", label.c_str());
  ui.landmark_item("heads:label");
  tooltip(ui, label_rule());
  const float width = ImGui::CalcTextSize("switch off").x + ImGui::GetStyle().FramePadding.x * 2;
  if (ImGui::GetItemRectMax().x + ui.em * 0.5F + width < ImGui::GetWindowPos().x + ImGui::GetWindowWidth()) ImGui::SameLine(0, ui.em * 0.5F);
  draw_head_switch(ui, h, "heads:switch");
  ui.push(ui.text_font, 0.8F);
  muted(ui, justification(head, all));
  Context::pop();
  const float room = height - (ImGui::GetCursorPosY() - top);
  draw_head_large(ui, all, h, ImGui::GetCursorScreenPos(), {ImGui::GetContentRegionAvail().x, std::max(room, ui.em * 6)});
}

}  // namespace

void draw_heads(Context& ui) {
  Session& session = ui.session;
  if (!session.trace().has_values()) return draw_missing(ui, session.why_no_values(), session.progress());
  const HeadPatterns* all = ui.heads->look(session, std::chrono::milliseconds(4));
  if (!all) return muted(ui, no_weights);
  ui.unfinished |= !all->complete();
  draw_choices(ui, *all);
  const std::vector<std::int64_t> order = sorted_heads(all->heads(), session.settings().get("sort_heads"));
  ImGui::Spacing();
  const ImVec2 room = ImGui::GetContentRegionAvail();
  if (ui.narrow) {
    draw_head_pictures(ui, *all, order, {room.x, ui.em * 14});
    draw_large(ui, *all, ui.em * 20);
    ImGui::Spacing();
    draw_arc_part(ui, *all, ui.em * 22);
    ImGui::Spacing();
    draw_head_table(ui, *all, order);
    return;
  }
  // The table's first lines show that there is more.
  const float height = std::max(room.y - ui.em * 3, ui.em * 13);
  const float gap = ui.em;
  const float wide = (room.x - 2 * gap) * 0.4F;
  const float slim = (room.x - 2 * gap) * 0.3F;
  const auto part = [&](const char* id, float width, const auto& draw) {
    ImGui::BeginChild(id, {width, height});
    draw();
    ImGui::EndChild();
  };
  part("pictures", wide, [&] { draw_head_pictures(ui, *all, order, {wide, height}); });
  ImGui::SameLine(0, gap);
  part("large", slim, [&] { draw_large(ui, *all, height); });
  ImGui::SameLine(0, gap);
  part("arc_part", slim, [&] { draw_arc_part(ui, *all, height); });
  draw_head_table(ui, *all, order);
}

void describe_heads(const Context& ui, Description& out) {
  const Session& session = ui.session;
  out.heading("Heads");
  if (!session.trace().has_values()) return describe_missing(ui, out, session.why_no_values(), "heads-missing");
  const HeadPatterns* found = ui.heads->look(session, std::chrono::milliseconds(4));
  if (!found) return out.text(no_weights, "heads-missing");
  const HeadPatterns& all = *found;
  out.text(session.graph()[all.layer().weights].id(), "heads-weights");
  if (!all.complete()) return out.text("Looking at the heads: " + print_share(all.progress()) + " done.", "heads-missing", true);
  out.text(label_rule(), "heads-rule");
  for (const HeadMeasure& measure : head_measures()) out.text(std::string(measure.title) + ": " + std::string(measure.formula));

  constexpr std::size_t most = 64;
  const std::int64_t heads = head_count(all);
  std::vector<std::int64_t> order = sorted_heads(all.heads(), session.settings().get("sort_heads"));
  const bool cut = order.size() > most;
  if (cut) order.resize(most);
  const std::vector<std::int64_t> shown = arc_heads(session, heads);
  const auto on = [&](std::int64_t h) { return std::binary_search(shown.begin(), shown.end(), h); };
  Block& table = out.table(cut ? "The first " + std::to_string(most) + " of " + std::to_string(heads) + " heads" : "All heads", "heads");
  table.columns = {"pattern", "why"};
  for (const HeadMeasure& measure : head_measures()) table.columns.emplace_back(measure.title);
  table.columns.insert(table.columns.end(), {"arcs", "state"});
  for (const std::int64_t h : order) {
    const HeadPattern& head = all.heads()[static_cast<std::size_t>(h)];
    table.row_headers.push_back(session.trace().head_name(h));
    std::vector<std::string>& row = table.rows.emplace_back();
    row = {label_text(head, all), justification(head, all)};
    for (const HeadMeasure& measure : head_measures()) row.push_back(measure.numbers(head, all));
    row.insert(row.end(), {on(h) ? "shown" : "hidden", is_head_off(session, h) ? "switched off" : "on"});
  }
  const Key& sort = session.settings().key("sort_heads");
  out.field("Sort heads by", sort.name, session.settings().get(sort.name), sort.choices);
  out.button("Show the arcs of all heads", "set arc_heads=");
  for (const std::int64_t h : order) {
    const std::string name = "head " + std::to_string(h);
    out.button("Show " + name + " large", "set head=" + std::to_string(h));
    out.button((on(h) ? "Hide the arcs of " : "Show the arcs of ") + name, toggle_arcs(session, heads, h));
    out.button("Show the arcs of " + name + " alone", "set arc_heads=" + std::to_string(h));
    if (why_no_head_switch(session).empty()) {
      out.button((is_head_off(session, h) ? "Switch on " : "Switch off ") + name, head_switch_command(session, h));
    }
  }
}

}  // namespace headwise
