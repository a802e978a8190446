#include "ui/widgets/missing.hpp"

#include <algorithm>

#include "ui/keys.hpp"

namespace headwise {

void draw_missing(Context& ui, const std::string& why, double progress) {
  const Session& session = ui.session;
  ImGui::Spacing();
  muted(ui, why);
  if (!session.is_computing()) return;
  ImGui::Spacing();
  const auto done = static_cast<float>(progress);
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

void describe_missing(const Context& ui, Description& out, const std::string& why, const std::string& id) {
  const Session& session = ui.session;
  out.text(why, id, true);
  if (!session.is_computing()) return;
  session.is_stopped() ? out.button("Go on computing", "go") : out.button("Stop computing", "stop");
}

}  // namespace headwise
