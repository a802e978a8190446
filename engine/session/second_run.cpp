// The run beside a session's own.
#include <initializer_list>
#include <utility>

#include "engine/session/session.hpp"
#include "engine/tensor/error.hpp"

namespace headwise {

bool Session::update_compared() {
  std::shared_ptr<Compared> before = std::move(compared_);
  const std::string problem = std::exchange(compare_problem_, {});
  const std::string& compare = draft_.get("compare");
  if (draft_.get("view") != "compare" || compare.empty()) return before || !problem.empty();
  try {
    const Settings second = compared_settings(run_->settings, compare);
    if (before && before->is_of(*run_, second)) {
      compared_ = std::move(before);
      return false;
    }
    std::shared_ptr<const Run> known;
    for (const auto& run : {run_, previous_, before ? before->finished() : nullptr}) {
      if (run && run->trace.has_values() && same_recipe(run->settings, second)) known = run;
    }
    compared_ = std::make_shared<Compared>(run_, second, known);
    stopped_ = false;
  } catch (const Error& error) {
    compare_problem_ = error.what();
  }
  return true;
}

void Session::take_compared(const std::string& compare) {
  if (!compared_) throw Error("compare: there is no second run; set view=compare and compare=KEY=VALUE first");
  Settings next = state();
  for (const Key& key : recipe_keys()) {
    const std::string& value = compared_->settings().get(key.name);
    if (value != next.get(key.name) && is_locked(key.name)) throw Error(key.name + " is locked in this lesson");
    next.set(key.name, value);
  }
  next.set("compare", compare);
  adopt_change(next, false);
}

void Session::swap_compared() {
  take_compared(compared_ ? compare_text(compared_->settings(), run_->settings) : "");
}

void Session::take_compared() { take_compared(""); }

}  // namespace headwise
