#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/lesson/course.hpp"
#include "engine/session/clipboard.hpp"
#include "engine/session/session.hpp"
#include "ui/description.hpp"
#include "ui/item_log.hpp"

namespace headwise {

/// A text field that is edited outside the canvas (a DOM input above it: input methods, phone
/// keyboards and the browser's own clipboard work there). In the window's logical pixels.
struct TextEdit {
  std::string key;       // its landmark is `control:KEY`; problems with it start with `KEY=`
  std::string label;
  std::string value;
  std::string command;   // does what the field is for, with the text after it
  bool live = false;     // with every letter, not only on Enter or when it is left
  bool whole = false;    // takes digits alone: a phone's number keys will do
  std::string keys = {};  // Up, Down, Enter and Escape are not the field's: this command with the key's name does them
  float x = 0, y = 0, width = 0, height = 0, font_size = 0;
};

enum class PictureType { svg, png };

/// A picture of what is shown, to keep as a file.
struct PictureRequest {
  PictureType type = PictureType::svg;
  bool whole_window = false;  // else the chosen view alone
};

/// What a frame asks of whoever hosts it.
struct Requests {
  bool share = false;             // copy the address that restores this view
  bool check = false;             // copy the script that checks the numbers
  bool hand_in = false;           // copy the result code of the lesson that is open
  bool save_progress = false;     // as a file
  bool choose_file = false;       // of progress, or a lesson
  std::optional<PictureRequest> picture;
  bool stop_picture = false;      // those that are being made
  std::string open;               // an https address to go to (from a lesson)
  std::optional<Copied> copy;     // onto the clipboard
  bool paste = false;             // do `paste TEXT` with what is on the clipboard
  std::optional<TextEdit> edit;   // open this field (only where Options::outside_text is on)
  std::string lesson;             // bring this one's pages, then do the command
  std::string then;
};

/// A file that is being made.
struct Saving {
  std::string name;
  float progress = 0;  // up to 1

  /// What is told of it.
  int tenths() const { return static_cast<int>(progress * 10); }
};

/// What the host is like.
struct Options {
  bool outside_text = false;    // it edits text fields itself
  bool outside_lessons = false; // it shows lessons itself
  bool system_is_dark = false;
  bool reduced_motion = false;  // the person asked for none: animations jump to their end
  bool coarse_pointer = false;  // fingers: nothing to press is smaller than 44 logical pixels
  std::string page_address = {};  // of the page this runs in; links to it add a hash. Empty: no page
  bool embedded = false;        // a part of someone's page: one column for longer
};

/// A named rectangle on screen, in logical pixels, for tests and for lessons that point.
struct Landmark {
  std::string name;
  float x = 0, y = 0, width = 0, height = 0;
};

/// The whole interface. Knows Dear ImGui and a Session, and no platform.
class Ui {
 public:
  Ui(Session& session, Course& course, Options options);
  ~Ui();

  /// After ImGui::CreateContext and before the first frame: fonts (TrueType/OpenType data that
  /// outlives the context) and style.
  void start(std::span<const std::byte> text_font, std::span<const std::byte> strong_font,
             std::span<const std::byte> mono_font);
  void set_options(const Options& options);

  /// Between ImGui::NewFrame and ImGui::Render.
  Requests draw();
  /// Does what a key or a button of the interface would; see run_command() in ui/keys.hpp.
  Requests command(std::string_view text);
  /// True while something moves without input (playing, a fade).
  bool animating() const;
  /// Does what the pointer is on show something only while it is there, so that a lifted finger should
  /// still point to it?
  bool holds_pointer() const;
  /// Is what the pointer is on moved by pressing and dragging? The wheel moves or zooms it otherwise.
  bool takes_drag() const;
  /// Every panel in words, for the HTML mirror.
  Description describe() const;
  /// The chosen view alone.
  Description describe_view() const;
  /// Changes whenever something does that the description tells of besides the session.
  std::string momentary() const;
  /// Where a named thing was drawn last; `cell:2,0`, `control:d_model`, `stage:scores`, `term:3`; or, by
  /// what is written on it, `item:help` (found from the frame after the first such question on).
  std::optional<Landmark> find(std::string_view name) const;
  /// Everything that can be clicked or typed into, from the frame after the first call on.
  const ItemLog& item_log() const;
  /// A message for a few seconds (the host's "link copied").
  void notify(std::string message);
  /// What is being saved, with a way to stop it.
  void show_saving(std::optional<Saving> saving);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace headwise
