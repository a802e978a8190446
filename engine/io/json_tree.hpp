#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace headwise {

/// A value of a JSON text from outside, each of the kind it was written as: nothing is converted.
struct JsonValue {
  enum class Kind { null, boolean, whole, number, text, list, object };
  Kind kind = Kind::null;
  bool boolean = false;
  std::int64_t whole = 0;          // what does not fit is a `number`
  double number = 0;               // of `whole` too
  std::string text;                // and how a `number` was written
  std::vector<JsonValue> items;    // a list's, or an object's
  std::vector<std::string> names;  // of an object's items

  /// The member at `path`, as in `attn_config.alibi`; null where there is none.
  const JsonValue* find(std::string_view path) const;
  /// As a message shows it: `null`, `-1`, `'eight'`, `a list`.
  std::string shown() const;
};

/// The most that is read of one text: its tree takes up to about a hundred times as much.
inline constexpr std::int64_t json_limit = std::int64_t{1} << 20;
inline constexpr int json_depth = 64;

/// Reads `text`, an object. Error, naming `file`, where it is longer than json_limit, not JSON (RFC
/// 8259), nested deeper than json_depth, holds a NUL, or gives a key twice.
JsonValue read_json(std::string_view text, const std::string& file);

}  // namespace headwise
