#include "ui/widgets/operand_row.hpp"

#include <algorithm>

#include "ui/widgets/lit.hpp"
#include "ui/widgets/marks.hpp"
#include "ui/widgets/tensor_tooltip.hpp"

namespace headwise {

namespace {

using Row = std::vector<OperandPicture>;

constexpr float name_scale = 0.85F;
constexpr float transposed_scale = 0.65F;
constexpr float beside_name = 0.7F;  // ems before the count of lit cells

/// What stands behind the name.
float mark_width(const Context& ui, const OperandPicture& p) {
  const std::string lit = lit_count(ui.session, p.node);
  return (p.map.is_transposed() ? 1 + text_width(ui, ui.strong_font, transposed_scale, "T") : 0) +
         (lit.empty() ? 0 : ui.em * beside_name + text_width(ui, ui.mono_font, name_scale, lit));
}

void set_name(const Context& ui, OperandPicture& p, const std::string& name, float width) {
  const float marks = mark_width(ui, p);
  p.name = shortened(ui.mono_font, ui.em * name_scale, name, width - marks);
  p.name_width = text_width(ui, ui.mono_font, name_scale, p.name) + marks;
}

float words(const Context& ui, const OperandPicture& p) {
  return p.word(ui, p.lead) + p.word(ui, p.tail) + ui.em * OperandPicture::gap;
}

/// How wide a cell can be, or with `alike` all cells of a picture together. Where a name is wider than its
/// picture, that leaves less to the others.
float side_by_side(const Context& ui, const Row& row, float width, bool alike) {
  const auto parts = [alike](const OperandPicture& p) { return alike ? 1 : static_cast<float>(p.map.columns()); };
  const auto labels = [](const OperandPicture& p) { return p.map.label_width() + 1; };
  std::vector<bool> by_name(row.size(), false);
  float each = 0;
  for (bool again = true; again;) {
    again = false;
    float rest = width;
    float all = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
      rest -= words(ui, row[i]) + (by_name[i] ? row[i].name_width : labels(row[i]));
      if (!by_name[i]) all += parts(row[i]);
    }
    if (all == 0) break;
    each = rest / all;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (by_name[i] || labels(row[i]) + each * parts(row[i]) >= row[i].name_width) continue;
      by_name[i] = again = true;
    }
  }
  return each;
}

/// Whole ids, or where these take the pictures' room what they end in, or as much of that as fits.
void set_names(const Context& ui, Row& row, float width) {
  float room = width;
  for (OperandPicture& p : row) {
    set_name(ui, p, ui.session.graph()[p.node].id(), width);
    room -= words(ui, p);
  }
  const float whole = side_by_side(ui, row, width, false);
  const auto count = static_cast<float>(row.size());
  Row ends = row;
  for (OperandPicture& p : ends) {
    const std::string& id = ui.session.graph()[p.node].id();
    set_name(ui, p, id.substr(id.rfind('/') + 1), room / count);
  }
  float taken = 0;
  for (const OperandPicture& p : row) taken += p.name_width;
  if (taken > room || whole < side_by_side(ui, ends, width, false) * 0.75F) row = std::move(ends);
}

}  // namespace

float OperandPicture::width() const { return std::max(map.size().x, name_width); }

float OperandPicture::name_start() const { return std::clamp(map.size().x - name_width, 0.0F, map.label_width()); }

float OperandPicture::word(const Context& ui, const std::string& text) {
  return text.empty() ? 0 : ImGui::CalcTextSize(text.c_str()).x + ui.em * gap;
}

void OperandPicture::draw_name(Context& ui, ImVec2 at) const {
  const Node& n = ui.session.graph()[node];
  ImGui::SetCursorScreenPos(at);
  ui.push(ui.mono_font, name_scale);
  ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->role(n.role));
  ImGui::TextUnformatted(name.c_str());
  ui.landmark_item("name:" + n.id());
  if (map.is_transposed()) {
    ImGui::GetWindowDrawList()->AddText(ui.strong_font, ui.em * transposed_scale,
                                        {ImGui::GetItemRectMax().x + 1, at.y - ui.em * 0.15F}, ui.theme->role(n.role), "T");
  }
  ImGui::PopStyleColor();
  if (const std::string lit = lit_count(ui.session, node); !lit.empty()) {
    ImGui::SameLine(0, ui.em * beside_name + (map.is_transposed() ? 1 + text_width(ui, ui.strong_font, transposed_scale, "T") : 0));
    muted(ui, lit);
  }
  Context::pop();
  tensor_tooltip(ui, n);
}

bool fit_row(const Context& ui, Row& row, float width, float height, float line) {
  const ImVec2 largest{ui.em * 3.6F, ui.em * 2.1F};
  const float gap = ui.em * OperandPicture::gap;
  for (OperandPicture& p : row) p.map.fit(ui, width, height, largest);
  if (!ui.narrow) set_names(ui, row, width);
  const float share = side_by_side(ui, row, width, true);
  if (ui.narrow || share < ui.em * 2.5F) {
    for (OperandPicture& p : row) {
      const float before = p.lead.empty() ? 0 : std::max(p.word(ui, p.lead), p.map.label_width());
      set_name(ui, p, ui.session.graph()[p.node].id(), width - before);
      p.map.fit(ui, width - gap, ui.em * 16 - line - gap * 0.5F, largest);
    }
    return true;
  }
  const float room = height - line - gap * 0.5F;
  ImVec2 cell{std::min(side_by_side(ui, row, width, false), largest.x), largest.y};
  const bool alike = cell.x < 6;
  for (int pass = 0; pass < 2; ++pass) {
    for (OperandPicture& p : row) {
      const float cells = (alike ? share : cell.x * static_cast<float>(p.map.columns())) + 1;
      p.map.fit(ui, p.map.label_width() + cells, room, alike ? largest : cell);
      cell.y = std::min(cell.y, std::max(p.map.cell().y, ui.em * 0.9F));
    }
  }
  return false;
}

}  // namespace headwise
