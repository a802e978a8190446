#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/graph/provenance.hpp"
#include "engine/graph/windows.hpp"
#include "engine/session/changes.hpp"
#include "engine/session/compared.hpp"
#include "engine/session/cursor.hpp"
#include "engine/session/history.hpp"
#include "engine/session/run.hpp"
#include "engine/session/state.hpp"

namespace headwise {

/// Error where the view's keys (stage, head, batch_item, cell, compare) name what the run does not have.
void check_view(const Run& run);

/// What a learner has in front of them: settings, the computation, a cursor on it. The interface
/// draws one of these; the command line and tests drive the same. Invalid settings are kept as a
/// draft with the reason in problem(), and the last valid run stays.
class Session {
 public:
  Session();

  // Settings
  /// As the controls show them, valid or not together.
  const Settings& settings() const { return draft_; }
  const std::string& problem() const { return problem_; }
  /// Sets one key; false and a problem() where that cannot be.
  bool set(const std::string& key, const std::string& value);
  /// set(), letter by letter: one change to undo, until something else changes or end_typing().
  bool type(const std::string& key, const std::string& value);
  void end_typing() { typed_.clear(); }
  /// Several at once on top of what is there (a lesson's link), all or none; throws Error.
  void change(const Assignments& assignments);
  /// Goes back to the last valid settings, and says no more what was wrong.
  void discard_draft();
  /// Everything from a link or a command line, with nothing marked as changed and nothing to undo;
  /// throws Error and leaves all as it was.
  void load(const Assignments& assignments);
  /// The valid settings with the view's keys as they are now.
  Settings state() const;
  /// The link's hash that restores exactly this.
  std::string hash() const;
  /// Shows a reason that came from elsewhere (a broken link), until the next change.
  void report(std::string problem) { problem_ = std::move(problem); }
  /// What else came of the last change that nobody asked for (edits that lost their cell); often empty.
  const std::string& notice() const { return notice_; }
  bool is_hidden(const std::string& name) const { return draft_.has("hide", name); }
  bool is_locked(const std::string& key) const { return draft_.has("lock", key); }

  // Edits, and undo of these and of every setting. Looking elsewhere is no change.
  const Edits& edits() const { return run_->edits; }
  /// False and a problem() where one of them cannot be; then nothing changes.
  bool set_edits(const Edits& edits);
  /// An invalid draft is discarded first. Does nothing where there is nothing.
  void undo();
  void redo() { move_in_history(1); }
  bool can_undo() const { return history_.can_undo() || !same_recipe(draft_, run_->settings); }
  bool can_redo() const { return history_.can_redo(); }
  History& history() { return history_; }

  // The computation
  const Run& run() const { return *run_; }
  const Trace& trace() const { return run_->trace; }
  const Graph& graph() const { return run_->trace.graph(); }
  /// The run before the last change of the recipe; null at first.
  const Run* previous() const { return previous_.get(); }
  const Change& change(std::size_t node) const { return changes_[node]; }
  const std::vector<Change>& changes() const { return changes_; }
  /// This run beside the one that the key `compare` asks for, while the view shows it; else null.
  const Compared* compared() const { return compared_.get(); }
  /// Why there is none though one is asked for; often empty.
  const std::string& compare_problem() const { return compare_problem_; }
  /// The settings of both runs exchanged, or the second's taken over; throws Error where that cannot be.
  void swap_compared();
  void take_compared();
  /// Grows with every new run, so that pictures know when to draw anew.
  std::int64_t generation() const { return generation_; }

  // Long computations. A change computes for `patience` and leaves the rest to compute(); until that is
  // done there are shapes and counts, and no values. Without patience set, changes wait for everything.
  using Duration = std::chrono::duration<double>;
  void set_patience(Duration patience) { patience_ = patience; }
  bool is_computing() const { return unfinished_ || comparison_ || (compared_ && compared_->is_computing()); }
  double progress() const { return unfinished_ ? unfinished_->trace.progress() : 1; }
  /// Goes on for about so long, unless stopped.
  void compute(Duration budget);
  bool is_stopped() const { return is_computing() && stopped_; }
  void stop() { stopped_ = true; }
  void go_on() { stopped_ = false; }
  /// Why there are no values: too large, stopped, or being computed. Empty where there are some.
  std::string why_no_values() const;

