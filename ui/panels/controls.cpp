#include <imgui.h>

#include <algorithm>

#include "engine/attention/constructed.hpp"
#include "engine/attention/pipeline.hpp"
#include "engine/session/suggest.hpp"
#include "ui/panels/panel.hpp"
#include "ui/widgets/field.hpp"

namespace headwise {

namespace {

void value_field(Context& ui, const Key& key, const std::string& now, float width) {
  const std::string& set = ui.session.settings().get(key.name);
  const TextEdit field{.key = key.name, .label = key.label, .value = set == "auto" ? now : set,
                       .command = "set " + key.name + "=", .whole = key.type == Key::Type::count || key.type == Key::Type::auto_count};
  ui.push(ui.mono_font, 1.0F);
  if (const auto typed = committed_field(ui, field, width); typed && *typed != now) ui.session.set(key.name, *typed);
  Context::pop();
  ui.landmark_item("control:" + key.name);
}

/// A dot before the label, in the panel's edge: the longest labels have no room for it.
void mark_changed(const Context& ui) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float middle = at.y + ImGui::GetFrameHeight() * 0.5F;
  const float left = ImGui::GetWindowPos().x;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->PushClipRect({left, draw->GetClipRectMin().y}, {at.x, draw->GetClipRectMax().y}, false);
  draw->AddCircleFilled({left + (at.x - left) * 0.45F, middle}, std::min(ui.em * 0.2F, (at.x - left) * 0.35F), ui.theme->changed);
  draw->PopClipRect();
}

/// A number with buttons to the next valid one on either side.
void number_control(Context& ui, const Key& key) {
  Session& session = ui.session;
  const bool automatic = key.type == Key::Type::auto_count || key.type == Key::Type::auto_number;
  const bool whole = key.type == Key::Type::count || key.type == Key::Type::auto_count;
  const Settings& settings = session.settings();
  const std::string& set = settings.get(key.name);
  const bool is_auto = automatic && set == "auto";
  const std::string now = is_auto ? resolved(session.run(), key.name) : set;
  const float button = ImGui::GetFrameHeight();
  const float room = ImGui::GetContentRegionAvail().x;
  const float auto_width = automatic ? ImGui::CalcTextSize("auto").x + ui.em * 1.2F : 0;
  const float field = std::max(room - (whole ? 2 * (button + ui.em * 0.2F) : 0) - auto_width - ui.em * 0.2F, ui.em * 2);
  const auto nudge = [&](const char* label, int direction) {
    if (ImGui::Button(label, {button, 0})) {
      if (const auto next = next_valid(settings, key.name, std::stoll(now), direction)) session.set(key.name, *next);
    }
    ui.landmark_item("control:" + key.name + (direction < 0 ? ":less" : ":more"));
  };
  if (whole) {
    nudge("\u2212", -1);
    ImGui::SameLine(0, ui.em * 0.2F);
  }
  value_field(ui, key, now, field);
  if (whole) {
    ImGui::SameLine(0, ui.em * 0.2F);
    nudge("+", 1);
  }
  if (automatic) {
    ImGui::SameLine(0, ui.em * 0.3F);
    if (choice_button(ui, "auto", is_auto)) session.set(key.name, is_auto ? now : "auto");
    ui.landmark_item("control:" + key.name + ":auto");
  }
}

/// One of many: a list that opens.
void list_control(Context& ui, const Key& key) {
  const std::string& now = ui.session.settings().get(key.name);
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
  const bool open = ImGui::BeginCombo("##list", now.c_str(), ImGuiComboFlags_HeightLargest);
  ui.landmark_item("control:" + key.name);
  if (!open) return;
  for (const std::string& choice : key.choices) {
    if (list_item(ui, choice.c_str(), choice == now)) ui.session.set(key.name, choice);
    ui.landmark_item("control:" + key.name + ":" + choice);
  }
  ImGui::EndCombo();
}

void choice_control(Context& ui, const Key& key) {
  Session& session = ui.session;
  const bool several = key.type == Key::Type::choices;
  constexpr std::size_t few = 5;
  if (!several && key.choices.size() > few) return list_control(ui, key);
  bool first = true;
  const float left = ImGui::GetCursorPosX();
  for (const std::string& choice : key.choices) {
    const bool chosen = session.settings().has(key.name, choice);
    const float width = std::max(ImGui::CalcTextSize(choice.c_str()).x + ImGui::GetStyle().FramePadding.x * 2, ui.target);
    if (!first) {
      ImGui::SameLine(0, ui.em * 0.25F);
      if (ImGui::GetContentRegionAvail().x < width) {
        ImGui::NewLine();
        ImGui::SetCursorPosX(left);
      }
    }
    first = false;
    if (choice_button(ui, choice.c_str(), chosen)) {
      std::string value = choice;
      if (several && choice != key.choices[0]) {
        value.clear();
        for (std::size_t i = 1; i < key.choices.size(); ++i) {
          const bool on = session.settings().has(key.name, key.choices[i]) != (key.choices[i] == choice);
          if (on) value += (value.empty() ? "" : ",") + key.choices[i];
        }
        if (value.empty()) value = key.choices[0];
      }
      session.set(key.name, value);
    }
    ui.landmark_item("control:" + key.name + ":" + choice);
  }
}

void toggle_control(Context& ui, const Key& key) {
  bool on = ui.session.settings().toggle(key.name);
  if (ImGui::Checkbox("##toggle", &on)) ui.session.set(key.name, on ? "1" : "0");
  ui.landmark_item("control:" + key.name);
}

/// A feature's heading that folds its controls away; open from the start where it matters.
bool begin_feature(Context& ui, const Feature& feature) {
  const Settings& settings = ui.session.settings();
  bool open = !feature.folded;
  for (const Key& key : feature.keys()) open |= !settings.is_default(key.name);
  ImGui::SetNextItemOpen(open, ImGuiCond_Once);
  ui.push(ui.text_font, 0.9F);
  const bool unfolded = ImGui::TreeNodeEx(std::string(feature.title).c_str(), ImGuiTreeNodeFlags_SpanAvailWidth | ImGuiTreeNodeFlags_NoTreePushOnOpen |
                                            (ui.target > 0 ? ImGuiTreeNodeFlags_FramePadding : 0));
  Context::pop();
  ui.landmark_item("feature:" + std::string(feature.name));
  return unfolded;
}

}  // namespace

