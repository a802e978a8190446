#include "ui/layout.hpp"

#include <algorithm>
#include <string>

#include "ui/keys.hpp"
#include "ui/panels/panel.hpp"

namespace headwise {

namespace {

/// One panel in a box of its own; height 0 takes what it needs.
void draw_box(Context& ui, const Panel& panel, float width, float height, ImGuiWindowFlags flags = 0) {
  if (panel.sideways) flags |= ImGuiWindowFlags_HorizontalScrollbar;
  const ImGuiChildFlags auto_height = height <= 0 ? ImGuiChildFlags_AutoResizeY : 0;
  ImGui::BeginChild(panel.id, {width, std::max(height, 0.0F)},
                    ImGuiChildFlags_Borders | ImGuiChildFlags_AlwaysUseWindowPadding | auto_height, flags);
  panel.draw(ui);
  ImGui::EndChild();
  ui.landmark_item(std::string("panel:") + panel.id);
}

/// The panel to the right of a main one, where there is one.
const Panel* beside(const Context& ui, const Panel& panel) {
  const Panel* next = &panel + 1;
  const auto table = panel_table();
  return next < table.data() + table.size() && next->dock == Dock::beside && is_visible(ui, *next) ? next : nullptr;
}

bool is_choosable_view(const Context& ui, const Panel& panel) {
  return panel.dock == Dock::stretch && !ui.session.is_hidden(panel.id) && (!panel.visible || panel.visible(ui));
}

/// One tab for every view.
void draw_views(Context& ui) {
  bool first = true;
  for (const Panel& panel : panel_table()) {
    if (!is_choosable_view(ui, panel)) continue;
    if (!first) beside_or_below(ui, ImGui::CalcTextSize(panel.title).x + ImGui::GetStyle().FramePadding.x * 2, 0.4F);
    first = false;
    if (choice_button(ui, panel.title, ui.session.settings().get("view") == panel.id)) {
      run_command(ui, std::string("set view=") + panel.id);
    }
    ui.landmark_item(std::string("view:") + panel.id);
    tooltip(ui, panel.help);
  }
  if (ui.session.is_hidden("projector")) return;
  const bool on = ui.session.settings().toggle("projector");
  const float width = ImGui::CalcTextSize("projector").x + ImGui::GetStyle().FramePadding.x * 2;
  beside_or_below(ui, width, 0.4F);
  ImGui::SetCursorPosX(std::max(ImGui::GetCursorPosX(), ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x - width));
  if (choice_button(ui, "projector", on)) run_command(ui, "projector");
  ui.landmark_item("view:projector");
  tooltip(ui, ui.session.settings().key("projector").help + " (J)");
}

/// A side panel leaves the pictures most of the window.
float right_width(const Context& ui, const Panel& panel) {
  return std::min(panel.height * ui.em, ImGui::GetIO().DisplaySize.x * 0.28F);
}

/// What is wrong, over the whole width, with the way back.
void draw_problem(Context& ui, float width = 0) {
  if (ui.session.problem().empty()) return;
  ImGui::PushStyleColor(ImGuiCol_ChildBg, ui.theme->warning_fill);
  ImGui::PushStyleColor(ImGuiCol_Border, ui.theme->warning);
  ImGui::BeginChild("problem", {width, 0},
                    ImGuiChildFlags_Borders | ImGuiChildFlags_AlwaysUseWindowPadding | ImGuiChildFlags_AutoResizeY);
  if (ImGui::Button("undo")) ui.session.discard_draft();
  ui.landmark_item("problem:undo");
  ImGui::SameLine();
  ImGui::PushTextWrapPos(0);
  ImGui::AlignTextToFramePadding();
  ImGui::TextColored(ImGui::ColorConvertU32ToFloat4(ui.theme->warning), "%s  The picture shows the last valid settings.",
                     ui.session.problem().c_str());
  ImGui::PopTextWrapPos();
  ImGui::EndChild();
  ImGui::PopStyleColor(2);
}

void draw_left(Context& ui, float height) {
  const float gap = ImGui::GetStyle().ItemSpacing.y;
  // The first takes what the others leave, and scrolls by itself, so that none is out of sight.
  float& others = *ImGui::GetStateStorage()->GetFloatRef(ImGui::GetID("others"));
  // A scroll bar that comes and goes would change how high the others are, and so come and go.
  const bool all_fit = others <= height * 0.6F;
  ImGui::BeginChild("left", {ui.em * 19.5F, height}, 0, all_fit ? ImGuiWindowFlags_NoScrollbar : 0);
  const float left_over = std::max(height - others, height * 0.4F);
  float used = 0;
  bool first = true;
  for (const Panel& panel : panel_table()) {
    if (panel.dock != Dock::left || !is_visible(ui, panel)) continue;
    draw_box(ui, panel, 0, first ? left_over : 0);
    if (!first) used += ImGui::GetItemRectSize().y + gap;
    first = false;
  }
  others = used;
  ImGui::EndChild();
  ImGui::SameLine();
}

void draw_wide(Context& ui) {
  const ImGuiStyle& style = ImGui::GetStyle();
  const float gap = style.ItemSpacing.y;
  float footer = ImGui::GetFrameHeight() * 1.15F + style.WindowPadding.y * 2 + 2;
  for (const Panel& panel : panel_table()) {
    if (panel.dock == Dock::header && is_visible(ui, panel)) draw_box(ui, panel, 0, 0);
    if (panel.dock == Dock::footer && !is_visible(ui, panel)) footer = -gap;
  }
  draw_problem(ui);
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float height = room.y - footer - gap;
  const bool has_left = std::any_of(panel_table().begin(), panel_table().end(), [&ui](const Panel& panel) {
    return panel.dock == Dock::left && is_visible(ui, panel);
  });
  if (has_left) draw_left(ui, height);
  float right = 0;
  float fixed = 0;
  for (const Panel& panel : panel_table()) {
    if (!is_visible(ui, panel)) continue;
    if (panel.dock == Dock::right) right += right_width(ui, panel) + style.ItemSpacing.x;
    if (panel.dock == Dock::main) fixed += panel.height * ui.em + gap;
  }
  // On a low window every panel gives up the same share, so that the view has most of it.
  const float squeeze = std::min(1.0F, height * 0.45F / std::max(fixed, 1.0F));
  ImGui::BeginChild("main", {ImGui::GetContentRegionAvail().x - right, height}, 0);
  for (const Panel& panel : panel_table()) {
    if (!is_visible(ui, panel)) continue;
    if (panel.dock == Dock::main) {
      const Panel* other = beside(ui, panel);
      const float low = panel.height * ui.em * squeeze;
      const float other_width = other ? std::min(other->height * ui.em, ImGui::GetContentRegionAvail().x * 0.4F) : 0;
      draw_box(ui, panel, other ? -other_width - style.ItemSpacing.x : 0, low);
      if (!other) continue;
      ImGui::SameLine();
      draw_box(ui, *other, other_width, low);
    }
    if (panel.dock != Dock::stretch) continue;
    const float top = ImGui::GetCursorPosY();
    draw_views(ui);
    draw_box(ui, panel, 0, height - fixed * squeeze - (ImGui::GetCursorPosY() - top));
  }
  ImGui::EndChild();
  for (const Panel& panel : panel_table()) {
    if (panel.dock != Dock::right || !is_visible(ui, panel)) continue;
    ImGui::SameLine();
    draw_box(ui, panel, right_width(ui, panel), height);
  }
  for (const Panel& panel : panel_table()) {
    if (panel.dock == Dock::footer && is_visible(ui, panel)) draw_box(ui, panel, 0, footer, ImGuiWindowFlags_NoScrollbar);
  }
}

/// Every view in a list that opens upwards, from a button that says which is shown.
void draw_view_menu(Context& ui, float width) {
  const std::string& shown = ui.session.settings().get("view");
  const auto table = panel_table();
  const auto found = std::find_if(table.begin(), table.end(), [&](const Panel& panel) { return shown == panel.id; });
  ImGui::PushStyleVarX(ImGuiStyleVar_ButtonTextAlign, 0.35F);
  if (ImGui::Button((std::string(found != table.end() ? found->title : "") + "##views").c_str(), {width, 0})) ImGui::OpenPopup("views");
  ImGui::PopStyleVar();
  ui.landmark_item("bar:views");
  const ImVec2 low = ImGui::GetItemRectMin();
  const ImVec2 high = ImGui::GetItemRectMax();
  const ImVec2 tip{high.x - ui.em * 1.1F, (low.y + high.y) * 0.5F - ui.em * 0.2F};
  ImGui::GetWindowDrawList()->AddTriangleFilled(tip, tip + ImVec2{ui.em * 0.32F, ui.em * 0.42F},
                                                tip + ImVec2{-ui.em * 0.32F, ui.em * 0.42F}, ui.theme->muted);
  ImGui::SetNextWindowPos({low.x, low.y - 2}, ImGuiCond_Always, {0, 1});
  ImGui::SetNextWindowSize({std::max(width, ui.em * 11), 0});
  if (!ImGui::BeginPopup("views")) return;
  for (const Panel& panel : table) {
    if (!is_choosable_view(ui, panel)) continue;
    if (list_item(ui, panel.title, shown == panel.id)) run_command(ui, std::string("set view=") + panel.id);
    ui.landmark_item(std::string("view:") + panel.id);
  }
  ImGui::EndPopup();
}

/// Along the bottom of a narrow window, where a thumb is.
void draw_bar(Context& ui, bool has_drawer) {
  const float gap = ui.em * 0.3F;
  const float count = has_drawer ? 3 : 2;
  const float width = (ImGui::GetContentRegionAvail().x - gap * (count - 1)) / count;
  draw_view_menu(ui, width);
  if (has_drawer) {
    ImGui::SameLine(0, gap);
    if (choice_button(ui, "Controls", ui.show_drawer, width)) ui.show_drawer = !ui.show_drawer;
    ui.landmark_item("bar:drawer");
  }
  ImGui::SameLine(0, gap);
  if (ImGui::Button("Find", {width, 0})) run_command(ui, "palette");
  ui.landmark_item("bar:find");
}

/// A main panel behind the views in the table. On a phone it stays in sight below them.
bool is_below_views(const Panel& panel) {
  const auto table = panel_table();
  return panel.dock == Dock::main &&
         std::any_of(table.data(), &panel, [](const Panel& before) { return before.dock == Dock::stretch; });
}

void draw_narrow(Context& ui) {
  const ImGuiStyle& style = ImGui::GetStyle();
  const float gap = style.ItemSpacing.y;
  const auto table = panel_table();
  const auto any = [&](auto which) {
    return std::any_of(table.begin(), table.end(), [&](const Panel& panel) { return which(panel) && is_visible(ui, panel); });
  };
  const bool has_footer = any([](const Panel& panel) { return panel.dock == Dock::footer; });
  const bool has_drawer = any([](const Panel& panel) { return panel.dock == Dock::left; });
  const bool drawer = has_drawer && ui.show_drawer;
  const float footer = ImGui::GetFrameHeight() + style.WindowPadding.y + 2;
  const float room = ImGui::GetContentRegionAvail().y - ImGui::GetFrameHeight() - gap - (has_footer ? footer + gap : 0);
  const bool tall = room > ui.em * 32;
  float below = drawer ? room * 0.5F : 0;
  for (const Panel& panel : table) {
    if (!drawer && tall && is_below_views(panel) && is_visible(ui, panel)) below += panel.narrow_height * ui.em + gap;
  }

  ImGui::BeginChild("column", {0, std::max(room - below, 1.0F)}, 0);
  // Room for a scroll bar in any case: one that comes and goes would change how high all is, and so come and go.
  const float width = ImGui::GetWindowWidth() - style.ScrollbarSize;
  for (const Panel& panel : table) {
    if (panel.dock == Dock::header && is_visible(ui, panel)) draw_box(ui, panel, width, 0);
  }
  draw_problem(ui, width);
  for (const Dock dock : {Dock::right, Dock::main}) {
    for (const Panel& panel : table) {
      const bool with_main = dock == Dock::main && (panel.dock == Dock::beside || panel.dock == Dock::stretch);
      if ((panel.dock != dock && !with_main) || !is_visible(ui, panel) || (tall && is_below_views(panel))) continue;
      draw_box(ui, panel, width, is_below_views(panel) ? 0 : panel.narrow_height * ui.em);
    }
  }
  ImGui::EndChild();

  if (drawer) {
    ImGui::BeginChild("drawer", {0, below - gap}, 0);
    for (const Panel& panel : table) {
      if (panel.dock == Dock::left && is_visible(ui, panel)) draw_box(ui, panel, 0, 0);
    }
    ImGui::EndChild();
  }
  for (const Panel& panel : table) {
    if (!drawer && tall && is_below_views(panel) && is_visible(ui, panel)) draw_box(ui, panel, 0, panel.narrow_height * ui.em);
  }
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {style.WindowPadding.x * 0.5F, style.WindowPadding.y * 0.5F});
  for (const Panel& panel : table) {
    if (panel.dock == Dock::footer && is_visible(ui, panel)) draw_box(ui, panel, 0, footer, ImGuiWindowFlags_NoScrollbar);
  }
  ImGui::PopStyleVar();
  draw_bar(ui, has_drawer);
}

/// A picture that takes long: how far it is, and a way to stop it.
void draw_saving(Context& ui, ImVec2 screen) {
  ImGui::SetNextWindowPos({screen.x * 0.5F, screen.y - ui.em * 8}, ImGuiCond_Always, {0.5F, 1});
  ImGui::Begin("##saving", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoFocusOnAppearing | ImGuiWindowFlags_NoNav);
  ImGui::TextUnformatted(("Saving " + ui.saving->name).c_str());
  ImGui::ProgressBar(ui.saving->progress, {ui.em * 14, 0});
  ImGui::SameLine();
  if (ImGui::Button("stop")) run_command(ui, stop_export);
  if (!ImGui::IsWindowAppearing()) ui.landmark_item("saving:stop");  // before, it has no place yet
  ImGui::End();
}

void draw_overlays(Context& ui) {
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  for (const Panel& panel : panel_table()) {
    if (panel.dock != Dock::overlay || !is_visible(ui, panel)) continue;
    ImGui::OpenPopup(panel.id);
    // One of a fixed height stands near the top: above a phone's keyboard, and still while it is filled.
    const float height = std::min(panel.height * ui.em, screen.y - ui.em);
    const float width = std::min(screen.x - ui.em, ui.em * (height > 0 ? 38.0F : 66.0F));
    const ImVec2 at{(screen.x - width) * 0.5F, height > 0 ? std::min((screen.y - height) * 0.5F, ui.em * 4) : screen.y * 0.5F};
    ImGui::SetNextWindowPos(at, ImGuiCond_Always, {0, height > 0 ? 0 : 0.5F});
    ImGui::SetNextWindowSize({width, height});
    ImGui::SetNextWindowSizeConstraints({0, 0}, {screen.x, screen.y - ui.em});
    const ImGuiWindowFlags flags = ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoResize;
    if (ImGui::BeginPopupModal(panel.id, nullptr, flags)) {
      panel.draw(ui);
      const bool clicked_elsewhere = ImGui::IsMouseClicked(0) && !ImGui::IsWindowAppearing() &&
                                     !ImGui::IsWindowHovered(ImGuiHoveredFlags_ChildWindows | ImGuiHoveredFlags_AllowWhenBlockedByActiveItem);
      if (clicked_elsewhere) run_command(ui, "close");
      if (!is_visible(ui, panel)) ImGui::CloseCurrentPopup();
      ImGui::EndPopup();
    }
  }
  if (ui.saving) draw_saving(ui, screen);
  if (ui.time < ui.message_until) {
    ImGui::SetNextWindowPos({screen.x * 0.5F, screen.y - ui.em * 5}, ImGuiCond_Always, {0.5F, 1});
    ImGui::SetNextWindowSizeConstraints({0, 0}, {screen.x * 0.9F, screen.y});
    ImGui::PushStyleColor(ImGuiCol_WindowBg, ui.theme->text);
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->panel);
    ImGui::Begin("##message", nullptr, ImGuiWindowFlags_Tooltip | ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoInputs |
                                           ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoSavedSettings);
    ImGui::PushTextWrapPos(std::min(screen.x * 0.85F, ui.em * 40));
    ImGui::TextUnformatted(ui.message.c_str());
    ImGui::PopTextWrapPos();
    ImGui::End();
    ImGui::PopStyleColor(2);
  }
}

}  // namespace

void draw_panels(Context& ui) {
  const ImGuiViewport* viewport = ImGui::GetMainViewport();
  ImGui::SetNextWindowPos(viewport->WorkPos);
  ImGui::SetNextWindowSize(viewport->WorkSize);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0);
  ImGui::Begin("Headwise", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoBringToFrontOnFocus |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav);
  ImGui::PopStyleVar(2);
  if (ui.narrow) {
    draw_narrow(ui);
  } else {
    draw_wide(ui);
  }
  ImGui::End();
  draw_overlays(ui);
}

}  // namespace headwise