  // The cursor
  const Cell& cursor() const { return cursor_; }
  const Node& node() const { return graph()[cursor_.node]; }
  StepBy step_by() const { return step_by_name(draft_.get("step_by")); }
  bool all_heads() const { return draft_.get("head") == "all"; }
  std::int64_t head() const { return head_; }
  std::int64_t batch_item() const { return batch_item_; }
  /// A cell of `node` in the sentence and head that are shown.
  Cell first_cell(std::size_t node) const;
  void go_to(const Cell& cell);
  void go_to_stage(std::size_t node) { go_to(first_cell(node)); }
  /// Like go_to, and remembers where from.
  void follow(const Cell& cell);
  /// The cells that were followed from, the first one first. Stays while settings change, as long as its
  /// cells and the cursor's do.
  const std::vector<Cell>& trail() const { return trail_; }
  /// To where the last follow came from; `steps` of them at once, at most all.
  void back(std::int64_t steps = 1);
  /// `output[0,2] < concat[0,5] < head_outputs[1,0,1]`: the trail and the cursor, `<` where a cell is made
  /// from the next, `;` where someone went elsewhere. Empty without a trail.
  std::string trail_text() const;
  /// What is lit in every stage, as the key `trace_cells` says: sets for each node, or none at all.
  struct Lit {
    std::vector<CellSet> sources;
    std::vector<CellSet> dependents;

    bool any() const { return !sources.empty() || !dependents.empty(); }
    /// How many cells of a node are lit.
    std::int64_t count(std::size_t node) const;
  };
  const Lit& lit() const;
  // What is shown of long axes (the key `zoom`).
  Windows windows() const { return parse_windows(draft_.get("zoom")); }
  /// Shows fewer rows and columns (`factor` > 1) or more; `at` stays where it is on the screen.
  void zoom(const Cell& at, double factor);
  /// Shows what lies so many rows and columns further on.
  void pan(std::size_t node, std::int64_t rows, std::int64_t columns);
  void show_head(std::optional<std::int64_t> head);  // none: all
  void show_sentence(std::int64_t item);

  // Stepping
  StepPosition position() const { return step_position(graph(), cursor_, step_by()); }
  void step(std::int64_t by);
  void step_to(std::int64_t at);
  bool is_done(const Cell& cell) const { return headwise::is_done(graph(), cell, cursor_, step_by()); }

  bool playing = false;
  double steps_per_second = 2;

 private:
  friend void check_view(const Run& run);

  /// Where the view's keys put the cursor in a run; `strict` throws where they name what is not
  /// there, else the nearest place is taken.
  struct Place {
    Cell cursor;
    std::int64_t head = 0;
    std::int64_t batch_item = 0;
    std::string arc_heads;
  };
  static Place place(const Run& run, const Settings& settings, std::int64_t head, bool strict);
  /// `head` is the query head to stay at where the settings show all. Runs the settings unless `run`
  /// is theirs; true where that makes another run.
  bool adopt(const Settings& settings, bool strict, std::int64_t head, std::shared_ptr<const Run> run = nullptr);
  /// adopt(), as a change that can be undone.
  void adopt_change(const Settings& settings, bool strict);
  void move_in_history(int by);
  /// The trail in another run; empty where it is broken there, or the cursor is no longer at its end.
  std::vector<Cell> trail_in(const Run& next, const Cell& cursor) const;
  void compare_with_previous();
  /// Makes the second run, keeps it or lets it go, as the settings ask; true where that changes anything.
  bool update_compared();
  /// adopt_change() of the second run's recipe, to compare with as given.
  void take_compared(const std::string& compare);
  /// True where values or changes have come.
  bool advance(Duration budget);
  void show_windows(const Windows& windows);
  void keep_cursor_in_sight();
  void note_lost_edits(const Settings& wanted, const Settings& fitting);

  Settings draft_;
  std::string problem_;
  std::string notice_;
  std::string typed_;      // the key that the last change typed, if it may go on
  bool amending_ = false;
  History history_;
  std::shared_ptr<const Run> run_;
  std::shared_ptr<const Run> previous_;
  std::optional<Duration> patience_;
  std::shared_ptr<Run> unfinished_;          // run_, while it is computed
  std::optional<Comparison> comparison_;     // of previous_ and run_, the same
  std::shared_ptr<Compared> compared_;
  std::string compare_problem_;
  bool stopped_ = false;
  std::vector<Change> changes_;
  std::int64_t generation_ = 0;
  Cell cursor_;
  std::int64_t head_ = 0;
  std::int64_t batch_item_ = 0;
  std::vector<Cell> trail_;
  struct LitOf {
    std::int64_t generation;
    Cell cell;
    std::string what;
    Lit lit;
  };
  mutable std::optional<LitOf> lit_;
};

}  // namespace headwise
