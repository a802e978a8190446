#include "ui/keys.hpp"
#include "ui/panels/panel.hpp"

namespace headwise {

namespace {

constexpr const char* notes[] = {
    "Each picture is a tensor: rows and columns are tokens or features, colour and number are the value. Blue is "
    "negative, red positive; attention weights go from pale (0) to dark (1). A crossed cell is minus infinity.",
    "Q, K, V, weights and output keep one colour each, in pictures, names and arithmetic.",
    "Hover a cell to preview its arithmetic, click it to stay there. Every number in the arithmetic is a link to the "
    "cell it came from, and Backspace leads back.",
    "Any cell of an input, a weight or the mask can be set: choose it, and type another value in its arithmetic. The "
    "simulator then lists what changed, the largest difference first; a small corner marks cells set by hand. Dragging "
    "the chosen cell to the side or turning the wheel over it changes it too, with Shift in small steps; with Alt any cell. "
    "Dashed outlines mark cells that changed: hover one to see what it was.",
    "Click a word beside a picture to type another one.",
    "Heads, tokens and cells are counted from 0, as in code.",
    "Token vectors are made from the token's text and the weights are random until trained ones are loaded: the "
    "arithmetic is real, what the heads attend to means nothing yet.",
};

}  // namespace

bool help_visible(const Context& ui) { return ui.show_help; }

void draw_help(Context& ui) {
  heading(ui, "KEYS");
  if (ImGui::BeginTable("keys", 2, ImGuiTableFlags_SizingFixedFit)) {
    for (const Shortcut& shortcut : shortcuts()) {
      if (!shortcut.help) continue;
      ImGui::TableNextRow();
      ImGui::TableNextColumn();
      ui.push(ui.mono_font, 0.95F);
      ImGui::TextUnformatted(shortcut.shown);
      Context::pop();
      ImGui::TableNextColumn();
      ImGui::TextUnformatted(shortcut.help);
    }
    ImGui::EndTable();
  }
  ImGui::Spacing();
  heading(ui, "HOW TO READ IT");
  for (const char* note : notes) {
    ImGui::PushTextWrapPos(0);
    ImGui::TextUnformatted(note);
    ImGui::PopTextWrapPos();
    ImGui::Spacing();
  }
  if (ImGui::Button("close")) ui.show_help = false;
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
  for (const char* note : notes) out.text(note);
}

}  // namespace headwise
