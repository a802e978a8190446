#include "engine/session/session.hpp"

#include <algorithm>

#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

/// The first cell of a node in the given sentence and query head.
Cell cell_shown(const Run& run, std::size_t node, std::int64_t head, std::int64_t batch_item) {
  const Axes& axes = run.trace.graph()[node].axes();
  Index index(axes.size(), 0);
  if (const auto batch = find_axis(axes, AxisKind::batch)) index[*batch] = batch_item;
  if (const auto axis = find_head_axis(axes)) index[*axis] = head * axes[*axis].size / run.recipe.num_heads;
  return {node, std::move(index)};
}

std::string range_text(std::int64_t size) { return "0 to " + std::to_string(size - 1); }

/// Heads whose arcs are drawn, as far as the run has them: none where that is all of them.
std::string arc_heads(const Settings& s, std::int64_t heads, bool strict) {
  std::vector<std::int64_t> all = s.indices("arc_heads");
  std::sort(all.begin(), all.end());
  if (strict && !all.empty() && all.back() >= heads) {
    throw Error("arc_heads=" + s.get("arc_heads") + ": num_heads=" + std::to_string(heads) + ", so heads are " + range_text(heads));
  }
  all.erase(std::unique(all.begin(), all.end()), all.end());
  all.erase(std::lower_bound(all.begin(), all.end(), heads), all.end());
  std::string text;
  if (static_cast<std::int64_t>(all.size()) == heads) return text;
  for (const std::int64_t head : all) text += (text.empty() ? "" : ",") + std::to_string(head);
  return text;
}

}  // namespace

void check_view(const Run& run) {
  Session::place(run, run.settings, 0, true);
  check_windows(parse_windows(run.settings.get("zoom")), run.trace.graph());
  if (const std::string& compare = run.settings.get("compare"); !compare.empty()) compared_settings(run.settings, compare);
}

Session::Session() : draft_(state_keys()) {
  adopt(draft_, true, 0);
  history_.start(state(), run_);
}

bool Session::adopt(const Settings& settings, bool strict, std::int64_t head, std::shared_ptr<const Run> run) {
  const bool same = run_ && same_recipe(settings, run_->settings);
  std::shared_ptr<Run> begun;
  if (same) {
    run = run_;
  } else if (compared_ && compared_->finished() && same_recipe(settings, compared_->settings())) {
    run = compared_->finished();
  } else if (!run) {
    begun = std::make_shared<Run>(settings, unfinished_ ? previous_.get() : run_.get(), Trace::When::later);
    run = begun;
  }
  const Place at = place(*run, settings, head, strict);
  const Windows windows = parse_windows(settings.get("zoom"));
  if (strict) check_windows(windows, run->trace.graph());
  if (run_) trail_ = trail_in(*run, at.cursor);
  cursor_ = at.cursor;
  head_ = at.head;
  batch_item_ = at.batch_item;
  draft_ = settings;
  draft_.set("arc_heads", at.arc_heads);
  draft_.set("zoom", to_text(fitting_windows(windows, run->trace.graph())));
  problem_.clear();
  if (same) {
    if (update_compared()) {
      advance(patience_.value_or(Duration::max()));
      ++generation_;
    }
    return false;
  }
  notice_.clear();
  comparison_.reset();
  if (!amending_ && !unfinished_) previous_ = std::move(run_);
  run_ = std::move(run);
  unfinished_ = std::move(begun);
  stopped_ = false;
  changes_.assign(graph().nodes().size(), Change{});
  if (!unfinished_) compare_with_previous();
  update_compared();
  advance(patience_.value_or(Duration::max()));
  ++generation_;
  return true;
}

void Session::adopt_change(const Settings& settings, bool strict) {
  const Settings left = state();
  if (!adopt(settings, strict, head_)) return;
  if (amending_) {
    if (!history_.amend(state(), run_)) typed_.clear();
  } else {
    history_.add(left, state(), run_);
    typed_.clear();
  }
}

bool Session::type(const std::string& key, const std::string& value) {
  const std::int64_t before = generation_;
  amending_ = typed_ == key;
  const bool was_typing = amending_;
  const bool valid = set(key, value);
  amending_ = false;
  if (!was_typing && generation_ != before) typed_ = key;
  return valid;
}

void Session::discard_draft() {
  draft_ = state();
  problem_.clear();
}

void Session::undo() {
  if (!same_recipe(draft_, run_->settings)) return discard_draft();
  move_in_history(-1);
}

void Session::move_in_history(int by) {
  typed_.clear();
  if (by < 0 ? !history_.can_undo() : !history_.can_redo()) return;
  const Settings left = state();
  const History::State to = history_.peek(by, left);
  adopt(to.settings, false, head_, to.run && to.run->trace.is_computing() ? nullptr : to.run);
  history_.move(by, left, state(), run_);
}

