#include "app/application.hpp"

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

#include "app/fonts.hpp"
#include "app/lessons.hpp"
#include "engine/lesson/html.hpp"
#include "engine/session/presets.hpp"
#include "engine/session/state.hpp"
#include "engine/tensor/error.hpp"
#include "ui/handout.hpp"

namespace headwise {

namespace {

constexpr std::chrono::milliseconds shortest_interval{100};
// How long a change may take before there is a picture that says so, and what the rest takes of a frame.
constexpr std::chrono::milliseconds patience{20};
constexpr std::chrono::milliseconds computing_time{8};
constexpr std::chrono::milliseconds saving_time{12};

/// Changes whenever something that the description or the address tells of does.
std::string fingerprint(const Session& session, bool unfinished, bool saving) {
  std::string all = to_hash(session.settings()) + '\n' + session.hash() + '\n' + session.problem() + '\n';
  for (const std::int64_t i : session.cursor().index) all += std::to_string(i) + ',';
  all += std::to_string(session.generation()) + ' ' + std::to_string(session.trail().size()) + ' ' +
         std::to_string(session.playing) + ' ' + std::to_string(session.steps_per_second) + ' ' +
         std::to_string(session.is_stopped()) + std::to_string(unfinished) + std::to_string(saving);
  return all;
}

}  // namespace

Application::Application(Host& host) : host_(host), lessons_(all_lessons()), ui_(session_, lessons_, host.options()) {
  address_ = session_.hash();
  session_.set_patience(patience);
}

void Application::start() { headwise::start(ui_); }

bool Application::frame() {
  fulfil(ui_.draw());
  const bool computing = session_.is_computing() && !session_.is_stopped();
  session_.compute(computing_time);
  const bool saving = !wanted_.empty();
  if (saving) make_pictures(computing);
  const bool behind = tell_host();
  return behind || ui_.animating() || computing || saving;  // also when it is done: there is something to draw
}

void Application::load(const Assignments& assignments) {
  awaited_.clear();
  session_.load(lessons_.completed(assignments));
  // The address that brought us here stays as it was written until something changes.
  address_ = session_.hash();
}

std::string Application::load_hash(std::string_view hash) {
  try {
    load(hash.empty() || hash == "#" ? first_screen() : parse_hash(hash));
    return {};
  } catch (const LessonNotHere& lesson) {
    await_lesson(lesson.name, [this, again = std::string(hash)] { load_hash(again); });
    return {};
  } catch (const std::exception& error) {
    session_.report(error.what());
    return error.what();
  }
}

void Application::command(std::string_view text) {
  try {
    fulfil(ui_.command(text));
  } catch (const std::exception& error) {
    session_.report(error.what());
  }
}

void Application::await_lesson(const std::string& name, std::function<void()> then) {
  const bool is_asked_for = awaited_ == name;
  awaited_ = name;
  awaited_in_ = session_.settings().get("lesson");
  then_ = std::move(then);
  if (!is_asked_for) host_.fetch_lesson(name);
}

void Application::lesson_came(const std::string& name, std::string_view text) {
  try {
    if (const Lesson* known = lessons_.find(name); known && !known->is_here()) lessons_.add(parse_lesson(name + ".md", text));
  } catch (const Error& error) {
    return lesson_is_missing(name, error.what());
  }
  if (name != awaited_) return;
  awaited_.clear();
  const auto then = std::exchange(then_, nullptr);
  if (session_.settings().get("lesson") == awaited_in_) then();  // else another is open by now
}

void Application::lesson_is_missing(const std::string& name, const std::string& reason) {
  if (name != awaited_) return;
  awaited_.clear();
  then_ = nullptr;
  session_.report("The lesson " + name + " could not be loaded (" + reason + "). Check the connection, then open it again.");
}

void Application::fulfil(const Requests& requests) {
  if (!requests.lesson.empty()) {
    await_lesson(requests.lesson, [this, text = requests.then] { command(text); });
  }
  if (requests.share) share();
  if (requests.check) check();
  if (requests.stop_picture) stop_pictures();
  if (requests.picture) wanted_.push_back(*requests.picture);
  if (!requests.open.empty()) host_.open_link(requests.open);
  if (requests.copy) copy(*requests.copy);
  if (requests.paste) {
    if (const auto text = host_.paste()) command("paste " + *text);
  }
  if (requests.edit) host_.edit_text(*requests.edit);
}

void Application::share() {
  if (std::string said = host_.share(session_.hash()); !said.empty()) ui_.notify(std::move(said));
}

void Application::copy(const Copied& made) {
  if (std::string said = host_.copy(made.text, "Copied " + made.what); !said.empty()) ui_.notify(std::move(said));
}

void Application::check() {
  const Handout made = handout(session_.run());
  if (made.text.empty()) return ui_.notify(made.said);
  if (std::string said = host_.copy(made.text, made.said); !said.empty()) ui_.notify(std::move(said));
}

/// Goes on with the first that is wanted; it shows what is computed to the end.
void Application::make_pictures(bool computing) {
  const PictureRequest& wanted = wanted_.front();
  try {
    if (!picture_) {
      picture_name_ = picture_name(session_, wanted.type);
      if (computing) return ui_.show_saving(Saving{picture_name_, 0});
      const ImVec2 size = ImGui::GetIO().DisplaySize;
      const PictureFrame frame{size.x, size.y, wanted.whole_window};
      picture_ = std::make_unique<PictureFile>(session_, lessons_, host_.options(), frame, wanted.type);
    }
    if (!picture_->work(saving_time)) return ui_.show_saving(Saving{picture_name_, static_cast<float>(picture_->progress())});
    if (std::string said = host_.save(picture_name_, picture_->take()); !said.empty()) ui_.notify(std::move(said));
  } catch (const std::bad_alloc&) {
    ui_.notify("There is not enough memory for this picture: make the window smaller, or save it as SVG");
  } catch (const Error& error) {
    ui_.notify(error.what());
  }
  wanted_.pop_front();
  picture_.reset();
  if (wanted_.empty()) ui_.show_saving(std::nullopt);
}

void Application::stop_pictures() {
  if (wanted_.empty()) return;
  wanted_.clear();
  picture_.reset();
  ui_.show_saving(std::nullopt);
  ui_.notify("Stopped saving");
}

/// Tells the host what changed, a few times a second at most; true where it is still behind.
bool Application::tell_host() {
  if (std::string now = fingerprint(session_, ui_.animating(), picture_ != nullptr) + ui_.momentary(); now != fingerprint_) {
    fingerprint_ = std::move(now);
    outdated_ = true;
  }
  if (!outdated_) return false;
  if (Clock::now() - told_ < shortest_interval) return true;
  told_ = Clock::now();
  outdated_ = false;
  if (std::string now = session_.hash(); now != address_) {
    address_ = std::move(now);
    host_.set_address(address_);
  }
  const auto page = lessons_.open(session_);
  if (std::string now = page ? to_html(*page) : std::string(); now != lesson_) {
    lesson_ = std::move(now);
    host_.show_lesson(lesson_);
  }
  if (!host_.has_mirror()) return false;
  if (std::string now = to_json(ui_.describe()); now != mirror_) {
    mirror_ = std::move(now);
    host_.mirror(mirror_);
  }
  return false;
}

}  // namespace headwise
