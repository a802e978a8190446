#include "ui/widgets/markdown.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ui/widgets/flow.hpp"
#include "ui/widgets/table_layout.hpp"

namespace headwise {

namespace {

constexpr float slant = 0.2F;        // of italics, which are the upright face sheared
constexpr float line_height = 1.4F;  // in units of the font's size
constexpr float heading_sizes[] = {1.4F, 1.25F, 1.1F, 1, 1, 1};

class Drawer {
 public:
  Drawer(const MarkdownFonts& fonts, ImU32 link_color, const LinkSeen& seen, const DrawInsert& insert)
      : fonts_(fonts), link_color_(link_color), seen_(seen), insert_(insert), size_(ImGui::GetFontSize()) {}

  void blocks(std::span<const prose::Block> all, float gap) {
    bool first = true;
    for (const prose::Block& block : all) {
      if (!first) space(block.kind == prose::Block::Kind::heading ? gap * 1.6F : gap);
      first = false;
      add(block);
    }
  }

  float gap() const { return size_ * 0.6F; }
  std::optional<std::string> clicked() && { return std::move(clicked_); }

 private:
  static ImU32 color(ImGuiCol which, float alpha = 1) { return ImGui::GetColorU32(which, alpha); }
  static float room() { return ImGui::GetContentRegionAvail().x; }
  static void space(float height) { ImGui::Dummy({0, height}); }

  void add(const prose::Block& block) {
    using Kind = prose::Block::Kind;
    switch (block.kind) {
      case Kind::heading: {
        const auto level = static_cast<std::size_t>(std::clamp(block.level, 1, 6));
        text(block.spans, size_ * heading_sizes[level - 1], prose::Align::left, true);
        break;
      }
      case Kind::paragraph:
        text(block.spans, size_);
        break;
      case Kind::list:
        list(block);
        break;
      case Kind::item:
        blocks(block.children, gap() * 0.5F);
        break;
      case Kind::quote:
        quote(block);
        break;
      case Kind::code:
        code(block);
        break;
      case Kind::table:
        table(block);
        break;
      case Kind::rule: {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        ImGui::GetWindowDrawList()->AddLine(at, {at.x + room(), at.y}, color(ImGuiCol_Separator));
        space(1);
        break;
      }
      case Kind::insert:
        if (insert_) insert_(block.text);
        break;
    }
  }

  void text(const prose::Spans& spans, float size, prose::Align align = prose::Align::left,
            bool strong = false) {
    const float width = std::max(room(), 1.0F);
    const ImVec2 start = ImGui::GetCursorScreenPos();
    const std::vector<Line> lines = flow(spans, fonts_, size, width, strong);
    const float height = size * line_height;
    ImVec2 at = start;
    last_link_ = nullptr;
    for (const Line& line : lines) {
      const float rest = std::max(width - line.width, 0.0F);
      at.x = start.x + (align == prose::Align::right    ? rest
                        : align == prose::Align::center ? rest / 2
                                                        : 0);
      for (const TextRun& run : line.runs) draw(run, at, size, strong);
      at.y += height;
    }
    float widest = 0;
    for (const Line& line : lines) widest = std::max(widest, line.width);
    ImGui::SetCursorScreenPos(start);
    ImGui::Dummy(
        {align == prose::Align::left ? widest : width, height * static_cast<float>(lines.size())});
  }

  /// The line that letters stand on, below the top of a line of text.
  float baseline(float size) const {
    const ImFontBaked* font = fonts_.text->GetFontBaked(size);
    return (size * line_height + font->Ascent + font->Descent) / 2;
  }

  void draw(const TextRun& run, ImVec2 line, float size, bool strong) {
    const prose::Span& span = *run.span;
    ImFont* font = font_of(span, fonts_, strong);
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float base = line.y + baseline(size);
    const ImVec2 at{line.x + run.x, base - font->GetFontBaked(size)->Ascent};
    const bool is_link = !span.link.empty();
    if (!is_link) last_link_ = nullptr;
    const bool lit = is_link && link(run, {at.x, line.y}, size * line_height);

    if (span.code) {
      const float pad = size * 0.12F;
      list->AddRectFilled({at.x - pad, line.y + pad},
                          {at.x + run.width + pad, line.y + size * line_height - pad},
                          color(ImGuiCol_FrameBg), pad * 2);
    }
    const ImU32 ink = is_link ? link_color_ : color(ImGuiCol_Text);
    const int first = list->VtxBuffer.Size;
    list->AddText(font, size, at, ink, run.text.data(), run.text.data() + run.text.size());
    if (span.emphasis) {
      for (int i = first; i < list->VtxBuffer.Size; ++i) {
        ImVec2& corner = list->VtxBuffer[i].pos;
        corner.x += (base - size * 0.2F - corner.y) * slant;
      }
    }
    if (is_link) {
      const float y = base + size * 0.14F;
      list->AddLine({at.x, y}, {at.x + run.width, y}, lit ? ink : faded(ink),
                    size * (lit ? 0.09F : 0.05F));
    }
  }

  static ImU32 faded(ImU32 ink) { return ImGui::GetColorU32(ink, 0.5F); }

