#include "ui/widgets/word_field.hpp"

#include <imgui_stdlib.h>

#include <algorithm>

#include "ui/keys.hpp"

namespace headwise {

namespace {

std::string command(const Word& word) {
  return "word " + word.key + " " + std::to_string(word.sentence) + "," + std::to_string(word.token) + " ";
}

}  // namespace

void edit_word(Context& ui, const Word& word, const std::string& text, ImVec2 at) {
  const float width = std::max(ImGui::CalcTextSize(text.c_str()).x + ui.em * 2.5F, ui.em * 6);
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  at = {std::clamp(at.x, 0.0F, std::max(0.0F, screen.x - width)), std::clamp(at.y, 0.0F, screen.y - ui.em * 2)};
  if (!ui.options.outside_text) {
    ui.word = {word, text, at.x, at.y, width, true};
    return;
  }
  TextEdit field{.key = "word", .label = "Word " + std::to_string(word.token), .value = text, .command = command(word)};
  field.x = at.x;
  field.y = at.y;
  field.width = width;
  field.height = ImGui::GetFrameHeight();
  field.font_size = ImGui::GetFontSize();
  ui.requests.edit = std::move(field);
}

void draw_word_field(Context& ui) {
  if (!ui.word) return;
  WordEdit& edit = *ui.word;
  if (edit.begins) ImGui::OpenPopup("word");
  ImGui::SetNextWindowPos({edit.x, edit.y});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
  const bool open = ImGui::BeginPopup("word", ImGuiWindowFlags_NoMove);
  ImGui::PopStyleVar();
  if (!open) {
    ui.word.reset();
    return;
  }
  if (edit.begins) ImGui::SetKeyboardFocusHere();
  edit.begins = false;
  ImGui::SetNextItemWidth(edit.width);
  ImGui::InputText("##word", &edit.text, ImGuiInputTextFlags_AutoSelectAll);
  ui.landmark_item("word");
  const bool left = ImGui::IsItemDeactivated();
  const std::string done = ImGui::IsItemDeactivatedAfterEdit() ? command(edit.word) + edit.text : "";
  if (left) ImGui::CloseCurrentPopup();
  ImGui::EndPopup();
  if (left) ui.word.reset();
  if (!done.empty()) run_command(ui, done);
}

}  // namespace headwise
