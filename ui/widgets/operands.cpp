#include "ui/widgets/operands.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "engine/session/command.hpp"
#include "engine/tensor/print.hpp"
#include "ui/widgets/cell_value.hpp"
#include "ui/widgets/heat_map.hpp"
#include "ui/widgets/motion.hpp"
#include "ui/widgets/operand_row.hpp"
#include "ui/widgets/scrub.hpp"

namespace headwise {

namespace {

/// The part of an operand to show: what the cursor's step reads of it.
Slice operand_slice(const Session& session, std::size_t node, const std::vector<std::pair<std::size_t, Region>>& reads) {
  Cell cell = session.first_cell(node);
  for (const auto& [from, region] : reads) {
    if (from != node || cell_count(region) == 0) continue;
    for (std::size_t a = 0; a < region.size(); ++a) {
      if (!region[a].contains(cell.index[a])) cell.index[a] = region[a].begin;
    }
  }
  return slice_at(session.graph()[node].axes(), cell.index);
}

void light_reads(const Session& session, HeatMap& map, std::size_t node,
                 const std::vector<std::pair<std::size_t, Region>>& reads) {
  for (const auto& [from, region] : reads) {
    if (from == node && region != whole(session.graph()[node].axes())) map.light(region);
  }
}

/// Regions of the current tensor that depend on a hovered cell of an operand.
std::vector<Region> dependents(const Session& session, const Cell& hovered) {
  std::vector<Region> all;
  const Node& node = session.node();
  for (const Access& access : node.op->access(node.signature)) {
    const bool self = access.input == Access::self;
    const std::size_t from = self ? session.cursor().node : node.inputs[static_cast<std::size_t>(access.input)];
    if (from == hovered.node) all.push_back(readers(access, single(hovered.index), node.axes()));
  }
  return all;
}

bool is_mask(const Context& ui) { return ui.session.node().role == Role::mask; }

void handle(Context& ui, const HeatMap::Result& result, bool is_result) {
  if (!result.hovered || ui.scrub.by == Scrub::By::drag) return;
  ui.next_hovered = result.hovered;
  if (result.can_edit && scrub(ui, *result.hovered)) return;
  if (ImGui::BeginTooltip()) {
    const Trace& trace = ui.session.trace();
    ui.push(ui.mono_font, 0.9F);
    ImGui::Text("%s = %s", trace.cell_name(*result.hovered).c_str(),
                print_number(static_cast<double>(trace.value(*result.hovered)), 4).c_str());
    Context::pop();
    if (const std::string change = change_text(ui.session.previous(), ui.session.run(), *result.hovered); !change.empty()) {
      ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->changed);
      ImGui::TextUnformatted(change.c_str());
      ImGui::PopStyleColor();
    }
    const bool by_finger = ImGui::GetIO().MouseSource == ImGuiMouseSource_TouchScreen;
    const std::string click = by_finger ? "tap again" : "click";
    std::string hint = click + (is_result ? " to choose" : " to see where it came from");
    if (can_scrub(ui.session, *result.hovered)) {
      hint = !result.can_edit ? hint + (by_finger ? "" : "; Alt + drag or wheel changes it")
             : by_finger      ? "drag to the side to change it"
                              : "drag to the side or turn the wheel to change it";
    }
    const bool switches = is_result && is_mask(ui) && cursor_is_editable(ui.session);
    muted(ui, switches ? click + " to choose, double-click to switch" : hint);
    ImGui::EndTooltip();
  }
  if (!result.clicked) return;
  // The first click of the two has chosen it.
  const bool again = result.double_clicked && *result.hovered == ui.session.cursor();
  if (again && is_mask(ui) && cursor_is_editable(ui.session)) {
    perform(ui.session, switch_command(ui.session));
  } else if (is_result) {
    ui.session.go_to(*result.hovered);
  } else {
    ui.session.follow(*result.hovered);
  }
}

}  // namespace

void draw_all_heads(Context& ui, ImVec2 at, float width, float height) {
  Session& session = ui.session;
  const std::size_t node = session.cursor().node;
  const Axes& axes = session.node().axes();
  const std::size_t axis = *find_head_axis(axes);
  const std::int64_t heads = axes[axis].size;
  const float line = ui.em * 1.3F;
  // As many columns as give the largest pictures.
  std::int64_t across = 1;
  float best = 0;
  for (std::int64_t n = 1; n <= heads; ++n) {
    const std::int64_t down = (heads + n - 1) / n;
    const float side = std::min(width / static_cast<float>(n), (height / static_cast<float>(down) - line) * 1.3F);
    if (side > best) {
      best = side;
      across = n;
    }
  }
  const std::int64_t down = (heads + across - 1) / across;
  const ImVec2 room{width / static_cast<float>(across), height / static_cast<float>(down)};
  for (std::int64_t h = 0; h < heads; ++h) {
    Index index = session.cursor().index;
    index[axis] = h;
    const ImVec2 low = at + ImVec2{room.x * static_cast<float>(h % across), room.y * static_cast<float>(h / across)};
    ImGui::SetCursorScreenPos(low);
    ImGui::PushID(static_cast<int>(h));
    ui.push(ui.text_font, 0.85F);
    const std::string name = session.trace().label(axes[axis], h, 0);
    const std::string fits = shortened(ui.text_font, ImGui::GetFontSize(), name, room.x - ui.em * 0.4F);
    ImGui::TextUnformatted(fits.c_str());
    Context::pop();
    if (fits != name) tooltip(ui, name);
    HeatMap map(ui, session.trace(), node, slice_at(axes, index), false);
    map.fit(ui, room.x - ui.em * 0.8F, room.y - line - ui.em * 0.4F, {ui.em * 3.2F, ui.em * 2}, room.x > ui.em * 9);
    map.fade_undone();
    if (session.cursor().index[axis] == h) map.light_cell(session.cursor().index);
    if (const std::string note = map.squares_stand_for(); !note.empty()) ui.block_note = note;
    handle(ui, map.draw(ui, low + ImVec2{0, line}, "##head"), true);
    ImGui::PopID();
  }
}

