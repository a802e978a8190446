#pragma once
#include <functional>
#include <optional>
#include <string>

#include "engine/attention/pipeline.hpp"
#include "engine/attention/recipe.hpp"
#include "engine/graph/edits.hpp"
#include "engine/graph/trace.hpp"

namespace headwise {

/// Changes a graph before it runs: tensors from a file in the place of computed ones.
using Prepare = std::function<void(Graph&)>;

/// One computation: settings that were valid, and what came of them. Edits come last, on
/// top of what a file gave.
struct Run {
  Settings settings;
  Recipe recipe;
  Edits edits;
  Trace trace;

  explicit Run(const Settings& valid, const Prepare& prepare = {});
  /// The same bits, sharing with `before` (null: nothing) what the settings leave as it was. Computed at
  /// once, or by trace.compute(); not at all where that needs more than `most_bytes`.
  Run(const Settings& valid, const Run* before, Trace::When when, std::int64_t most_bytes = memory_limit);
};

/// A word of a sentence: what a row or column of a picture is called by.
struct Word {
  std::string key;  // the setting that has the sentence
  std::int64_t sentence = 0;
  std::int64_t token = 0;
};
/// The word that entry `i` of an axis stands for; none for other axes and for padding.
std::optional<Word> word_at(const Run& run, const Axis& axis, std::int64_t i, std::int64_t sentence);

/// Do all keys that are computed with agree?
bool same_recipe(const Settings& a, const Settings& b);

/// Throws Error where the settings, edits included, cannot be run.
void check_recipe(const Settings& settings);

/// Keys that a pipeline does not use go back to their default when it is chosen.
Settings fitted(Settings settings);

/// The settings without those edits that have no cell in them (of a smaller tensor, of a mask that is
/// no longer there). Throws Error where the settings are not valid.
Settings with_fitting_edits(Settings settings);

}  // namespace headwise
