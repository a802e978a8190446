#pragma once
#include <imgui.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/lesson/course.hpp"
#include "engine/session/session.hpp"
#include "engine/session/sweep.hpp"
#include "ui/head_study.hpp"
#include "ui/gestures.hpp"
#include "ui/theme.hpp"
#include "ui/ui.hpp"
#include "ui/widgets/changed.hpp"
#include "ui/widgets/overview_camera.hpp"
#include "ui/widgets/pictures.hpp"

namespace headwise {

/// What every panel draws with: the session, the looks, and what it may leave for others.
struct Context {
  Context(Session& s, Course& c, const Options& o) : session(s), course(c), lessons(c.lessons()), options(o) {}

  Session& session;
  Course& course;
  const Lessons& lessons;  // its
  const Options& options;
  const Theme* theme = nullptr;
  ImFont* text_font = nullptr;
  ImFont* strong_font = nullptr;
  ImFont* mono_font = nullptr;
  float em = 16;         // the text size, in logical pixels
  bool narrow = false;   // a phone, or a slim window
  float target = 0;      // what is pressed is at least so wide and high (for fingers)
  double time = 0;
  std::unique_ptr<Pictures> pictures = std::make_unique<Pictures>();
  std::unique_ptr<ChangedPictures> changed = std::make_unique<ChangedPictures>();

  Overview overview;

  /// What is shown of long axes.
  Windows windows;
  double panned = -1;  // when the wheel moved them
  /// What was under the mouse when zooming began: it stays in sight while the picture changes under it.
  std::optional<Cell> zoomed_at;
  double zoomed = -1;  // when that was done last
  /// The cell under the mouse: what was there last frame, and what this frame finds.
  std::optional<Cell> hovered;
  std::optional<Cell> next_hovered;

  /// What describing a const context may go on finding out too.
  std::unique_ptr<HeadStudy> heads = std::make_unique<HeadStudy>();
  bool unfinished = false;  // what a panel shows is still being found out: the next frame goes on

  /// What the view of counts plots, of which run, at how many bytes a cached number.
  struct PlottedSweeps {
    std::unique_ptr<Sweeps> sweeps;
    std::uint64_t trace = 0;
    std::int64_t bytes = 0;
  };
  PlottedSweeps plotted;

  /// A finger cannot hover: its first tap on a cell does, the second chooses it.
  std::optional<Cell> tapped;
  bool chose_by_tap = false;
  bool holds_pointer = false;  // Ui::holds_pointer() and takes_drag(): set while drawing what is pointed at
  bool takes_drag = false;
  ImVec2 wheel_rest{0, 0};     // of a notch: pictures move by whole cells
  /// Is a click on this cell meant to choose it?
  bool chooses(const Cell& cell);

  Requests requests;
  std::string block_note;  // what one square of the picture stands for, where that is not one cell
  bool show_help = false;
  std::optional<std::size_t> help_note;  // the one that was asked for
  bool to_help_note = false;             // scroll there
  /// The panel that makes links for a class.
  struct Teacher {
    bool is_open = false;
    bool as_written = true;  // a lesson's link opens its page as its author meant it
  } teacher;
  bool show_drawer = false;   // of a narrow window: the panels that stand to the left on a wide one
  /// The list of everything that can be done, and what was typed to find something in it.
  struct Palette {
    bool is_open = false;
    std::string query;
    std::size_t chosen = 0;
    std::string problem;  // why the last choice could not be done
    bool to_field = false;
    bool to_chosen = false;  // scroll there
  } palette;
  bool show_all_terms = false;
  std::map<std::string, std::string> answers;  // by OpenExercise::key: typed or chosen, not given yet
  bool open_value = false;    // type a new value for the chosen cell
  bool value_active = false;  // someone does
  Scrub scrub;
  std::optional<WordEdit> word;
  Motion motion;
  std::map<std::string, Landmark, std::less<>> landmarks;
  /// Cells that are landmarks too: `name:row,column`.
  struct Grid {
    ImVec2 low, square;
    Range rows, columns;  // in sight
    std::int64_t block_rows = 1, block_columns = 1;  // in a square
  };
  std::map<std::string, Grid, std::less<>> grids;
  std::string message;        // shown for a moment
  double message_until = 0;
  std::optional<Saving> saving;

  void landmark(const std::string& name, ImVec2 low, ImVec2 high) {
    landmarks[name] = {name, low.x, low.y, high.x - low.x, high.y - low.y};
  }
  void landmark_item(const std::string& name) { landmark(name, ImGui::GetItemRectMin(), ImGui::GetItemRectMax()); }
  /// What `make` makes of the run that is there: once for each run and type.
  template <typename T, typename Make>
  const T& of_run(const Make& make) const {
    static char key = 0;
    if (made_for_ != session.generation()) made_.clear();
    made_for_ = session.generation();
    std::shared_ptr<void>& made = made_[&key];
    if (!made) made = std::make_shared<T>(make());
    return *static_cast<const T*>(made.get());
  }
  /// Font sizes are in units of the style's base, which is one em.
  void push(ImFont* font, float ems = 1) const { ImGui::PushFont(font, ImGui::GetStyle().FontSizeBase * ems); }
  static void pop() { ImGui::PopFont(); }

 private:
  mutable std::int64_t made_for_ = -1;
  mutable std::map<const void*, std::shared_ptr<void>> made_;
};

ImVec2 operator+(ImVec2 a, ImVec2 b);
ImVec2 operator-(ImVec2 a, ImVec2 b);

/// A small heading of a panel or a part of one.
void heading(const Context& ui, const char* text);
/// The title of what lies over the window, with a button to its right: is it pressed?
bool title_and_close(const Context& ui, const char* text);
/// Wrapped text in the muted colour.
void muted(const Context& ui, const std::string& text);
/// A button, large enough for whatever points at it.
bool button(const Context& ui, const char* label, float width = 0);
/// A button that can look pressed: one of several choices.
bool choice_button(const Context& ui, const char* label, bool chosen, float width = 0);
/// What comes next, so wide, stands beside the last item where there is room, else below.
void beside_or_below(const Context& ui, float width, float ems_between = 1);
/// What a combo box takes that shows this text whole.
float combo_width(const std::string& longest);
/// One line of a list that opens.
bool list_item(const Context& ui, const char* label, bool chosen = false);
/// The text, or as much of it as fits in `width` and an ellipsis.
std::string shortened(ImFont* font, float size, const std::string& text, float width);
/// Shows `text` in a tooltip while the last item is hovered.
void tooltip(const Context& ui, const std::string& text);

}  // namespace headwise
