#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace headwise {

/// One key of the state: the table of these generates parsing, errors, controls and documentation.
struct Key {
  enum class Type {
    count,        // a whole number
    auto_count,   // a whole number, or a word: `auto` unless `choices` holds another (`all`)
    number,       // a decimal number
    auto_number,  // a decimal number, or a word likewise
    toggle,       // 0 or 1
    choice,       // one of `choices`
    choices,      // one or several of `choices` with commas; the first stands alone
    text,         // anything a person may type
    indices,      // whole numbers from 0 with commas, or nothing
    words,        // lower-case words (or ids of stages) with commas, or nothing
    edits,        // cells set by hand, as engine/graph/edits.hpp writes them
    windows,      // parts of axes, as engine/graph/windows.hpp writes them
    assignments   // other settings of the recipe, as engine/attention/assignments.hpp writes them
  };
  std::string name;
  Type type = Type::text;
  std::string default_value;
  std::int64_t lowest = 0;
  std::int64_t highest = 0;
  std::vector<std::string> choices;
  std::string label;  // for controls
  std::string help;
  std::string needs = {};  // `position=rope`: only with that; `mask`: only where that is not left at its default
  /// Other keys that choosing anything but the default sets too, where they are not named beside it.
  std::vector<std::pair<std::string, std::string>> brings = {};
};

/// `text` as the canonical value of `key`, or an Error naming the key, the value and what is allowed.
std::string parse_value(const Key& key, std::string_view text);
/// What a key takes, in words: `a whole number from 1 to 4096, or auto`.
std::string allowed(const Key& key);

/// Values by key, all of them valid one by one; keys not set have their default.
class Settings {
 public:
  explicit Settings(std::span<const Key> keys);

  std::span<const Key> keys() const { return keys_; }
  /// The key of that name, or an Error that lists the keys there are.
  const Key& key(std::string_view name) const;
  void set(std::string_view name, std::string_view text);
  void reset(std::string_view name);
  const std::string& get(std::string_view name) const;
  bool is_default(std::string_view name) const;

  bool is_auto(std::string_view name) const { return get(name) == "auto"; }
  std::int64_t count(std::string_view name) const;
  double number(std::string_view name) const;
  bool toggle(std::string_view name) const { return get(name) == "1"; }
  /// The parts of a value with commas; none for an empty one.
  std::vector<std::string> list(std::string_view name) const;
  bool has(std::string_view name, std::string_view word) const;
  std::vector<std::int64_t> indices(std::string_view name) const;

  bool operator==(const Settings& other) const { return values_ == other.values_; }

 private:
  std::span<const Key> keys_;
  std::shared_ptr<const std::unordered_map<std::string_view, const Key*>> by_name_;
  std::map<std::string, std::string, std::less<>> values_;
};

/// Whether what the key needs is there.
bool is_met(const Key& key, const Settings& settings);

/// Cuts at every comma.
std::vector<std::string> split_list(std::string_view text);

}  // namespace headwise
