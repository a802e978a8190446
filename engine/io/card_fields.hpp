#pragma once
#include <optional>
#include <string>
#include <vector>

#include "engine/io/json_tree.hpp"
#include "engine/io/model_families.hpp"

namespace headwise {

/// Reads the fields of a card by their types. Errors name the file, the field and its value; every
/// number that was not in the card but taken from the family's defaults is noted.
class CardFields {
 public:
  CardFields(const JsonValue& card, std::string file, std::vector<std::string>& notes)
      : card_(card), file_(std::move(file)), notes_(notes) {}

  /// Fields are then looked for inside this one, an object.
  void enter(const JsonValue& inner, std::string_view name);
  void set_family(std::string_view name) { family_ = name; }

  [[noreturn]] void refuse(const std::string& what) const;
  void note(std::string text) { notes_.push_back(std::move(text)); }

  /// The field as the card names it, and its value. None where the card has none of the names.
  struct Found {
    std::string name;
    const JsonValue* value = nullptr;
  };
  std::optional<Found> find(std::string_view names) const;
  /// The name to show: the card's, else the first.
  std::string name(std::string_view names) const;

  /// From 1 to largest_size; the field must be there, or have a default.
  std::int64_t size(const CountField& field);
  /// None where the field is null, or absent with no default.
  std::optional<std::int64_t> optional_size(const CountField& field);
  /// From 0 to largest_size, or its default.
  std::int64_t whole(const CountField& field);
  /// A number above 0; `missing` where it is absent, none where null or where `missing` is 0.
  std::optional<double> positive(std::string_view names, double missing);
  /// From 0 to largest_size; the field must be there.
  double number(std::string_view name) const;
  bool flag(const FlagField& field) const;
  /// None where it is null or absent.
  std::optional<std::string> text(std::string_view name) const;

 private:
  [[noreturn]] void refuse_value(const Found& found, const std::string& wanted) const;
  std::int64_t checked(const Found& found, std::int64_t lowest) const;
  void note_default(std::string_view names, const std::string& value);

  const JsonValue& card_;
  std::string file_;
  std::vector<std::string>& notes_;
  const JsonValue* scope_ = &card_;
  std::string prefix_;  // `text_config.`
  std::string family_;
};

/// The parts of `text` between spaces.
std::vector<std::string_view> split_words(std::string_view text);

}  // namespace headwise
