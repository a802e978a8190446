#include "ui/keys.hpp"

#include <imgui_internal.h>

#include <algorithm>
#include <string>

#include "engine/session/command.hpp"
#include "engine/tensor/error.hpp"
#include "ui/panels/panel.hpp"
#include "ui/widgets/cell_value.hpp"

namespace headwise {

std::span<const Shortcut> shortcuts() {
  static const Shortcut table[] = {
      {ImGuiKey_RightArrow, "\u2192", "step 1", "one step on"},
      {ImGuiKey_LeftArrow, "\u2190", "step -1", "one step back"},
      {ImGuiKey_DownArrow, "\u2193", "stage 1", "next stage"},
      {ImGuiKey_UpArrow, "\u2191", "stage -1", "previous stage"},
      {ImGuiMod_Shift | ImGuiKey_RightArrow, "Shift + arrows", "move 0,1", "move to another cell of the picture",
       "one cell to the right", "Shift + \u2192"},
      {ImGuiMod_Shift | ImGuiKey_LeftArrow, "", "move 0,-1", nullptr, "one cell to the left", "Shift + \u2190"},
      {ImGuiMod_Shift | ImGuiKey_DownArrow, "", "move 1,0", nullptr, "one cell down", "Shift + \u2193"},
      {ImGuiMod_Shift | ImGuiKey_UpArrow, "", "move -1,0", nullptr, "one cell up", "Shift + \u2191"},
      {ImGuiKey_Home, "Home", "first", "to the first step"},
      {ImGuiKey_End, "End", "last", "to the last step"},
      {ImGuiKey_Space, "Space", "play", "play or pause"},
      {ImGuiKey_1, "1 2 3 4", "set step_by=cell", "step by cell, row, head, stage", nullptr, "1"},
      {ImGuiKey_2, "", "set step_by=row", nullptr, nullptr, "2"},
      {ImGuiKey_3, "", "set step_by=head", nullptr, nullptr, "3"},
      {ImGuiKey_4, "", "set step_by=stage", nullptr, nullptr, "4"},
      {ImGuiKey_LeftBracket, "[  ]", "head -1", "previous or next head", "previous head", "["},
      {ImGuiKey_RightBracket, "", "head 1", nullptr, "next head", "]"},
      {ImGuiKey_A, "A", "heads", "all heads side by side, or one"},
      {ImGuiKey_V, "V", "view 1", "the next view; with Shift the one before", "next view"},
      {ImGuiMod_Shift | ImGuiKey_V, "", "view -1", nullptr, "previous view", "Shift + V"},
      {ImGuiKey_Equal, "+  \u2212  0", "zoom in", "closer to the chosen cell, further away, the whole",
       "zoom in, to the chosen cell", "+"},
      {ImGuiMod_Shift | ImGuiKey_Equal, "", "zoom in", nullptr},
      {ImGuiKey_KeypadAdd, "", "zoom in", nullptr},
      {ImGuiKey_Minus, "", "zoom out", nullptr, "zoom out", "\u2212"},
      {ImGuiKey_KeypadSubtract, "", "zoom out", nullptr},
      {ImGuiKey_0, "", "zoom all", nullptr, "zoom out to the whole", "0"},
      {ImGuiKey_D, "D", "light 1", "light up what the cell is made from, goes into, both, none"},
      {ImGuiKey_Backspace, "Backspace", "back", "back to where you followed a number from"},
      {ImGuiKey_Enter, "Enter", "value", "set the chosen cell's value; in a mask, switch it"},
      {ImGuiKey_C, "C", "copy cell", "copy the chosen cell's number; also Ctrl + C"},
      {ImGuiMod_Ctrl | ImGuiKey_C, "", "copy cell", nullptr},
      {ImGuiMod_Shift | ImGuiKey_C, "Shift + C", "copy slice", "copy the shown matrix, as a spreadsheet takes it"},
      {ImGuiMod_Ctrl | ImGuiKey_V, "Ctrl + V", "paste", "paste numbers, from the chosen cell on, or a sentence"},
      {ImGuiMod_Ctrl | ImGuiKey_Z, "Ctrl + Z", "undo", "undo the last setting or edit"},
      {ImGuiMod_Ctrl | ImGuiMod_Shift | ImGuiKey_Z, "Ctrl + Shift + Z", "redo", "redo it; also Ctrl + Y", "redo"},
      {ImGuiMod_Ctrl | ImGuiKey_Y, "", "redo", nullptr},
      {ImGuiKey_T, "T", "theme", "light or dark"},
      {ImGuiKey_J, "J", "projector", "large type and one view, for a projector"},
      {ImGuiKey_S, "S", "share", "copy a link to exactly this view"},
      {ImGuiKey_P, "P", "check", "copy a script that checks it in PyTorch"},
      {ImGuiKey_E, "E", "export svg", "save this view as SVG; with Shift as PNG",
       "save this view as SVG"},
      {ImGuiMod_Shift | ImGuiKey_E, "", "export png", nullptr, "save this view as PNG", "Shift + E"},
      {ImGuiMod_Ctrl | ImGuiKey_K, "Ctrl + K", "palette", "find anything that can be done, by name; also :"},
      {ImGuiKey_Semicolon, "", "palette", nullptr},
      {ImGuiMod_Shift | ImGuiKey_Semicolon, "", "palette", nullptr},
      {ImGuiKey_Slash, "?", "help", "this list", "help: all keys, and how to read the pictures"},
      {ImGuiMod_Shift | ImGuiKey_Slash, "", "help", nullptr},
      {ImGuiKey_PageDown, "Page Up / Down", "page 1", "turn the lesson's page", "the lesson's next page", "Page Down"},
      {ImGuiKey_PageUp, "", "page -1", nullptr, "the lesson's previous page", "Page Up"},
      {ImGuiKey_Escape, "Esc", "close", "close what is open, or stop saving a picture"},
  };
  return table;
}

namespace {

/// The view in sight, where it zooms in its own way.
const Panel* zooming_view(const Context& ui) {
  for (const Panel& panel : panel_table()) {
    if (panel.zoom && is_visible(ui, panel)) return &panel;
  }
  return nullptr;
}

/// `by` places on from `at` of `count`, and from the last to the first.
std::int64_t turned(std::int64_t at, std::int64_t by, std::int64_t count) { return ((at + by) % count + count) % count; }

/// So many choices of a key on.
void turn_on(Session& session, const std::string& key, std::int64_t by) {
  const std::vector<std::string>& choices = session.settings().key(key).choices;
  const auto count = static_cast<std::int64_t>(choices.size());
  const auto at = std::find(choices.begin(), choices.end(), session.settings().get(key)) - choices.begin();
  session.set(key, choices[static_cast<std::size_t>(turned(at, by, count))]);
}

}  // namespace

std::string_view own_name(const Shortcut& shortcut) {
  return shortcut.name ? shortcut.name : shortcut.help ? shortcut.help : "";
}

std::string own_key(const Shortcut& shortcut) { return shortcut.key ? shortcut.key : shortcut.shown; }

std::optional<PictureRequest> picture_command(std::string_view command) {
  constexpr std::string_view verb = "export ";
  if (!command.starts_with(verb)) return std::nullopt;
  for (const PictureType type : {PictureType::svg, PictureType::png}) {
    const std::string word = type == PictureType::svg ? "svg" : "png";
    const std::string_view rest = command.substr(verb.size());
    if (rest == word || rest == word + " window") return PictureRequest{type, rest != word};
  }
  throw Error("export takes svg or png, and window for all of it: export svg window");
}

namespace {

/// What is open, else what is being saved.
void close(Context& ui) {
  if (ui.show_help || ui.palette.is_open || ui.teacher.is_open) {
    ui.show_help = ui.teacher.is_open = false;
    close_palette(ui);
  } else if (ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopup)) {
    ImGui::ClosePopupToLevel(0, true);
  } else if (ui.saving) {
    ui.requests.stop_picture = true;
  }
}

void do_command(Context& ui, std::string_view command) {
  Session& session = ui.session;
  const auto number = [&] { return whole_number(command.substr(command.find(' ') + 1)); };
  if (command == "help") {
    ui.show_help = !ui.show_help;
    ui.help_note.reset();
  } else if (command.starts_with("help ")) {
    ui.show_help = true;
    ui.help_note = static_cast<std::size_t>(number());
    ui.to_help_note = true;
  } else if (command == "close") {
    close(ui);
  } else if (command == "palette" || command.starts_with("palette ")) {
    run_palette(ui, command.substr(std::min<std::size_t>(command.size(), 8)));
  } else if (command == "teacher" || command.starts_with("teacher ")) {
    run_teacher(ui, command.substr(std::min<std::size_t>(command.size(), 8)));
  } else if (command == stop_export) {
    ui.requests.stop_picture = true;
  } else if (command == "share") {
    ui.requests.share = true;
  } else if (command == "check") {
    ui.requests.check = true;
  } else if (command == "hand in") {
    ui.requests.hand_in = true;
  } else if (command == "save progress") {
    ui.requests.save_progress = true;
  } else if (command == "open file") {
    ui.requests.choose_file = true;
  } else if (const auto picture = picture_command(command)) {
    ui.requests.picture = picture;
  } else if (command.starts_with("copy ")) {
    ui.requests.copy = copied(session, command.substr(5));
  } else if (command == "paste") {
    ui.requests.paste = true;
  } else if (command == "theme") {
    session.set("theme", ui.theme->dark ? "light" : "dark");
  } else if (command == "projector") {
    session.set("projector", session.settings().toggle("projector") ? "0" : "1");
  } else if (command == "value") {
    if (!cursor_is_editable(session)) return;
    if (session.node().role == Role::mask) return run_command(ui, switch_command(session));
    ui.open_value = true;
  } else if (command == "heads") {
    session.show_head(session.all_heads() ? std::optional(session.head()) : std::nullopt);
  } else if (command.starts_with("head ")) {
    const std::int64_t heads = session.run().recipe.num_heads;
    session.show_head(turned(session.head(), number(), heads));
  } else if (command.starts_with("view ")) {
    turn_on(session, "view", number());
  } else if (const Panel* view = zooming_view(ui); view && (command == "zoom in" || command == "zoom out" || command == "zoom all")) {
    view->zoom(ui, command == "zoom in" ? 1.5 : command == "zoom out" ? 1 / 1.5 : 0);
  } else if (command.starts_with("light ")) {
    turn_on(session, "trace_cells", number());
  } else if (command.starts_with("page ")) {
    if (session.settings().get("lesson").empty()) return;
    const std::int64_t page = session.settings().count("page") + number();
    ui.course.perform(session, "set page=" + std::to_string(std::max<std::int64_t>(page, 1)));
  } else {
    ui.course.perform(session, command);
  }
}

}  // namespace

void run_command(Context& ui, std::string_view command) {
  try {
    do_command(ui, command);
  } catch (const LessonNotHere& lesson) {
    ui.requests.lesson = lesson.name;
    ui.requests.then = command;
  } catch (const Error& error) {
    ui.session.report(error.what());
  }
}

void handle_keys(Context& ui) {
  const ImGuiIO& io = ImGui::GetIO();
  if (io.WantTextInput || ui.palette.is_open) return;
  for (const Shortcut& shortcut : shortcuts()) {
    const auto key = static_cast<ImGuiKey>(shortcut.chord & ~ImGuiMod_Mask_);
    const bool shift = (shortcut.chord & ImGuiMod_Shift) != 0;
    const bool control = (shortcut.chord & ImGuiMod_Ctrl) != 0;
    // The command key of a Mac is as good.
    if (io.KeyAlt || io.KeyShift != shift || (io.KeyCtrl || io.KeySuper) != control) continue;
    const bool repeats = key >= ImGuiKey_LeftArrow && key <= ImGuiKey_DownArrow;
    if (ImGui::IsKeyPressed(key, repeats)) run_command(ui, shortcut.command);
  }
}

}  // namespace headwise
