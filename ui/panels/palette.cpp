#include <imgui.h>
#include <imgui_internal.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <optional>

#include "engine/tensor/error.hpp"
#include "engine/tensor/lines.hpp"
#include "engine/tensor/print.hpp"
#include "ui/keys.hpp"
#include "ui/panels/panel.hpp"
#include "ui/widgets/field.hpp"
#include "ui/widgets/match.hpp"

namespace headwise {

namespace {

constexpr std::string_view find_command = "palette find ";
constexpr std::size_t most_described = 12;

/// Something that can be done.
struct Entry {
  std::string title;
  std::string detail;
  std::string command;  // as run_command() takes it
  std::string key;      // the keys that do it; often none
};

struct Matches {
  std::vector<Entry> entries;  // the best first
  std::string note;            // what is wrong with what was typed, or what it still lacks
};

std::string key_of(std::string_view command) {
  for (const Shortcut& shortcut : shortcuts()) {
    if (command == shortcut.command) return own_key(shortcut);
  }
  return {};
}

void add_shortcuts(std::vector<Entry>& all) {
  for (const Shortcut& shortcut : shortcuts()) {
    const std::string_view command = shortcut.command;
    if (own_name(shortcut).empty() || command.starts_with("set ") || command == "close" || command == "palette") continue;
    all.push_back({std::string(own_name(shortcut)), "", std::string(command), own_key(shortcut)});
  }
}

/// What no key does.
void add_others(const Context& ui, std::vector<Entry>& all) {
  all.push_back({"copy the whole tensor", "every matrix of it, as a spreadsheet or np.loadtxt takes it", "copy tensor", ""});
  all.push_back({"save the whole window as SVG", "", "export svg window", ""});
  all.push_back({"save the whole window as PNG", "", "export png window", ""});
  all.push_back({"for teachers: a link for a class", "what it hides and locks, and HTML that embeds it", "teacher", ""});
  all.push_back({"copy the result code", "of the lesson that is open, for your teacher", "hand in", ""});
  all.push_back({"save progress as a file", "", "save progress", ""});
  all.push_back({"open a file of progress or a lesson", "", "open file", ""});
  all.push_back({"start every lesson anew", "what you did is forgotten until you bring it back", "forget progress", ""});
  if (ui.course.has_forgotten(ui.session.settings().get("student"))) all.push_back({"bring back what was forgotten", "of the lessons", "bring back progress", ""});
  if (ui.saving) all.push_back({"stop saving " + ui.saving->name, "", std::string(stop_export), ""});
  if (!ui.session.edits().empty()) all.push_back({"reset every cell set by hand", "", "unedit all", ""});
  const auto notes = help_notes();
  for (std::size_t i = 0; i < notes.size(); ++i) {
    all.push_back({std::string("help: ") + notes[i].title, notes[i].text, "help " + std::to_string(i), ""});
  }
}

void add_views(const Context& ui, std::vector<Entry>& all) {
  for (const Panel& panel : panel_table()) {
    if (panel.dock != Dock::stretch || ui.session.is_hidden(panel.id) || (panel.visible && !panel.visible(ui))) continue;
    all.push_back({std::string("show ") + panel.title, panel.help, std::string("set view=") + panel.id, ""});
  }
}

void add_lessons(const Context& ui, std::vector<Entry>& all) {
  for (const Lesson& lesson : ui.lessons.all()) all.push_back({"lesson " + lesson.title, lesson.summary, "set lesson=" + lesson.name, ""});
  if (!ui.session.settings().get("lesson").empty()) all.push_back({"close the lesson", "", "set lesson=", ""});
}

void add_stages(const Context& ui, std::vector<Entry>& all) {
  for (const Node& node : ui.session.graph().nodes()) {
    all.push_back({"go to " + node.id(), node.title + " " + axis_sizes(node.axes()), "set stage=" + node.id(), ""});
  }
}

void add_settings(const Context& ui, std::vector<Entry>& all) {
  const Session& session = ui.session;
  for (const Key& key : state_keys()) {
    const bool of_view = !is_recipe_key(key.name) && key.name != "view" && !key.choices.empty();
    const bool is_offered = has_control(session, key) || of_view || key.name == "tokens";
    if (!is_offered || session.is_hidden(key.name) || session.is_locked(key.name)) continue;
    std::vector<std::string> choices = key.choices;
    if (key.type == Key::Type::toggle) choices = {"0", "1"};
    for (const std::string& choice : choices) {
      if (session.settings().get(key.name) == choice) continue;
      const std::string command = "set " + key.name + "=" + choice;
      all.push_back({key.name + " = " + choice, key.help, command, key_of(command)});
    }
    const bool takes_more = choices.empty() || key.type == Key::Type::auto_count || key.type == Key::Type::auto_number;
    if (takes_more) {
      all.push_back({key.name + " = \u2026", key.help, std::string(find_command) + key.name + "=", ""});
    }
  }
}

const Key* find_key(std::string_view name) {
  for (const Key& key : state_keys()) {
    if (key.name == name) return &key;
  }
  return nullptr;
}

/// `KEY=VALUE` or `KEY VALUE` as it was typed: the entry that sets it, or why it cannot be.
void add_typed(const Session& session, std::string_view query, Matches& found) {
  const std::size_t end = query.find_first_of("= ");
  if (end == query.npos) return;
  const std::string_view name = query.substr(0, end);
  const Key* const key = find_key(name);
  if (!key) {
    if (query[end] == '=') found.note = "There is no setting called " + print_text(name) + ".";
    return;
  }
  if (session.is_locked(key->name) || session.is_hidden(key->name)) {
    found.note = key->name + " is not to be changed here.";
    return;
  }
  std::string_view value = trimmed(query.substr(end));
  if (value.starts_with('=')) value = trimmed(value.substr(1));
  if (value.empty()) {
    found.note = key->name + " takes " + allowed(*key) + ".";
    return;
  }
  try {
    const std::string canonical = parse_value(*key, value);
    found.entries.push_back({key->name + " = " + canonical, key->help, "set " + key->name + "=" + canonical, ""});
  } catch (const Error& error) {
    found.note = error.what();
  }
}

Matches find(const Context& ui) {
  std::vector<Entry> all;
  add_shortcuts(all);
  add_others(ui, all);
  add_views(ui, all);
  add_lessons(ui, all);
  add_stages(ui, all);
  add_settings(ui, all);
  const std::string_view query = trimmed(ui.palette.query);
  if (query.empty()) return {std::move(all), {}};
  Matches found;
  add_typed(ui.session, query, found);
  const std::string typed = found.entries.empty() ? "" : found.entries[0].command;
  std::vector<std::pair<int, const Entry*>> ranked;
  for (const Entry& entry : all) {
    const auto score = match(query, entry.title, entry.detail);
    if (score && entry.command != typed) ranked.emplace_back(*score, &entry);
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [score, entry] : ranked) found.entries.push_back(*entry);
  // `lesson softmax` names one, though any text could be set: what is there comes first, without a `=`.
  const Key* const key = find_key(query.substr(0, query.find(' ')));
  if (!typed.empty() && key && (key->type == Key::Type::text || key->type == Key::Type::words)) std::rotate(found.entries.begin(), found.entries.begin() + 1, found.entries.end());
  if (found.entries.empty() && found.note.empty()) {
    found.note = "Nothing is called that. Stages, settings, views, lessons and what keys do can be found here.";
  }
  return found;
}

void set_query(Context& ui, std::string_view query) {
  ui.palette.query = query;
  ui.palette.chosen = 0;
  ui.palette.problem.clear();
  ui.palette.to_chosen = true;
}

void move(Context& ui, const Matches& found, std::int64_t by) {
  const auto count = static_cast<std::int64_t>(found.entries.size());
  if (count == 0) return;
  ui.palette.chosen = static_cast<std::size_t>((static_cast<std::int64_t>(ui.palette.chosen) + by + count) % count);
  ui.palette.to_chosen = true;
}

/// Does it and closes the list; where more must be typed, or it cannot be done, the list stays.
void choose(Context& ui, const std::string& command) {
  const std::string before = ui.session.problem();
  if (command.starts_with(find_command)) {
    set_query(ui, std::string_view(command).substr(find_command.size()));
    ui.palette.to_field = true;
    return;
  }
  ui.palette.is_open = false;
  run_command(ui, command);
  const std::string& problem = ui.session.problem();
  if (problem.empty() || (problem == before && !command.starts_with("set "))) return set_query(ui, "");
  ui.palette.problem = problem;
  ui.palette.is_open = ui.palette.to_field = true;
}

void choose(Context& ui, const Matches& found) {
  if (ui.palette.chosen < found.entries.size()) return choose(ui, found.entries[ui.palette.chosen].command);
  ui.palette.problem = found.note;
  ui.palette.to_field = true;
}

void draw_field(Context& ui) {
  Context::Palette& palette = ui.palette;
  const float width = ImGui::GetContentRegionAvail().x;
  const bool to_field = palette.to_field;
  palette.to_field = false;
  ui.push(ui.text_font, 1.1F);
  if (ui.options.outside_text) {
    outside_field(ui, {.key = "palette", .label = "Find anything to do", .value = palette.query, .command = std::string(find_command),
                       .live = true, .keys = "palette "}, width, to_field);
  } else {
    if (to_field) ImGui::SetKeyboardFocusHere();
    ImGui::SetNextItemWidth(width);
    std::string text = palette.query;
    if (ImGui::InputTextWithHint("##find", "a stage, a setting, a view, what a key does", &text)) set_query(ui, text);
  }
  ui.landmark_item("control:palette");
  Context::pop();
}

/// Title, what it is, and its keys; on a slim window in two lines.
bool draw_entry(Context& ui, const Entry& entry, bool chosen) {
  const float line = ImGui::GetTextLineHeight();
  const bool two_lines = ui.narrow && !entry.detail.empty();
  const float height = std::max({ui.target, line * (two_lines ? 2.1F : 1.0F), line * 1.6F});
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  const bool pressed = ImGui::Selectable("##entry", chosen, 0, {0, height});
  ImDrawList* const draw = ImGui::GetWindowDrawList();
  const float pad = ui.em * 0.4F;
  const float key_width = entry.key.empty() ? 0 : ui.mono_font->CalcTextSizeA(ui.em * 0.9F, 1e9F, 0, entry.key.c_str()).x;
  const float right = at.x + width - pad;
  if (key_width > 0) {
    draw->AddText(ui.mono_font, ui.em * 0.9F, {right - key_width, at.y + (height - ui.em * 0.9F) * 0.5F}, ui.theme->muted,
                  entry.key.c_str());
  }
  draw->PushClipRect(at, {right - key_width - pad, at.y + height}, true);
  const float detail = ui.em * 0.85F;
  const float top = at.y + (two_lines ? (height - line - detail) * 0.4F : (height - line) * 0.5F);
  draw->AddText({at.x + pad, top}, ui.theme->text, entry.title.c_str());
  const float title = ImGui::CalcTextSize(entry.title.c_str()).x;
  const ImVec2 start = two_lines ? ImVec2{at.x + pad, top + line}
                                 : ImVec2{at.x + pad + std::max(title + ui.em * 1.2F, ui.em * 13), top + (line - detail) * 0.6F};
  const float end = right - key_width - pad;
  ui.push(ui.text_font, 0.85F);
  ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->muted);
  if (start.x < end) ImGui::RenderTextEllipsis(draw, start, {end, start.y + line}, end, entry.detail.c_str(), nullptr, nullptr);
  ImGui::PopStyleColor();
  Context::pop();
  draw->PopClipRect();
  return pressed;
}

}  // namespace

