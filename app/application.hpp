#pragma once
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/host.hpp"
#include "app/picture.hpp"
#include "engine/session/session.hpp"
#include "ui/ui.hpp"

namespace headwise {

/// The session, the interface that draws it and the host around them: what is the same on every
/// platform between a frame and the outside world.
class Application {
 public:
  explicit Application(Host& host);

  /// When Dear ImGui's context exists: fonts and style.
  void start();
  /// One frame; true to be called again soon even without input.
  bool frame();

  /// Throws Error and leaves everything as it was where the assignments cannot be.
  void load(const Assignments& assignments);
  /// A URL's hash, an empty one for the first screen; where it is wrong, shows and returns the reason.
  std::string load_hash(std::string_view hash);
  /// A command of the interface or of the session.
  void command(std::string_view text);
  /// A lesson's file that was asked for. What waited for it goes on.
  void lesson_came(const std::string& name, std::string_view text);
  void lesson_is_missing(const std::string& name, const std::string& reason);
  /// A file that a person dropped or chose: a lesson, which opens, or progress, which is added.
  void take_file(const std::string& name, std::string_view text);
  /// A lesson of a teacher's own, beside or in the place of those that are here.
  void add_lesson(Lesson lesson);
  /// What was done elsewhere is added; what cannot be read is left alone.
  void merge_progress(std::string_view text);
  /// Is something waiting for a lesson?
  bool awaits_lesson() const { return !awaited_.empty(); }
  void notify(std::string message) { ui_.notify(std::move(message)); }
  std::optional<Landmark> find(std::string_view name) const { return ui_.find(name); }
  bool holds_pointer() const { return ui_.holds_pointer(); }
  bool takes_drag() const { return ui_.takes_drag(); }
  const Session& session() const { return session_; }
  /// When the host's options changed.
  void update_options() { ui_.set_options(host_.options()); }

 private:
  using Clock = std::chrono::steady_clock;

  void fulfil(const Requests& requests);
  void keep_progress();
  void hand_in();
  void await_lesson(const std::string& name, std::function<void()> then);
  void share();
  void check();
  void make_pictures(bool computing);
  void stop_pictures();
  void copy(const Copied& made);
  bool tell_host();
  void tell_score(const OpenPage& page);

  Host& host_;
  Session session_;
  Course course_;
  Ui ui_;
  std::deque<PictureRequest> wanted_;
  std::unique_ptr<PictureFile> picture_;  // of the first of them
  std::string picture_name_;

  std::int64_t kept_ = 0;   // the course's generation that the host has stored
  bool can_keep_ = true;

  std::string awaited_;     // the lesson that is on its way,
  std::string awaited_in_;  // the one that was open when it was asked for,
  std::function<void()> then_;  // and what it is wanted for

  // What the host was told last.
  std::string fingerprint_;
  std::string address_;
  std::string mirror_;
  std::string lesson_;
  std::string scored_;
  bool outdated_ = true;
  Clock::time_point told_{};
};

}  // namespace headwise
