#include "app/host_web.hpp"

#include <imgui.h>

#include <cstdlib>
#include <memory>
#include <new>

#include "app/page_web.hpp"

namespace headwise {

namespace {

std::string css_color(ImGuiCol which) {
  const ImVec4& color = ImGui::GetStyle().Colors[which];
  const auto byte = [](float part) { return std::to_string(static_cast<int>(part * 255 + 0.5F)); };
  return "rgb(" + byte(color.x) + "," + byte(color.y) + "," + byte(color.z) + ")";
}

}  // namespace

Options WebHost::options() const {
  Options options;
  options.outside_text = true;
  options.outside_lessons = true;
  options.system_is_dark = preferences_.dark;
  options.reduced_motion = preferences_.reduced_motion;
  options.coarse_pointer = preferences_.coarse_pointer;
  options.page_address = address_;
  options.embedded = embedded_;
  return options;
}

void WebHost::set_address(const std::string& hash) { page_set_address(hash.c_str()); }

std::string WebHost::share(const std::string& hash) {
  page_share(hash.c_str());
  return {};
}

std::string WebHost::copy(const std::string& text, const std::string& said) {
  page_hand_out(text.c_str(), said.c_str());
  return {};
}

std::string WebHost::save(const std::string& name, const std::string& bytes) {
  page_save(name.c_str(), bytes.data(), static_cast<int>(bytes.size()));
  return {};
}

std::optional<std::string> WebHost::paste() {
  page_paste();
  return std::nullopt;
}

void WebHost::open_link(const std::string& address) { page_open(address.c_str()); }

void WebHost::edit_text(const TextEdit& field) {
  const ImGuiStyle& style = ImGui::GetStyle();
  page_edit_style(style.FramePadding.x, style.FrameRounding, css_color(ImGuiCol_Text).c_str(),
                  css_color(ImGuiCol_FrameBg).c_str());
  page_edit(field.key.c_str(), field.label.c_str(), field.value.c_str(), field.command.c_str(), field.keys.c_str(),
            field.live ? 1 : 0, field.whole ? 1 : 0, field.x, field.y, field.width, field.height, field.font_size);
}

std::optional<std::string> WebHost::fetch_lesson(const std::string& name) {
  page_fetch_lesson(name.c_str());
  return std::nullopt;
}

std::string WebHost::stored_progress() const {
  const std::unique_ptr<char, decltype(&std::free)> text(page_stored_progress(), &std::free);
  if (!text) throw std::bad_alloc();
  return text.get();
}

void WebHost::store_progress(const std::string& text) { page_store_progress(text.c_str()); }

void WebHost::score(const std::string& lesson, const Score& score) {
  page_score(lesson.c_str(), score.points, score.exercises, score.right, score.pages_seen, score.pages);
}

std::string WebHost::choose_file() {
  page_choose_file();
  return {};
}

void WebHost::mirror(const std::string& json) { page_mirror(json.c_str()); }
void WebHost::show_lesson(const std::string& html) { page_lesson(html.c_str()); }

}  // namespace headwise
