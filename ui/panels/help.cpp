#include <imgui.h>

#include <algorithm>
#include <iterator>
#include <string>

#include "ui/keys.hpp"
#include "ui/panels/panel.hpp"

namespace headwise {

namespace {

constexpr float keys_scale = 0.95F;

constexpr HelpNote notes[] = {
    {"reading a picture",
     "Each picture is a tensor: rows and columns are tokens or features, colour and number are the value. Blue is "
     "negative, red positive; attention weights go from pale (0) to dark (1). A crossed cell is minus infinity."},
    {"colours of tensors", "Q, K, V, weights and output keep one colour each, in pictures, names and arithmetic."},
    {"where a number comes from",
     "Hover a cell to preview its arithmetic, click it to stay there; with a finger, tap once and tap again. Every number "
     "in the arithmetic is a link to the cell it came from, and Backspace leads back."},
    {"large tensors",
     "Ctrl and the wheel, or two fingers, zoom a picture; where only a part is in sight, the wheel or a finger moves it. Two "
     "bars along the picture show which part that is."},
    {"setting cells by hand",
     "Any cell of an input, a weight or the mask can be set: choose it, and type another value in its arithmetic, or "
     "paste rows of numbers. Dragging the chosen cell to the side or turning the wheel over it changes it too, with Shift in "
     "small steps; with Alt any cell. Click a word beside a picture to type another one."},
    {"what a change did",
     "The simulator lists what changed, the largest difference first. A small corner marks cells set by hand; dashed outlines "
     "mark cells that changed: hover one to see what it was."},
    {"counting", "Heads, tokens and cells are counted from 0, as in code."},
    {"what the numbers mean",
     "With weights=random, token vectors are made from the token's text and the weights are drawn: the arithmetic is real, what the "
     "heads attend to means nothing. With weights=constructed both were made by hand, to show what a head can do. No training made "
     "either."},
};

struct KeyColumns {
  float keys = 0;
  float words = 0;
};

KeyColumns key_columns(Context& ui) {
  KeyColumns widths;
  for (const Shortcut& shortcut : shortcuts()) {
    if (!shortcut.help) continue;
    ui.push(ui.mono_font, keys_scale);
    widths.keys = std::max(widths.keys, ImGui::CalcTextSize(shortcut.shown).x);
    Context::pop();
    widths.words = std::max(widths.words, ImGui::CalcTextSize(shortcut.help).x);
  }
  return widths;
}

void draw_keys(Context& ui, float keys_width) {
  heading(ui, "KEYS");
  if (!ImGui::BeginTable("keys", 2)) return;
  ImGui::TableSetupColumn("key", ImGuiTableColumnFlags_WidthFixed, keys_width);
  ImGui::TableSetupColumn("what it does", ImGuiTableColumnFlags_WidthStretch);
  for (const Shortcut& shortcut : shortcuts()) {
    if (!shortcut.help) continue;
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    ui.push(ui.mono_font, keys_scale);
    ImGui::TextUnformatted(shortcut.shown);
    Context::pop();
    ImGui::TableNextColumn();
    ImGui::TextWrapped("%s", shortcut.help);
  }
  ImGui::EndTable();
  ImGui::Spacing();
}

void draw_notes(Context& ui) {
  heading(ui, "HOW TO READ IT");
  // A window that has just opened does not know yet how long it is.
  const bool scrolls = ui.to_help_note && !ImGui::IsWindowAppearing();
  if (scrolls) ui.to_help_note = false;
  for (std::size_t i = 0; i < std::size(notes); ++i) {
    if (scrolls && ui.help_note == i) ImGui::SetScrollHereY(0);
    ui.push(ui.strong_font, 1.0F);
    ImGui::PushStyleColor(ImGuiCol_Text, ui.help_note == i ? ui.theme->accent : ui.theme->text);
    ImGui::TextUnformatted(notes[i].title);
    ImGui::PopStyleColor();
    Context::pop();
    ImGui::PushTextWrapPos(0);
    ImGui::TextUnformatted(notes[i].text);
    ImGui::PopTextWrapPos();
    ImGui::Spacing();
  }
}

}  // namespace

std::span<const HelpNote> help_notes() { return notes; }

bool help_visible(const Context& ui) { return ui.show_help; }

void draw_help(Context& ui) {
  if (title_and_close(ui, "Help")) run_command(ui, "close");
  const KeyColumns widths = key_columns(ui);
  if (ui.narrow) {
    draw_keys(ui, widths.keys);
    draw_notes(ui);
  } else if (ImGui::BeginTable("help", 2)) {
    ImGui::TableSetupColumn("keys", ImGuiTableColumnFlags_WidthFixed, widths.keys + widths.words + ImGui::GetStyle().CellPadding.x * 4);
    ImGui::TableSetupColumn("notes", ImGuiTableColumnFlags_WidthStretch);
    ImGui::TableNextColumn();
    draw_keys(ui, widths.keys);
    ImGui::TableNextColumn();
    draw_notes(ui);
    ImGui::EndTable();
  }
}

void describe_help(const Context&, Description& out) {
  out.heading("Help");
  Block& table = out.table("Keys, while the simulator has the focus", "keys");
  table.columns = {"what it does"};
  for (const Shortcut& shortcut : shortcuts()) {
    if (!shortcut.help) continue;
    table.row_headers.emplace_back(shortcut.shown);
    table.rows.push_back({shortcut.help});
  }
  for (const HelpNote& note : notes) out.text(std::string(note.title) + ": " + note.text);
}

}  // namespace headwise
