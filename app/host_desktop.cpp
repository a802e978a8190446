#include "app/host_desktop.hpp"

#include <imgui.h>

#include <cstdlib>
#include <filesystem>
#include <ostream>

#include "engine/io/file.hpp"
#include "engine/session/state.hpp"

namespace headwise {

namespace {

/// One word of a shell's command line.
std::string quoted(const std::string& word) {
  const std::string plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_=.,-";
  if (word.find_first_not_of(plain) == word.npos) return word;
#ifdef _WIN32
  constexpr char quote = '"';
  const std::string escaped = "\\\"";
#else
  constexpr char quote = '\'';
  const std::string escaped = "'\\''";
#endif
  std::string text(1, quote);
  for (const char c : word) {
    if (c == quote) {
      text += escaped;
    } else {
      text += c;
    }
  }
  return text + quote;
}

constexpr std::int64_t lesson_limit = std::int64_t{1} << 20;
constexpr std::int64_t progress_limit = std::int64_t{16} << 20;

/// Where programs keep what they must not lose (XDG Base Directory Specification; %APPDATA% on Windows).
std::string progress_path() {
  const auto from = [](const char* variable, const char* below) {
    const char* const folder = std::getenv(variable);
    return folder != nullptr && *folder != '\0' ? (std::filesystem::path(folder) / below).string() : std::string();
  };
  for (const auto& [variable, below] : {std::pair("XDG_DATA_HOME", "headwise/progress.txt"), {"APPDATA", "headwise/progress.txt"},
                                        {"HOME", ".local/share/headwise/progress.txt"}}) {
    if (std::string path = from(variable, below); !path.empty()) return path;
  }
  return {};
}

}  // namespace

std::string DesktopHost::share(const std::string& hash) {
  std::string line = "headwise";
  for (const auto& [key, value] : parse_hash(hash)) line += ' ' + quoted(key + "=" + value);
  ImGui::SetClipboardText(line.c_str());
  return "Copied a command line that opens this view";
}

std::string DesktopHost::copy(const std::string& text, const std::string& said) {
  ImGui::SetClipboardText(text.c_str());
  return said;
}

std::string DesktopHost::save(const std::string& name, const std::string& bytes) {
  namespace fs = std::filesystem;
  const fs::path wanted = name;
  fs::path path = wanted;
  for (int i = 2; fs::exists(path); ++i) {
    path = wanted.stem().string() + "-" + std::to_string(i) + wanted.extension().string();
  }
  write_file(path.string(), [&](std::ostream& out) { out << bytes; });
  return "Saved " + fs::absolute(path).string();
}

std::optional<std::string> DesktopHost::fetch_lesson(const std::string& name) { return read_file(name + ".md", lesson_limit); }

std::string DesktopHost::stored_progress() const {
  const std::string path = progress_path();
  return path.empty() || !std::filesystem::exists(path) ? "" : read_file(path, progress_limit);
}

void DesktopHost::store_progress(const std::string& text) {
  const std::string path = progress_path();
  if (path.empty()) return;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  write_file(path, [&](std::ostream& out) { out << text; });
}

std::optional<std::string> DesktopHost::paste() {
  const char* const text = ImGui::GetClipboardText();
  return text != nullptr ? text : "";
}

void DesktopHost::open_link(const std::string& address) {
  if (const auto open = ImGui::GetPlatformIO().Platform_OpenInShellFn) open(ImGui::GetCurrentContext(), address.c_str());
}

}  // namespace headwise