bool has_control(const Session& session, const Key& key) {
  const bool elsewhere = key.name == "tokens" || key.type == Key::Type::edits;  // these have places of their own
  if (!is_recipe_key(key.name)) return false;
  const Settings& settings = session.run().settings;
  return uses(find_pipeline(settings.get("pipeline")), key.name) && is_met(key, settings) && !elsewhere &&
         !session.is_hidden(key.name);
}

void draw_controls(Context& ui) {
  Session& session = ui.session;
  heading(ui, "CONTROLS");
  const float label_width = ui.em * 7.1F;
  const Feature* feature = nullptr;
  bool unfolded = true;
  for (const Key& key : recipe_keys()) {
    if (!has_control(session, key)) continue;
    if (const Feature* owner = feature_of(key.name); owner != feature) {
      feature = owner;
      unfolded = !owner || owner->title.empty() || begin_feature(ui, *owner);
    }
    if (!unfolded) continue;
    ImGui::PushID(key.name.c_str());
    ImGui::AlignTextToFramePadding();
    const bool differs = session.previous() && session.previous()->settings.get(key.name) != session.run().settings.get(key.name);
    if (differs) mark_changed(ui);
    if (differs) ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->changed);
    ImGui::TextUnformatted(key.label.c_str());
    if (differs) ImGui::PopStyleColor();
    tooltip(ui, key.help + " It takes " + allowed(key) + ".");
    ImGui::SameLine(label_width);
    ImGui::BeginDisabled(session.is_locked(key.name));
    switch (key.type) {
      case Key::Type::count:
      case Key::Type::auto_count:
      case Key::Type::number:
      case Key::Type::auto_number: number_control(ui, key); break;
      case Key::Type::text:
      case Key::Type::indices:
        value_field(ui, key, session.settings().get(key.name), ImGui::GetContentRegionAvail().x);
        break;
      case Key::Type::toggle: toggle_control(ui, key); break;
      case Key::Type::choice:
      case Key::Type::choices: choice_control(ui, key); break;
      default: break;
    }
    ImGui::EndDisabled();
    ImGui::PopID();
  }
  ui.push(ui.text_font, 0.85F);
  muted(ui, std::string(about_weights(session.run().recipe)) + " Heads, tokens and cells are counted from 0.");
  Context::pop();
}

void describe_controls(const Context& ui, Description& out) {
  const Session& session = ui.session;
  out.heading("Controls");
  out.text(std::string(about_weights(session.run().recipe)) + " Heads, tokens and cells are counted from 0.");
  for (const Key& key : recipe_keys()) {
    if (!has_control(session, key)) continue;
    std::vector<std::string> options = key.choices;
    if (key.type == Key::Type::toggle) options = {"0", "1"};
    if (key.type == Key::Type::choices) options.clear();
    if (key.type == Key::Type::auto_count || key.type == Key::Type::auto_number) options.clear();
    out.field(key.label + ": " + allowed(key), key.name, session.settings().get(key.name), std::move(options),
              session.is_locked(key.name));
  }
}

}  // namespace headwise
