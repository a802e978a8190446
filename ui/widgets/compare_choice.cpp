#include "ui/widgets/compare_choice.hpp"

#include <algorithm>
#include <vector>

#include "engine/session/suggest.hpp"
#include "ui/widgets/field.hpp"

namespace headwise {

namespace {

/// The comparison with one setting more, or another value of one that is there.
std::string command_with(const Session& session, const std::string& key, const std::string& value) {
  Assignments all = parse_assignments(session.settings().get("compare"));
  std::erase_if(all, [&](const auto& a) { return a.first == key; });
  all.emplace_back(key, value);
  return "set compare=" + to_text(all);
}

std::string draw_menu(Context& ui) {
  const Session& session = ui.session;
  std::string command;
  for (const Preset& preset : known_presets(session)) {
    if (ImGui::MenuItem(preset.title.c_str())) command = preset.command();
    ui.landmark_item("compare:menu:" + preset.title);
    tooltip(ui, preset.about);
  }
  ImGui::Separator();
  const Settings& settings = session.run().settings;
  for (const Key& key : recipe_keys()) {
    const bool listed = key.type != Key::Type::text && key.type != Key::Type::edits && key.type != Key::Type::indices;
    if (!listed || !uses(find_pipeline(settings.get("pipeline")), key.name) || !is_met(key, settings)) continue;
    const bool open = ImGui::BeginMenu(key.label.c_str());
    ui.landmark_item("compare:menu:" + key.name);
    if (!open) continue;
    for (const std::string& value : other_values(session.run(), key)) {
      if (ImGui::MenuItem(value.c_str())) command = command_with(session, key.name, value);
      ui.landmark_item("compare:menu:" + key.name + ":" + value);
    }
    ImGui::EndMenu();
  }
  return command;
}

}  // namespace

const std::vector<Preset>& known_presets(const Session& session) {
  static std::string settings;
  static std::vector<Preset> known;
  const Settings state = session.state();
  if (std::string now = to_recipe_hash(state) + " " + state.get("lock"); now != settings) {
    known = presets(state);
    settings = std::move(now);
  }
  return known;
}

std::string draw_compare_choice(Context& ui) {
  const Session& session = ui.session;
  const std::string& now = session.settings().get("compare");
  std::string command;
  const auto button = [&](const char* label, const char* name, const char* does, const char* help) {
    ImGui::SameLine(0, ui.em * 0.4F);
    if (ImGui::GetContentRegionAvail().x < ImGui::CalcTextSize(label).x + ui.em) ImGui::NewLine();
    if (ImGui::Button(label)) command = does;
    ui.landmark_item(std::string("compare:") + name);
    tooltip(ui, help);
  };
  ImGui::BeginDisabled(session.is_locked("compare"));
  ImGui::AlignTextToFramePadding();
  ImGui::TextUnformatted(ui.narrow ? "B: A with" : "B is A with");
  ImGui::SameLine(0, ui.em * 0.5F);
  const TextEdit field{.key = "compare", .label = "compare with", .value = now, .command = "set compare="};
  ui.push(ui.mono_font, 1.0F);
  const float width = std::min(ui.em * 18, ImGui::GetContentRegionAvail().x - (ui.narrow ? 0 : ui.em * 20));
  if (const auto typed = committed_field(ui, field, std::max(width, ui.em * 8))) command = "set compare=" + *typed;
  Context::pop();
  ui.landmark_item("control:compare");
  tooltip(ui, session.settings().key("compare").help);
  button("choose\u2026", "choose", "", "Well-known pairs, and any one setting.");
  if (ImGui::IsItemClicked()) ImGui::OpenPopup("choices");
  if (ImGui::BeginPopup("choices")) {
    if (std::string chosen = draw_menu(ui); !chosen.empty()) command = std::move(chosen);
    ImGui::EndPopup();
  }
  if (!now.empty()) {
    if (session.compared()) {
      button("swap", "swap", "compare swap", "B becomes A, and A becomes B.");
      button("take B", "take", "compare take", "Go on with B's settings alone.");
    }
    button("clear", "clear", "set compare=", "Compare with nothing.");
  }
  ImGui::EndDisabled();
  return command;
}

std::string draw_presets(Context& ui) {
  std::string command;
  const std::vector<Preset>& all = known_presets(ui.session);
  float widest = 0;
  for (const Preset& preset : all) widest = std::max(widest, ImGui::CalcTextSize(preset.title.c_str()).x);
  widest += ui.em * 1.4F;
  ImGui::BeginDisabled(ui.session.is_locked("compare"));
  for (const Preset& preset : all) {
    if (ImGui::Button(preset.title.c_str(), {widest, 0})) command = preset.command();
    ui.landmark_item("compare:preset:" + preset.title);
    if (!ui.narrow) {
      ImGui::SameLine(0, ui.em * 0.7F);
      ImGui::AlignTextToFramePadding();
    }
    muted(ui, preset.about);
    if (ui.narrow) ImGui::Spacing();
  }
  ImGui::EndDisabled();
  return command;
}

}  // namespace headwise