bool Session::set_edits(const Edits& edits) { return set("edits", to_text(edits)); }

Session::Place Session::place(const Run& run, const Settings& s, std::int64_t head_before, bool strict) {
  const Graph& graph = run.trace.graph();
  const std::string& stage = s.get("stage");
  const auto found = stage.empty() ? std::optional<std::size_t>(graph.stages().front()) : graph.find(stage);
  if (!found && strict) {
    std::string ids;
    for (const Node& node : graph.nodes()) ids += (ids.empty() ? "" : " ") + node.id();
    throw Error("stage=" + print_text(stage) + ": there is no such stage here; there are " + ids);
  }
  const std::size_t node = found.value_or(graph.stages().front());
  const std::int64_t heads = run.recipe.num_heads;
  const std::int64_t sentences = run.recipe.sentences();
  const bool all = s.get("head") == "all";
  Place at{{}, all ? head_before : s.count("head"), s.count("batch_item"), arc_heads(s, heads, strict)};
  if (strict && !all && at.head >= heads) {
    throw Error("head=" + s.get("head") + ": num_heads=" + std::to_string(heads) + ", so heads are " +
                range_text(heads) + ", or all");
  }
  if (strict && at.batch_item >= sentences) {
    throw Error("batch_item=" + s.get("batch_item") + ": sentences are counted from 0, so here " +
                range_text(sentences));
  }
  const Axes& axes = graph[node].axes();
  const std::vector<std::size_t> free = free_axes(axes);
  std::vector<std::int64_t> cell = s.indices("cell");
  if (const auto axis = find_head_axis(axes); all && axis && cell.size() == free.size() + 1) {
    if (strict && cell[0] >= axes[*axis].size) {
      throw Error("cell=" + print_text(s.get("cell")) + ": " + axes[*axis].name + " of " + graph[node].id() +
                  " goes from " + range_text(axes[*axis].size));
    }
    at.head = cell[0] * heads / axes[*axis].size;
    cell.erase(cell.begin());
  }
  at.head = std::min(at.head, heads - 1);
  at.batch_item = std::min(at.batch_item, sentences - 1);
  at.cursor = cell_shown(run, node, at.head, at.batch_item);

  if (cell.empty() || (!strict && cell.size() != free.size())) cell.assign(free.size(), 0);
  if (cell.size() != free.size()) {
    std::string names;
    for (const std::size_t a : free) names += (names.empty() ? "" : ",") + axes[a].name;
    throw Error("cell=" + print_text(s.get("cell")) + ": a cell of " + graph[node].id() + " is given by " +
                std::to_string(free.size()) + " numbers, " + names);
  }
  for (std::size_t k = 0; k < free.size(); ++k) {
    const Axis& axis = axes[free[k]];
    if (strict && cell[k] >= axis.size) {
      throw Error("cell=" + print_text(s.get("cell")) + ": " + axis.name + " of " + graph[node].id() + " goes from " +
                  range_text(axis.size));
    }
    at.cursor.index[free[k]] = std::min(cell[k], axis.size - 1);
  }
  return at;
}

bool Session::set(const std::string& key, const std::string& value) {
  Settings next = draft_;
  try {
    if (is_locked(key)) throw Error(key + " is locked in this lesson");
    if (!is_recipe_key(key)) {
      const std::string problem = problem_;
      change({{key, value}});
      // Looking elsewhere keeps a draft that is not valid yet.
      if (!same_recipe(next, run_->settings)) {
        for (const Key& k : recipe_keys()) draft_.set(k.name, next.get(k.name));
        problem_ = problem;
      }
      return true;
    }
    Settings chosen = headwise::apply(next, {{key, value}});
    for (const auto& [brought, with] : next.key(key).brings) {
      if (is_locked(brought) && chosen.get(brought) != next.get(brought)) {
        throw Error(key + "=" + value + " sets " + brought + "=" + with + ", which is locked in this lesson");
      }
    }
    next = std::move(chosen);
    // Others give way to what is set now, not the other way round.
    const bool fits = uses(find_pipeline(next.get("pipeline")), key) && is_met(next.key(key), next);
    if (fits) next = fitted(std::move(next));
    const Settings fitting = key == "edits" ? next : with_fitting_edits(next);
    // The view keeps its place as far as it exists in the new run.
    Settings view = state();
    for (const Key& k : recipe_keys()) view.set(k.name, fitting.get(k.name));
    adopt_change(view, false);
    note_lost_edits(next, fitting);
    return true;
  } catch (const Error& error) {
    // No control shows a draft of edits.
    if (key != "edits") draft_ = std::move(next);
    problem_ = error.what();
    return false;
  }
}

