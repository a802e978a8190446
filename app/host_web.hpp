#pragma once
#include "app/host.hpp"

namespace headwise {

/// A browser's page: text fields, lessons, the address and the mirror are DOM, by web/*.js.
class WebHost : public Host {
 public:
  WebHost(bool is_dark, bool reduced_motion) : is_dark_(is_dark), reduced_motion_(reduced_motion) {}
  void set_dark(bool is_dark) { is_dark_ = is_dark; }
  void set_reduced_motion(bool reduced) { reduced_motion_ = reduced; }

  Options options() const override;
  void set_address(const std::string& hash) override;
  std::string share(const std::string& hash) override;
  std::string copy(const std::string& text, const std::string& said) override;
  std::string save(const std::string& name, const std::string& bytes) override;
  void open_link(const std::string& address) override;
  void edit_text(const TextEdit& field) override;
  bool has_mirror() const override { return true; }
  void mirror(const std::string& json) override;
  void show_lesson(const std::string& html) override;

 private:
  bool is_dark_;
  bool reduced_motion_;
};

}  // namespace headwise
