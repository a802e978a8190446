#include "ui/widgets/side_by_side.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "engine/tensor/print.hpp"
#include "ui/widgets/heat_map.hpp"
#include "ui/widgets/legend.hpp"
#include "ui/widgets/slice_table.hpp"

namespace headwise {

namespace {

struct Side {
  const char* name;  // landmarks are `compare:NAME:ROW,COLUMN`
  const char* title;
  std::string settings;    // that differ
  HeatMap map;
  bool locked = true;  // shows the cells of the first run's tensor
  ColorScale scale{};
};

/// The second run's values in the place of a node's, or what they have more.
struct StandIns {
  StandIn second, difference;

  StandIns(const Compared& compared, std::size_t node) {
    const bool has_gaps = !compared.counterpart(node).covers(compared.first().trace.graph()[node].axes());
    const std::uint64_t id = compared.second()->trace.id() * 2;
    second = {id, [&compared, node](const Region& region) { return compared.read_second(node, region); }, has_gaps};
    difference = {id + 1, [&compared, node](const Region& region) { return compared.read_difference(node, region); }, has_gaps};
  }
};

/// The place in a tensor of another shape that is nearest to the cursor's.
Index nearest(const Axes& from, const Index& index, const Axes& to) {
  Index at(to.size(), 0);
  for (std::size_t a = 0; a < to.size(); ++a) {
    const bool head = to[a].kind == AxisKind::head || to[a].kind == AxisKind::kv_head;
    const auto same = head ? find_head_axis(from) : find_axis(from, to[a].kind);
    if (!same || (!head && from[*same].name != to[a].name)) continue;
    at[a] = head ? index[*same] * to[a].size / from[*same].size : std::min(index[*same], to[a].size - 1);
  }
  return at;
}

void tooltip_of(const Context& ui, const Cell& cell) {
  const Compared& compared = *ui.session.compared();
  const Trace& a = compared.first().trace;
  const Trace& b = compared.second()->trace;
  const float value = a.value(cell);
  const auto line = [](const std::string& name, const std::string& is, float number) {
    ImGui::TextUnformatted((name + is + print_number(static_cast<double>(number), 4)).c_str());
  };
  if (!ImGui::BeginTooltip()) return;
  ui.push(ui.mono_font, 0.9F);
  line("A      ", a.cell_name(cell) + " = ", value);
  if (const auto there = cell_there(compared.counterpart(cell.node), cell.index)) {
    const float other = b.value(*there);
    line("B      ", b.cell_name(*there) + " = ", other);
    line("B - A  ", "", other == value ? 0 : other - value);
  } else if (compared.counterpart(cell.node).exists()) {
    ImGui::TextUnformatted("B      has no such cell");
  }
  Context::pop();
  muted(ui, "click to choose");
  ImGui::EndTooltip();
}

std::vector<Side> sides(const Context& ui) {
  const Session& session = ui.session;
  const Compared& compared = *session.compared();
  const std::size_t node = session.cursor().node;
  const Node& shown = session.node();
  const Slice slice = slice_at(shown.axes(), session.cursor().index);
  const Counterpart& other = compared.counterpart(node);
  const float largest = compared.largest_value(node);
  ColorScale scale{shown.op->value_range()};
  if (scale.range != ValueRange::unit) scale.largest = std::max(largest, 1e-9F);
  std::vector<Side> all;
  std::string a, b;
  for (const SettingTwice& setting : settings_that_differ(compared.first(), *compared.second())) {
    a += "  " + setting.label + " " + print_text(setting.first, 24);
    b += "  " + setting.label + " " + print_text(setting.second, 24);
  }
  all.push_back({"a", "A", a, HeatMap(ui, session.trace(), node, slice, false)});
  if (other.exists()) {
    StandIns values(compared, node);
    all.push_back({"b", "B", b, HeatMap(ui, session.trace(), node, slice, false, std::move(values.second))});
    all.push_back({"difference", "B \u2212 A", "", HeatMap(ui, session.trace(), node, slice, false, std::move(values.difference))});
    const auto rounding = static_cast<float>(rounding_tolerance(static_cast<double>(largest)));
    const Change* change = compared.difference(node);
    all[2].scale = {ValueRange::any, std::max(change ? static_cast<float>(change->finite) : largest, rounding)};
  } else if (other.unlike) {
    const Trace& trace = compared.second()->trace;
    const Axes& axes = trace.graph()[*other.unlike].axes();
    all.push_back({"b", "B", b, HeatMap(ui, trace, *other.unlike, slice_at(axes, nearest(shown.axes(), session.cursor().index, axes)), false),
                   false});
  }
  all[0].scale = scale;
  if (all.size() > 1) all[1].scale = scale;
  for (Side& side : all) {
    side.map.color_by(side.scale);
    if (!side.locked) continue;
    side.map.light_cell(session.cursor().index);
    if (ui.hovered && ui.hovered->node == node && ui.hovered->index != session.cursor().index) {
      side.map.light(single(ui.hovered->index));
    }
  }
  return all;
}

void handle(Context& ui, const Side& side, const HeatMap::Result& result) {
  if (!result.hovered) return;
  if (!side.locked) {
    const Trace& trace = ui.session.compared()->second()->trace;
    return tooltip(ui, "B  " + trace.cell_name(*result.hovered) + " = " +
                           print_number(static_cast<double>(trace.value(*result.hovered)), 4));
  }
  ui.next_hovered = result.hovered;
  tooltip_of(ui, *result.hovered);
  if (result.clicked) ui.session.go_to(*result.hovered);
}

void draw_caption(const Context& ui, const Side& side, ImVec2 at, float width) {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->AddText(ui.strong_font, ui.em, at, ui.theme->text, side.title);
  const float title = ui.strong_font->CalcTextSizeA(ui.em, 1e9F, 0, side.title).x;
  const ImVec4 clip{at.x, at.y, at.x + width, at.y + ui.em * 1.5F};
  const float small = ui.em * 0.85F;
  draw->AddText(ui.text_font, small, at + ImVec2{title, ui.em - small}, ui.theme->muted, side.settings.c_str(), nullptr, 0, &clip);
}

/// The colours of A and B, and those of the difference.
void draw_scales(Context& ui, const std::vector<Side>& all) {
  draw_scale(ui, all[0].scale, ui.em * 5, all.size() > 1 ? "A and B" : "A");
  if (all.size() < 3) return;
  ImGui::SameLine(0, ui.em * 2);
  if (ImGui::GetContentRegionAvail().x < ui.em * 15) ImGui::NewLine();
  draw_scale(ui, all[2].scale, ui.em * 5, "B \u2212 A");
  if (ui.block_note.empty()) return;
  ImGui::SameLine(0, ui.em * 2);
  ui.push(ui.text_font, 0.85F);
  muted(ui, ui.block_note);
  Context::pop();
  ui.block_note.clear();
}

}  // namespace

void draw_side_by_side(Context& ui, float width, float height) {
  std::vector<Side> all = sides(ui);
  const ImVec2 largest{ui.em * 3.6F, ui.em * 2.1F};
  const float line = ui.em * 1.35F;
  const float gap = ui.em * 1.2F;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float places = ui.narrow ? 1 : 3;
  const float share = (width - gap * (places - 1)) / places;
  const float room = height - line;
  // Cells of one size. The first picture's labels of rows are for all, unless they stand apart or differ in shape.
  all[0].map.fit(ui, share, room, largest);
  const float labels = all[0].map.label_width();
  float top = 0;
  for (Side& side : all) {
    const bool labelled = ui.narrow || !side.locked || &side == all.data();
    const float cells = ui.narrow ? share - labels : (width - labels * (side.locked ? 1 : 2) - gap * 2) / 3;
    side.map.fit(ui, cells + (labelled ? labels : 0), room, largest, true, labelled);
    top = std::max(top, side.map.label_height());
  }
  ImVec2 pen = at;
  float low = at.y;
  for (Side& side : all) {
    const float drop = ui.narrow ? 0 : top - side.map.label_height();
    draw_caption(ui, side, pen + ImVec2{side.map.label_width(), 0}, side.map.size().x - side.map.label_width());
    ImGui::PushID(side.name);
    handle(ui, side, side.map.draw(ui, pen + ImVec2{0, line + drop}, "##map", std::string("compare:") + side.name));
    ImGui::PopID();
    if (const std::string note = side.map.squares_stand_for(); !note.empty()) ui.block_note = note;
    low = std::max(low, pen.y + line + drop + side.map.size().y);
    if (ui.narrow) {
      pen.y = low + ui.em * 0.4F;
    } else {
      pen.x += side.map.size().x + gap;
    }
  }
  ImGui::SetCursorScreenPos({at.x, low + ui.em * 0.35F});
  draw_scales(ui, all);
}

void describe_side_by_side(const Context& ui, Description& out) {
  const Session& session = ui.session;
  const Compared& compared = *session.compared();
  const std::size_t node = session.cursor().node;
  if (!compared.counterpart(node).exists()) return;
  const StandIns values(compared, node);
  describe_slice(ui, out, "B, " + session.node().id(), "compare-b", values.second);
  describe_slice(ui, out, "B less A, " + session.node().id(), "compare-difference", values.difference);
}

}  // namespace headwise