void draw_operands(Context& ui, ImVec2 at, float width, float height) {
  Session& session = ui.session;
  begin_motion(ui);
  const Cell cursor = session.cursor();
  const Node& node = session.node();
  const Region step = step_region(node.axes(), cursor.index, session.step_by());
  const auto reads = session.trace().reads(cursor.node, step);
  std::vector<OperandPicture> row;
  const std::vector<Operand> operands = node.op->operands(node.signature);
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const std::size_t input = node.inputs[i];
    row.push_back({input, operands[i].lead, operands[i].tail,
                   HeatMap(ui, session.trace(), input, operand_slice(session, input, reads), operands[i].transposed)});
    light_reads(session, row.back().map, input, reads);
  }
  row.push_back({cursor.node, row.empty() ? "" : "=", "", HeatMap(ui, session.trace(), cursor.node, slice_at(node.axes(), cursor.index), false)});
  HeatMap& result = row.back().map;
  result.fade_undone();
  result.light_cell(cursor.index);
  if (session.step_by() != StepBy::cell) result.light(step);
  if (ui.hovered && ui.hovered->node != cursor.node) {
    for (const Region& region : dependents(session, *ui.hovered)) result.light(region);
  } else if (ui.hovered && ui.hovered->node == cursor.node && ui.hovered->index != cursor.index) {
    const auto preview = session.trace().reads(cursor.node, single(ui.hovered->index));
    for (OperandPicture& p : row) {
      if (&p != &row.back()) light_reads(session, p.map, p.node, preview);
    }
  }

  const float line = ui.em * 1.35F;
  const bool stacked = fit_row(ui, row, width, height, line);
  if (stacked) std::rotate(row.begin(), row.end() - 1, row.end());
  const float gap = ui.em * OperandPicture::gap;
  float label_height = 0;
  for (const OperandPicture& p : row) label_height = std::max(label_height, p.map.label_height());
  ImVec2 pen = at;
  for (OperandPicture& p : row) {
    const bool is_result = p.node == cursor.node;
    const float drop = stacked ? 0 : label_height - p.map.label_height();
    pen.y += drop;
    const float middle = pen.y + line + p.map.label_height() +
                         std::min((p.map.size().y - p.map.label_height()) * 0.5F, height * 0.5F) - ui.em * 0.6F;
    const auto say = [&](const std::string& text) {
      if (text.empty() || stacked) return;
      ImGui::SetCursorScreenPos({pen.x, middle});
      ImGui::TextUnformatted(text.c_str());
      pen.x += p.word(ui, text);
    };
    say(p.lead);
    // One below the other, words stand before the name, not before the picture.
    if (stacked && !is_result && !p.lead.empty()) {
      ImGui::SetCursorScreenPos(pen);
      ImGui::TextUnformatted(p.lead.c_str());
      p.draw_name(ui, {pen.x + std::max(p.word(ui, p.lead), p.map.label_width()), pen.y});
    } else {
      p.draw_name(ui, {pen.x + p.name_start(), pen.y});
    }
    ImGui::PushID(static_cast<int>(p.node));
    handle(ui, p.map.draw(ui, pen + ImVec2{0, line}, "##map", is_result ? "cell" : "operand:" + session.graph()[p.node].id()),
           is_result);
    ImGui::PopID();
    if (const std::string note = p.map.squares_stand_for(); !note.empty()) ui.block_note = note;
    pen.y -= drop;
    pen.x += p.width() + gap * 0.5F;
    say(p.tail);
    pen.x += gap * 0.5F;
    if (stacked) pen = {at.x, pen.y + line + p.map.size().y + gap};
  }
  std::vector<MovingRegion> moving;
  std::optional<std::pair<ImVec2, ImVec2>> result_at;
  for (const OperandPicture& p : row) {
    if (p.node == cursor.node) {
      result_at = p.map.place(step);
      continue;
    }
    for (const auto& [from, region] : reads) {
      if (from == p.node && cell_count(region) > 0) moving.push_back({&p.map, region, ui.theme->role(session.graph()[from].role)});
    }
  }
  if (result_at) draw_motion(ui, moving, *result_at);
  ImGui::SetCursorScreenPos({at.x, std::max(pen.y, at.y)});
  ImGui::Dummy({1, 1});
}

}  // namespace headwise
