#include "ui/widgets/lit.hpp"

#include <algorithm>

#include "engine/tensor/print.hpp"
#include "ui/keys.hpp"
#include "ui/widgets/dashes.hpp"

namespace headwise {

namespace {

/// The rows and columns of each box that is partly in the picture.
std::vector<Region> in_picture(const CellSet& set, const LitPicture& picture) {
  std::vector<Region> parts;
  const auto along = [](const Region& box, std::optional<std::size_t> axis) { return axis ? box[*axis] : Range{0, 1}; };
  for (const Region& box : set.boxes()) {
    bool shown = true;
    for (std::size_t a = 0; a < box.size(); ++a) {
      const bool free = a == picture.slice.row || a == picture.slice.column;
      shown &= free || box[a].contains(picture.slice.origin[a]);
    }
    if (!shown) continue;
    Region part{along(box, picture.slice.row), along(box, picture.slice.column)};
    if (picture.transposed) std::swap(part[0], part[1]);
    if (overlap(part, {picture.rows, picture.columns})) parts.push_back(std::move(part));
  }
  return parts;
}

std::pair<ImVec2, ImVec2> place(const LitPicture& picture, const Region& part) {
  const auto at = [&](std::int64_t row, std::int64_t column) {
    return ImVec2{picture.low.x + static_cast<float>(column - picture.columns.begin) * picture.cell.x,
                  picture.low.y + static_cast<float>(row - picture.rows.begin) * picture.cell.y};
  };
  return {at(part[0].begin, part[1].begin), at(part[0].end, part[1].end)};
}

void box(const Context& ui, ImVec2 low, ImVec2 high, bool dashed) {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->AddRect(low - ImVec2{1, 1}, high + ImVec2{1, 1}, ui.theme->panel, 0, 0, 3.5F);
  if (!dashed) return draw->AddRect(low, high, ui.theme->text, 0, 0, 1.5F);
  draw_dashes(draw, low, {high.x, low.y}, ui.theme->text, 1.5F);
  draw_dashes(draw, {low.x, high.y}, high, ui.theme->text, 1.5F);
  draw_dashes(draw, low, {low.x, high.y}, ui.theme->text, 1.5F);
  draw_dashes(draw, {high.x, low.y}, high, ui.theme->text, 1.5F);
}

void outline(const Context& ui, const LitPicture& picture, const Region& part, bool dashed) {
  const auto [low, high] = place(picture, part);
  constexpr float least = 4;  // so that one cell of many is seen
  box(ui, low, {std::max(high.x, low.x + least), std::max(high.y, low.y + least)}, dashed);
}

}  // namespace

void draw_lit(const Context& ui, const LitPicture& picture) {
  const Session::Lit& lit = ui.session.lit();
  if (!lit.any()) return;
  std::vector<Region> solid;
  std::vector<Region> dashed;
  if (!lit.sources.empty()) solid = in_picture(lit.sources[picture.node], picture);
  if (!lit.dependents.empty()) dashed = in_picture(lit.dependents[picture.node], picture);
  if (picture.node != ui.session.cursor().node) {
    const Region all{picture.rows, picture.columns};
    std::vector<Region> lit_parts = solid;
    lit_parts.insert(lit_parts.end(), dashed.begin(), dashed.end());
    for (const Region& part : without(all, lit_parts)) {
      const auto [low, high] = place(picture, part);
      ImGui::GetWindowDrawList()->AddRectFilled(low, high, with_alpha(ui.theme->panel, 0.7F));
    }
  }
  // Where a box goes on out of sight, its outline stays open.
  const ImVec2 edge{3, 3};
  ImGui::GetWindowDrawList()->PushClipRect(picture.low - edge, picture.high + edge, true);
  for (const Region& part : solid) outline(ui, picture, part, false);
  for (const Region& part : dashed) outline(ui, picture, part, true);
  ImGui::GetWindowDrawList()->PopClipRect();
}

void draw_lit_legend(const Context& ui, ImVec2 at, float width) {
  const Session::Lit& lit = ui.session.lit();
  const float size = ui.em * 0.8F;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const auto say = [&](bool dashed, const char* text) {
    const float words = ui.text_font->CalcTextSizeA(size, 1e9F, 0, text).x;
    if (words + size * 2.2F > width) return;
    box(ui, at + ImVec2{0, size * 0.2F}, at + ImVec2{size * 1.7F, size * 0.95F}, dashed);
    draw->AddText(ui.text_font, size, at + ImVec2{size * 2.1F, 0}, ui.theme->text, text);
    at.x += words + size * 3;
    width -= words + size * 3;
  };
  if (!lit.sources.empty()) say(false, "made from");
  if (!lit.dependents.empty()) say(true, "goes into");
}

std::string lit_count(const Session& session, std::size_t node) {
  if (!session.lit().any()) return "";
  if (node == session.cursor().node && session.lit().count(node) == 0) return "";  // the cell itself is there
  return print_short(session.lit().count(node)) + " of " + print_short(cell_count(session.graph()[node].axes()));
}

void draw_lit_choice(Context& ui) {
  Session& session = ui.session;
  const Key& key = session.settings().key("trace_cells");
  ImGui::AlignTextToFramePadding();
  muted(ui, key.label);
  ImGui::SameLine();
  const std::string& now = session.settings().get(key.name);
  const bool lights = now != key.default_value;
  if (lights) ImGui::PushStyleColor(ImGuiCol_FrameBg, mix(ui.theme->raised, ui.theme->accent, 0.3F));
  ImGui::SetNextItemWidth(ui.em * 7.2F);
  const bool open = ImGui::BeginCombo("##lit", now.c_str());
  if (lights) ImGui::PopStyleColor();
  ui.landmark_item("control:" + key.name);
  if (!open) {
    tooltip(ui, key.help + " The key D turns through them.");
    return;
  }
  for (const std::string& choice : key.choices) {
    if (ImGui::Selectable(choice.c_str(), choice == now)) run_command(ui, "set " + key.name + "=" + choice);
    ui.landmark_item("control:" + key.name + ":" + choice);
  }
  ImGui::EndCombo();
}

void describe_lit(const Session& session, Description& out) {
  const Key& key = session.settings().key("trace_cells");
  out.field("Light up", key.name, session.settings().get(key.name), key.choices);
  const Session::Lit& lit = session.lit();
  if (!lit.any()) return;
  Block& table = out.table("Cells lit with " + session.trace().cell_name(session.cursor()), "lit");
  table.columns = {"it is made from", "it goes into", "of", "where"};
  for (std::size_t n = 0; n < session.graph().nodes().size(); ++n) {
    if (lit.count(n) == 0) continue;
    std::string where;
    constexpr std::size_t few = 3;
    std::size_t boxes = 0;
    std::int64_t counts[2] = {0, 0};
    for (const std::vector<CellSet>* sets : {&lit.sources, &lit.dependents}) {
      if (sets->empty()) continue;
      counts[sets == &lit.sources ? 0 : 1] = (*sets)[n].count();
      std::vector<Region> ordered((*sets)[n].boxes().begin(), (*sets)[n].boxes().end());
      std::sort(ordered.begin(), ordered.end(), [](const Region& a, const Region& b) {
        return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                            [](const Range& i, const Range& j) { return i.begin < j.begin; });
      });
      for (const Region& box : ordered) {
        if (++boxes <= few) where += (where.empty() ? "" : "; ") + region_text(box);
      }
    }
    if (boxes > few) where += "; and " + std::to_string(boxes - few) + " more";
    table.row_headers.push_back(session.graph()[n].id());
    table.rows.push_back({print_count(counts[0]), print_count(counts[1]), print_count(cell_count(session.graph()[n].axes())), where});
  }
}

}  // namespace headwise
