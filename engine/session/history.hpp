#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/session/run.hpp"

namespace headwise {

/// Every state that was computed, for undo and redo without a limit. States are immutable and share
/// their runs' tensors. Runs that take too much memory together are let go, those farthest from the
/// present first: settings alone give the same bits again.
///
/// The view (stage, cell, theme, ...) is no state of its own. Going back or forth undoes only what the
/// change itself did to the view (a shorter sentence moves the cursor in), and not where someone
/// looked since.
class History {
 public:
  /// Forgets everything.
  void start(const Settings& arrived, std::shared_ptr<const Run> run);
  /// A change: `left` is how the state before it looked last. What could be redone is dropped.
  void add(const Settings& left, const Settings& arrived, std::shared_ptr<const Run> run);

  /// The present state as it has become, within one change. Where that is the state before it, nothing
  /// has changed after all; false then.
  bool amend(const Settings& arrived, std::shared_ptr<const Run> run);

  bool can_undo() const { return at_ > 0; }
  bool can_redo() const { return at_ + 1 < moments_.size(); }

  /// The state one back (`by` -1) or one on (1), as it should look coming from `now`; it must be there.
  struct State {
    Settings settings;
    std::shared_ptr<const Run> run;
  };
  State peek(int by, const Settings& now) const;
  /// Goes there: `left` and `arrived` are how both ends look now.
  void move(int by, const Settings& left, const Settings& arrived, std::shared_ptr<const Run> run);

  /// How many bytes of tensors to keep besides the present ones.
  void limit_memory(std::int64_t bytes);
  std::size_t runs_kept() const;

 private:
  struct Moment {
    Settings arrived;  // as it looked when the change before it was crossed last
    Settings left;     // and the one after it
    std::shared_ptr<const Run> run;
  };
  void let_go();

  std::vector<Moment> moments_;
  std::size_t at_ = 0;
  std::int64_t most_bytes_ = std::int64_t{64} << 20;
};

}  // namespace headwise