void Session::change(const Assignments& assignments) {
  Settings next = state();
  // Where all heads are shown, the cell's own comes first; another takes its place.
  const std::vector<std::int64_t> place = next.indices("cell");
  const bool names_head = find_head_axis(node().axes()) && place.size() > free_axes(node().axes()).size();
  // Another stage means another cell, unless the link says which.
  for (const auto& [key, value] : assignments) {
    if (key == "head" && value != "all" && names_head) {
      const std::string& cell = next.get("cell");
      next.set("cell", cell.substr(cell.find(',') + 1));
    }
    if (key == "stage") next.reset("cell");
    if (key == "lesson") next.reset("page");
  }
  next = headwise::apply(std::move(next), assignments);
  next = headwise::apply(fitted(std::move(next)), assignments);
  const auto names = [&](std::string_view key) {
    return std::any_of(assignments.begin(), assignments.end(), [&](const auto& a) { return a.first == key; });
  };
  const Settings fitting = names("edits") ? next : with_fitting_edits(next);
  if (names("compare")) compared_settings(fitting, fitting.get("compare"));
  adopt_change(fitting, names("stage") || names("cell") || names("head") || names("batch_item") || names("arc_heads") ||
                            names("zoom"));
  note_lost_edits(next, fitting);
}

void Session::load(const Assignments& assignments) {
  typed_.clear();
  adopt(headwise::apply(Settings(state_keys()), assignments), true, 0);
  comparison_.reset();
  previous_.reset();
  notice_.clear();
  changes_.assign(graph().nodes().size(), Change{});
  trail_.clear();
  history_.start(state(), run_);
}

void Session::note_lost_edits(const Settings& wanted, const Settings& fitting) {
  const std::size_t lost = parse_edits(wanted.get("edits")).size() - parse_edits(fitting.get("edits")).size();
  if (lost == 0) return;
  notice_ = std::to_string(lost) + (lost == 1 ? " cell" : " cells") +
            " set by hand went with the tensors that held them; undo brings them back.";
}

Settings Session::state() const {
  Settings s = draft_;
  for (const Key& key : recipe_keys()) s.set(key.name, run_->settings.get(key.name));
  s.set("stage", cursor_.node == graph().stages().front() ? "" : node().id());
  if (!all_heads()) s.set("head", std::to_string(head_));
  s.set("batch_item", std::to_string(batch_item_));
  std::string cell;
  bool origin = true;
  // Where all heads are shown, the cursor's own comes first.
  if (const auto head = find_head_axis(node().axes()); head && all_heads() && cursor_.index[*head] > 0) {
    cell = std::to_string(cursor_.index[*head]);
    origin = false;
  }
  for (const std::size_t a : free_axes(node().axes())) {
    cell += (cell.empty() ? "" : ",") + std::to_string(cursor_.index[a]);
    origin &= cursor_.index[a] == 0;
  }
  s.set("cell", origin ? "" : cell);
  return s;
}

std::string Session::hash() const {
  const Settings s = state();
  // A link with a lesson and no place opens the lesson's own place; this one restores where we are.
  const bool place_needed = !s.is_default("lesson") && s.is_default("stage");
  return to_hash(s) + (place_needed ? "&stage=" : "");
}

Cell Session::first_cell(std::size_t at) const { return cell_shown(*run_, at, head_, batch_item_); }

void Session::go_to(const Cell& cell) {
  cursor_ = cell;
  const Axes& axes = node().axes();
  if (const auto batch = find_axis(axes, AxisKind::batch)) batch_item_ = cell.index[*batch];
  if (const auto head = find_head_axis(axes)) {
    const std::int64_t group = run_->recipe.num_heads / axes[*head].size;
    if (head_ / group != cell.index[*head]) head_ = cell.index[*head] * group;
  }
  keep_cursor_in_sight();
}

void Session::show_head(std::optional<std::int64_t> head) {
  draft_.set("head", head ? std::to_string(*head) : "all");
  if (head) head_ = *head;
  Cell cell = cursor_;
  if (const auto axis = find_head_axis(node().axes()); axis && head) {
    cell.index[*axis] = first_cell(cursor_.node).index[*axis];
  }
  cursor_ = std::move(cell);
}

void Session::show_sentence(std::int64_t item) {
  batch_item_ = item;
  if (const auto axis = find_axis(node().axes(), AxisKind::batch)) cursor_.index[*axis] = item;
}

void Session::step(std::int64_t by) { step_to(position().at + by); }

void Session::step_to(std::int64_t at) {
  const StepPosition now = position();
  go_to(step_cell(graph(), std::clamp<std::int64_t>(at, 0, now.total - 1), step_by()));
  trail_.clear();
}

}  // namespace headwise