  /// A button under a part of a link; true while any part of it is hovered or focused.
  bool link(const TextRun& run, ImVec2 at, float height) {
    // Ids are counted, so that they stay where the blocks are made anew in every frame.
    const prose::Span& span = *run.span;
    if (!last_link_ || last_link_->link != span.link) ++links_;
    last_link_ = &span;
    ImGui::PushID(links_);
    const ImGuiID lit = ImGui::GetID("lit");
    ImGui::PushID(++parts_);
    ImGui::SetCursorScreenPos(at);
    if (ImGui::InvisibleButton("##part", {std::max(run.width, 1.0F), height},
                               ImGuiButtonFlags_EnableNav)) {
      clicked_ = span.link.starts_with("sim:") ? "change " + span.link.substr(4) : span.link;
    }
    const bool hovered = ImGui::IsItemHovered();
    if (hovered) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    if (seen_) seen_(span.link, ImGui::GetItemRectMin(), ImGui::GetItemRectMax());
    // Parts drawn earlier learn of it a frame later.
    const int now = ImGui::GetFrameCount();
    ImGuiStorage* storage = ImGui::GetStateStorage();
    if (hovered || ImGui::IsItemFocused()) storage->SetInt(lit, now);
    ImGui::PopID();
    ImGui::PopID();
    return storage->GetInt(lit, -2) >= now - 1;
  }

  void list(const prose::Block& block) {
    unsigned number = block.start;
    const float indent = size_ * (block.ordered ? 1.8F : 1.2F);
    bool first = true;
    for (const prose::Block& item : block.children) {
      if (!first) space(gap() * 0.5F);
      first = false;
      const std::string marker = block.ordered ? std::to_string(number++) + "." : "\u2022";
      const float width = fonts_.text->CalcTextSizeA(size_, FLT_MAX, 0, marker.c_str()).x;
      const ImVec2 at = ImGui::GetCursorScreenPos();
      const float x = block.ordered ? std::max(indent - size_ * 0.4F - width, 0.0F) : size_ * 0.3F;
      const float ascent = fonts_.text->GetFontBaked(size_)->Ascent;
      ImGui::GetWindowDrawList()->AddText(fonts_.text, size_,
                                          {at.x + x, at.y + baseline(size_) - ascent},
                                          color(ImGuiCol_Text), marker.c_str());
      ImGui::Indent(indent);
      if (item.children.empty()) {
        space(size_ * line_height);
      } else {
        blocks(item.children, gap() * 0.5F);
      }
      ImGui::Unindent(indent);
    }
  }

  void quote(const prose::Block& block) {
    const ImVec2 top = ImGui::GetCursorScreenPos();
    const float indent = size_ * 0.9F;
    ImGui::Indent(indent);
    blocks(block.children, gap());
    ImGui::Unindent(indent);
    const float bottom = ImGui::GetCursorScreenPos().y;
    ImGui::GetWindowDrawList()->AddRectFilled(top, {top.x + size_ * 0.2F, bottom},
                                              faded(link_color_), size_ * 0.1F);
  }

  void code(const prose::Block& block) {
    std::string_view text = block.text;
    while (text.ends_with('\n')) text.remove_suffix(1);
    const char* end = text.data() + text.size();
    const float pad = size_ * 0.5F;
    const float width = std::max(room(), size_ * 4);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const ImVec2 area =
        fonts_.mono->CalcTextSizeA(size_, FLT_MAX, width - 2 * pad, text.data(), end);
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled(at, {at.x + width, at.y + area.y + 2 * pad}, color(ImGuiCol_FrameBg),
                        pad * 0.5F);
    list->AddText(fonts_.mono, size_, {at.x + pad, at.y + pad}, color(ImGuiCol_Text), text.data(),
                  end, width - 2 * pad);
    ImGui::Dummy({width, area.y + 2 * pad});
  }

  void table(const prose::Block& block) {
    const ImVec2 padding = ImGui::GetStyle().CellPadding;
    const TableLayout laid = lay_out_table(block, fonts_, size_, room(), padding.x);
    const ImGuiTableFlags flags = ImGuiTableFlags_NoSavedSettings | ImGuiTableFlags_BordersInnerH |
                                  ImGuiTableFlags_PadOuterX | ImGuiTableFlags_NoHostExtendX;
    const std::string id = "table " + std::to_string(++tables_);
    if (laid.widths.empty()) return;
    ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, {padding.x * laid.scale, padding.y});
    if (!ImGui::BeginTable(id.c_str(), static_cast<int>(laid.widths.size()), flags)) return ImGui::PopStyleVar();
    for (const float width : laid.widths) ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthFixed, width);
    for (std::size_t r = 0; r < laid.rows.size(); ++r) {
      ImGui::TableNextRow();
      for (std::size_t c = 0; c < std::min(laid.widths.size(), laid.rows[r].size()); ++c) {
        ImGui::TableNextColumn();
        text(laid.rows[r][c], size_ * laid.scale, laid.columns[c], laid.is_head(r, c));
      }
    }
    ImGui::EndTable();
    ImGui::PopStyleVar();
  }

  const MarkdownFonts& fonts_;
  ImU32 link_color_;
  const LinkSeen& seen_;
  const DrawInsert& insert_;
  float size_;
  int links_ = 0;
  int parts_ = 0;
  int tables_ = 0;
  const prose::Span* last_link_ = nullptr;
  std::optional<std::string> clicked_;
};

}  // namespace

std::optional<std::string> draw_markdown(std::span<const prose::Block> blocks,
                                         const MarkdownFonts& fonts, ImU32 link_color,
                                         const LinkSeen& seen, const DrawInsert& insert) {
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(ImGui::GetStyle().ItemSpacing.x, 0));
  Drawer drawer(fonts, link_color, seen, insert);
  drawer.blocks(blocks, drawer.gap());
  ImGui::PopStyleVar();
  return std::move(drawer).clicked();
}

}  // namespace headwise
