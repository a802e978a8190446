#pragma once
#include "app/host.hpp"

namespace headwise {

/// The desktop: text fields and lessons are drawn in the window itself.
class DesktopHost : public Host {
 public:
  explicit DesktopHost(bool reduced_motion) { options_.reduced_motion = reduced_motion; }

  Options options() const override { return options_; }
  void set_address(const std::string&) override {}
  std::string share(const std::string& hash) override;
  std::string copy(const std::string& text, const std::string& said) override;
  std::string save(const std::string& name, const std::string& bytes) override;
  std::optional<std::string> fetch_lesson(const std::string& name) override;
  std::string stored_progress() const override;
  void store_progress(const std::string& text) override;
  void score(const std::string&, const Score&) override {}
  std::string choose_file() override { return "Drop a file of progress, or a lesson, on the window"; }
  std::optional<std::string> paste() override;
  void open_link(const std::string& address) override;
  void edit_text(const TextEdit&) override {}
  bool has_mirror() const override { return false; }
  void mirror(const std::string&) override {}
  void show_lesson(const std::string&) override {}

 private:
  Options options_;
};

}  // namespace headwise
