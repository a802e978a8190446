#pragma once
#include "app/host.hpp"

namespace headwise {

/// A browser's page: text fields, lessons, the address and the mirror are DOM, by web/*.js.
class WebHost : public Host {
 public:
  /// What the browser says of the person in front of it.
  struct Preferences {
    bool dark = false;
    bool reduced_motion = false;
    bool coarse_pointer = false;
  };
  /// `address` is the page's own, without a hash.
  WebHost(Preferences preferences, bool embedded, std::string address)
      : preferences_(preferences), embedded_(embedded), address_(std::move(address)) {}
  void set_preferences(Preferences preferences) { preferences_ = preferences; }

  Options options() const override;
  void set_address(const std::string& hash) override;
  std::string share(const std::string& hash) override;
  std::string copy(const std::string& text, const std::string& said) override;
  std::string save(const std::string& name, const std::string& bytes) override;
  std::optional<std::string> paste() override;
  void open_link(const std::string& address) override;
  void edit_text(const TextEdit& field) override;
  std::optional<std::string> fetch_lesson(const std::string& name) override;
  std::string stored_progress() const override;
  void store_progress(const std::string& text) override;
  void score(const std::string& lesson, const Score& score) override;
  std::string choose_file() override;
  bool has_mirror() const override { return true; }
  void mirror(const std::string& json) override;
  void show_lesson(const std::string& html) override;

 private:
  Preferences preferences_;
  bool embedded_;
  std::string address_;
};

}  // namespace headwise
