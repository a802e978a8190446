#pragma once
#include <span>
#include <string>
#include <string_view>

#include "engine/attention/assignments.hpp"
#include "engine/attention/key.hpp"

namespace headwise {

/// Every key of the state: the recipe's and the view's. One table for the command line, the URL
/// hash, lessons, controls and documentation.
std::span<const Key> state_keys();
/// Is it one of the recipe's, so that changing it computes anew?
bool is_recipe_key(std::string_view name);

/// `a=1&b=2`, percent-encoded; a key given twice is an Error.
Assignments parse_query(std::string_view text);
/// The same, written.
std::string to_query(const Assignments& assignments);
/// A URL's hash, with or without the `#`: `v=1&...`. Empty gives no assignments.
Assignments parse_hash(std::string_view hash);
/// The hash that restores these settings: the version, every key that is not at its default, and those that these
/// would bring otherwise.
std::string to_hash(const Settings& settings);
/// The same for what is computed, without the view's keys.
std::string to_recipe_hash(const Settings& settings);
/// The settings these assignments make on top of `base`, with what they bring (Key::brings); a key given twice is an
/// Error.
Settings apply(Settings base, const Assignments& assignments);

}  // namespace headwise
