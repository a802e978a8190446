#include "app/application.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <new>
#include <utility>

#include "app/fonts.hpp"
#include "app/lessons.hpp"
#include "engine/lesson/html.hpp"
#include "engine/lesson/result_code.hpp"
#include "engine/session/presets.hpp"
#include "engine/session/state.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"
#include "ui/handout.hpp"

namespace headwise {

namespace {

constexpr std::chrono::milliseconds shortest_interval{100};
// How long a change may take before there is a picture that says so, and what the rest takes of a frame.
constexpr std::chrono::milliseconds patience{20};
constexpr std::chrono::milliseconds computing_time{8};
constexpr std::chrono::milliseconds saving_time{12};

/// Changes whenever something that the description or the address tells of does.
std::string fingerprint(const Session& session, bool unfinished, bool saving, std::int64_t done) {
  std::string all = to_hash(session.settings()) + '\n' + session.hash() + '\n' + session.problem() + '\n';
  for (const std::int64_t i : session.cursor().index) all += std::to_string(i) + ',';
  all += std::to_string(session.generation()) + ' ' + std::to_string(session.trail().size()) + ' ' +
         std::to_string(session.playing) + ' ' + std::to_string(session.steps_per_second) + ' ' +
         std::to_string(session.is_stopped()) + std::to_string(unfinished) + std::to_string(saving) + ' ' + std::to_string(done);
  return all;
}

}  // namespace

Application::Application(Host& host) : host_(host), course_(all_lessons()), ui_(session_, course_, host.options()) {
  address_ = session_.hash();
  session_.set_patience(patience);
  try {
    if (const std::string text = host_.stored_progress(); !text.empty()) course_.restore(Progress::parse(text));
  } catch (const std::exception& error) {
    can_keep_ = false;  // what is there stays as it is
    ui_.notify(std::string("Stored progress cannot be read, and nothing is stored over it: ") + error.what());
  }
  kept_ = course_.generation();
}

void Application::start() { headwise::start(ui_); }

bool Application::frame() {
  course_.watch(session_);
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
  try {
    session_.load(course_.lessons().completed(assignments));
  } catch (const LessonNotHere& lesson) {
    return await_lesson(lesson.name, [this, assignments] { load(assignments); });
  }
  // The address that brought us here stays as it was written until something changes.
  address_ = session_.hash();
}

std::string Application::load_hash(std::string_view hash) {
  try {
    load(hash.empty() || hash == "#" ? first_screen() : parse_hash(hash));
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
  if (is_asked_for) return;
  try {
    if (const auto text = host_.fetch_lesson(name)) lesson_came(name, *text);
  } catch (const Error& error) {
    lesson_is_missing(name, error.what());
  }
}

void Application::lesson_came(const std::string& name, std::string_view text) {
  try {
    if (const Lesson* known = course_.lessons().find(name); !known || !known->is_here()) {
      Lesson lesson = parse_lesson(name + ".md", text);
      rename(lesson, name);
      course_.lessons().put(std::move(lesson));
    }
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

void Application::add_lesson(Lesson lesson) { course_.put(std::move(lesson)); }

void Application::take_file(const std::string& name, std::string_view text) {
  try {
    if (Progress::is_progress(text)) {
      course_.merge(Progress::parse(text));
      ui_.notify("Added the progress in " + print_text(name));
      return;
    }
    if (!name.ends_with(".md")) throw Error(print_text(name) + ": drop a lesson, a file that ends in .md, or a file of progress");
    Lesson lesson = parse_lesson(name, text);
    const std::vector<std::string> problems = headwise::check(lesson, course_.lessons(), 3);
    const std::string title = lesson.title;
    const bool is_open = session_.settings().get("lesson") == lesson.name;
    const std::int64_t page = std::min(session_.settings().count("page"), static_cast<std::int64_t>(lesson.pages.size()));
    const std::string opens = is_open ? "set page=" + std::to_string(page) : "set lesson=" + lesson.name;
    course_.put(std::move(lesson));
    command(opens);
    if (!problems.empty()) {
      session_.report(problems[0] + (problems.size() == 1 ? "" : "  (and " + std::to_string(problems.size() - 1) + " more: headwise lesson check lists them)"));
    } else {
      ui_.notify("Opened " + title);
    }
  } catch (const std::exception& error) {
    session_.report(error.what());
  }
}

void Application::merge_progress(std::string_view text) {
  const bool is_kept = kept_ == course_.generation();
  try {
    course_.merge(Progress::parse(text));
    if (is_kept) kept_ = course_.generation();  // whoever did it has stored it
  } catch (const Error&) {
    // Not ours to mend.
  }
}

void Application::keep_progress() {
  if (kept_ == course_.generation() || !can_keep_) return;
  kept_ = course_.generation();
  try {
    host_.store_progress(course_.progress().to_text());
  } catch (const std::exception& error) {
    can_keep_ = false;
    ui_.notify(std::string("Progress cannot be stored: ") + error.what());
  }
}

void Application::hand_in() {
  const auto today = std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
  char date[24];
  std::snprintf(date, sizeof date, "%04d-%02u-%02u", static_cast<int>(today.year()), static_cast<unsigned>(today.month()), static_cast<unsigned>(today.day()));
  try {
    copy({result_code(course_.result(session_, date)), "your result code: paste it to your teacher"});
  } catch (const Error& error) {
    ui_.notify(error.what());
  }
}

void Application::fulfil(const Requests& requests) {
  if (!requests.lesson.empty()) {
    await_lesson(requests.lesson, [this, text = requests.then] { command(text); });
  }
  if (requests.share) share();
  if (requests.check) check();
  if (requests.hand_in) hand_in();
  if (requests.save_progress) {
    if (std::string said = host_.save("headwise-progress.txt", course_.progress().to_text()); !said.empty()) ui_.notify(std::move(said));
  }
  if (requests.choose_file) {
    if (std::string said = host_.choose_file(); !said.empty()) ui_.notify(std::move(said));
  }
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
      picture_ = std::make_unique<PictureFile>(session_, course_, host_.options(), frame, wanted.type);
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

void Application::tell_score(const OpenPage& page) {
  const Score& now = page.score;
  std::string text = page.lesson->name + ' ' + page.student + ' ' + page.score_text() + ' ' + page.progress_text();
  if (text == scored_) return;
  scored_ = std::move(text);
  host_.score(page.lesson->name, now);
}

/// Tells the host what changed, a few times a second at most; true where it is still behind.
bool Application::tell_host() {
  if (std::string now = fingerprint(session_, ui_.animating(), picture_ != nullptr, course_.generation()) + ui_.momentary(); now != fingerprint_) {
    fingerprint_ = std::move(now);
    outdated_ = true;
  }
  if (!outdated_) return false;
  if (Clock::now() - told_ < shortest_interval) return true;
  told_ = Clock::now();
  outdated_ = false;
  keep_progress();
  if (std::string now = session_.hash(); now != address_) {
    address_ = std::move(now);
    host_.set_address(address_);
  }
  const auto page = course_.open(session_);
  if (page) tell_score(*page);
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
