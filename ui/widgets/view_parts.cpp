#include "ui/widgets/view_parts.hpp"

#include <algorithm>
#include <string>

#include "ui/keys.hpp"

namespace headwise {

void draw_missing(Context& ui) {
  const Session& session = ui.session;
  ImGui::Spacing();
  muted(ui, session.why_no_values());
  if (!session.is_computing()) return;
  ImGui::Spacing();
  const auto done = static_cast<float>(session.progress());
  const std::string percent = std::to_string(static_cast<int>(done * 100)) + " %";
  ImGui::PushStyleColor(ImGuiCol_PlotHistogram, ui.theme->accent);
  ImGui::ProgressBar(done, {std::min(ImGui::GetContentRegionAvail().x * 0.75F, ui.em * 24), ui.em * 1.2F}, "");
  ImGui::PopStyleColor();
  ui.landmark_item("stage:progress");
  ImGui::SameLine();
  ImGui::TextUnformatted(percent.c_str());
  ImGui::Spacing();
  if (ImGui::Button(session.is_stopped() ? "go on" : "stop")) run_command(ui, session.is_stopped() ? "go" : "stop");
  ui.landmark_item("stage:stop");
}

bool draw_sentence_choice(Context& ui) {
  Session& session = ui.session;
  const std::int64_t sentences = session.run().recipe.sentences();
  if (sentences < 2) return false;
  ImGui::AlignTextToFramePadding();
  muted(ui, "sentence");
  for (std::int64_t b = 0; b < std::min<std::int64_t>(sentences, 16); ++b) {
    ImGui::SameLine();
    ImGui::PushID(static_cast<int>(b) + 10000);
    if (choice_button(ui, std::to_string(b).c_str(), session.batch_item() == b)) session.show_sentence(b);
    ImGui::PopID();
  }
  return true;
}

}  // namespace headwise
