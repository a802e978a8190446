#include "ui/widgets/head_table.hpp"

#include <algorithm>

#include "engine/attention/head_measures.hpp"
#include "engine/attention/pipeline.hpp"
#include "ui/keys.hpp"
#include "ui/widgets/head_pictures.hpp"

namespace headwise {

namespace {

std::vector<std::int64_t> heads_off(const Session& session) {
  std::vector<std::int64_t> off = session.settings().indices("heads_off");
  std::sort(off.begin(), off.end());
  return off;
}

}  // namespace

std::string with_head_toggled(std::vector<std::int64_t> list, std::int64_t head) {
  const auto at = std::lower_bound(list.begin(), list.end(), head);
  if (at != list.end() && *at == head) {
    list.erase(at);
  } else {
    list.insert(at, head);
  }
  std::string text;
  for (const std::int64_t n : list) text += (text.empty() ? "" : ",") + std::to_string(n);
  return text;
}

bool is_head_off(const Session& session, std::int64_t head) {
  const std::vector<std::int64_t> off = heads_off(session);
  return std::binary_search(off.begin(), off.end(), head);
}

std::string why_no_head_switch(const Session& session) {
  if (session.is_locked("heads_off")) return "Locked in this lesson.";
  if (!uses(find_pipeline(session.run().settings.get("pipeline")), "heads_off")) return "This pipeline has no switch for heads.";
  return {};
}

std::string head_switch_command(const Session& session, std::int64_t head) { return "set heads_off=" + with_head_toggled(heads_off(session), head); }

void draw_head_switch(Context& ui, std::int64_t head, const std::string& landmark) {
  const std::string why = why_no_head_switch(ui.session);
  ImGui::BeginDisabled(!why.empty());
  const bool off = is_head_off(ui.session, head);
  if (ImGui::SmallButton(off ? "switch on" : "switch off")) run_command(ui, head_switch_command(ui.session, head));
  ImGui::EndDisabled();
  ui.landmark_item(landmark);
  tooltip(ui, !why.empty() ? why : "Computes the output without this head, as if its rows of W_O were zero: What changed says what that does.");
}

void draw_head_table(Context& ui, const HeadPatterns& all, const std::vector<std::int64_t>& order) {
  Session& session = ui.session;
  const std::span<const HeadMeasure> measures = head_measures();
  const bool tight = ImGui::GetContentRegionAvail().x < ui.em * 52;  // no room for reasons
  const ImGuiTableFlags flags = ImGuiTableFlags_RowBg | ImGuiTableFlags_BordersInnerH | ImGuiTableFlags_SizingFixedFit |
                                (tight ? ImGuiTableFlags_ScrollX : 0);
  const float line = ImGui::GetTextLineHeight() + ImGui::GetStyle().CellPadding.y * 2 + ui.em * 0.25F;
  const float height = tight ? line * static_cast<float>(order.size() + 1) + ImGui::GetStyle().ScrollbarSize : 0;
  if (ImGui::BeginTable("numbers", static_cast<int>(measures.size()) + 3, flags, {0, height})) {
    if (tight) ImGui::TableSetupScrollFreeze(1, 0);
    ImGui::TableSetupColumn("head");
    ImGui::TableSetupColumn("pattern", tight ? ImGuiTableColumnFlags_WidthFixed : ImGuiTableColumnFlags_WidthStretch);
    for (const HeadMeasure& measure : measures) ImGui::TableSetupColumn(std::string(measure.title).c_str());
    ImGui::TableSetupColumn("##switch");
    ImGui::TableNextRow();
    ImGui::TableSetBgColor(ImGuiTableBgTarget_RowBg0, ui.theme->raised);
    const auto title = [&](int column, std::string_view text, const std::string& help, std::string_view sort) {
      ImGui::TableSetColumnIndex(column);
      const bool sorted = session.settings().get("sort_heads") == sort;
      ui.push(sorted ? ui.strong_font : ui.text_font, 1);
      ImGui::TextUnformatted((std::string(text) + (sorted && sort != "head" ? " \u2193" : "")).c_str());
      Context::pop();
      if (!sort.empty() && ImGui::IsItemClicked()) run_command(ui, "set sort_heads=" + std::string(sort));
      if (!sort.empty() && ImGui::IsItemHovered()) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
      tooltip(ui, help);
    };
    title(0, "head", "As they stand in the model.", "head");
    title(1, "pattern", label_rule(), "");
    int column = 2;
    for (const HeadMeasure& measure : measures) title(column++, measure.title, std::string(measure.formula), measure.name);
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(order.size()));
    while (clipper.Step()) {
      for (int row = clipper.DisplayStart; row < clipper.DisplayEnd; ++row) {
        const std::int64_t h = order[static_cast<std::size_t>(row)];
        const HeadPattern& head = all.heads()[static_cast<std::size_t>(h)];
        ImGui::PushID(static_cast<int>(h));
        ImGui::TableNextRow();
        ImGui::TableNextColumn();
        draw_head_badge(ui, h);
        ImGui::TableNextColumn();
        ImGui::TextUnformatted(label_text(head, all).c_str());
        tooltip(ui, justification(head, all));
        if (!tight) {
          ImGui::SameLine(0, ui.em * 0.6F);
          ui.push(ui.text_font, 0.85F);
          ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->muted);
          const std::string why = shortened(ui.text_font, ImGui::GetFontSize(), justification(head, all), ImGui::GetContentRegionAvail().x);
          ImGui::TextUnformatted(why.c_str());
          ImGui::PopStyleColor();
          Context::pop();
        }
        for (const HeadMeasure& measure : measures) {
          ImGui::TableNextColumn();
          ui.push(ui.mono_font, 0.9F);
          ImGui::TextUnformatted(measure.brief(head).c_str());
          Context::pop();
          if (ImGui::IsItemHovered()) tooltip(ui, measure.numbers(head, all) + "\n\n" + std::string(measure.formula));
        }
        ImGui::TableNextColumn();
        draw_head_switch(ui, h, "heads:switch:" + std::to_string(h));
        ImGui::PopID();
      }
    }
    ImGui::EndTable();
  }
  ui.push(ui.text_font, 0.8F);
  muted(ui, label_rule());
  Context::pop();
}

}  // namespace headwise