void run_palette(Context& ui, std::string_view what) {
  Context::Palette& palette = ui.palette;
  if (what.empty()) {
    const bool opens = !palette.is_open;
    run_command(ui, "close");
    palette.is_open = palette.to_field = opens;
  } else if (what == "find" || what.starts_with("find ")) {
    set_query(ui, what.substr(std::min<std::size_t>(what.size(), 5)));
  } else if (what == "ArrowDown" || what == "ArrowUp") {
    move(ui, find(ui), what == "ArrowDown" ? 1 : -1);
  } else if (what == "Enter") {
    choose(ui, find(ui));
  } else if (what == "Escape") {
    run_command(ui, "close");
  } else {
    throw Error("palette takes find and a text, or a key: palette find causal");
  }
}

void close_palette(Context& ui) {
  ui.palette.is_open = false;
  set_query(ui, "");
}

bool palette_visible(const Context& ui) { return ui.palette.is_open; }

void draw_palette(Context& ui) {
  for (const auto& [key, name] : {std::pair{ImGuiKey_UpArrow, "ArrowUp"}, std::pair{ImGuiKey_DownArrow, "ArrowDown"}}) {
    if (ImGui::IsKeyPressed(key)) run_palette(ui, name);
  }
  // Of the frame it opened in, Enter was pressed on something else.
  if (!ImGui::IsWindowAppearing()) {
    if (ImGui::IsKeyPressed(ImGuiKey_Enter, false) || ImGui::IsKeyPressed(ImGuiKey_KeypadEnter, false)) run_palette(ui, "Enter");
    if (ImGui::IsKeyPressed(ImGuiKey_Escape, false)) run_palette(ui, "Escape");
    if (!ui.palette.is_open) return;
  }
  draw_field(ui);
  const Matches found = find(ui);
  const std::string& problem = ui.palette.problem.empty() ? found.note : ui.palette.problem;
  if (!problem.empty()) {
    ImGui::PushStyleColor(ImGuiCol_Text, ui.palette.problem.empty() ? ui.theme->muted : ui.theme->warning);
    ImGui::TextWrapped("%s", problem.c_str());
    ImGui::PopStyleColor();
  }
  ImGui::BeginChild("entries", {0, 0});
  std::optional<std::string> wanted;
  for (std::size_t i = 0; i < found.entries.size(); ++i) {
    ImGui::PushID(static_cast<int>(i));
    if (draw_entry(ui, found.entries[i], i == ui.palette.chosen)) wanted = found.entries[i].command;
    ui.landmark_item("palette:" + std::to_string(i));
    if (i == ui.palette.chosen && ui.palette.to_chosen) ImGui::SetScrollHereY(0.5F);
    ImGui::PopID();
  }
  ui.palette.to_chosen = false;
  ImGui::EndChild();
  if (wanted) choose(ui, *wanted);
}

void describe_palette(const Context& ui, Description& out) {
  out.heading("Find anything to do");
  out.command_field("A stage, a setting, a view, what a key does, or KEY=VALUE", "palette", ui.palette.query, std::string(find_command));
  if (ui.palette.query.empty() && !ui.palette.is_open) return out.text("", "palette-found", true);
  const Matches found = find(ui);
  const std::size_t count = found.entries.size();
  std::string said = ui.palette.problem.empty() ? found.note : ui.palette.problem;
  if (said.empty() && ui.palette.chosen < count) {
    said = print_count(static_cast<std::int64_t>(ui.palette.chosen) + 1) + " of " + print_count(static_cast<std::int64_t>(count)) + ": " +
           found.entries[ui.palette.chosen].title;
  }
  out.text(said, "palette-found", true);
  for (std::size_t i = 0; i < std::min(count, most_described); ++i) {
    const Entry& entry = found.entries[i];
    out.button(entry.title + (entry.key.empty() ? "" : " (" + entry.key + ")"), entry.command);
  }
}

}  // namespace headwise
