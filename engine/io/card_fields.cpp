#include "engine/io/card_fields.hpp"

#include "engine/ops/op.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

using Kind = JsonValue::Kind;

std::vector<std::string_view> split_words(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    words.push_back(text.substr(0, space));
    text.remove_prefix(space == text.npos ? text.size() : space + 1);
  }
  return words;
}

void CardFields::enter(const JsonValue& inner, std::string_view name) {
  scope_ = &inner;
  prefix_ += std::string(name) + ".";
}

void CardFields::refuse(const std::string& what) const { throw Error(file_ + ": " + what); }

void CardFields::refuse_value(const Found& found, const std::string& wanted) const {
  refuse(found.name + " is " + found.value->shown() + ", but must be " + wanted);
}

std::optional<CardFields::Found> CardFields::find(std::string_view names) const {
  std::optional<Found> first;
  for (const std::string_view name : split_words(names)) {
    const std::size_t dot = name.find('.');
    if (dot != name.npos) {
      const Found parent{prefix_ + std::string(name.substr(0, dot)),
                         scope_->find(name.substr(0, dot))};
      if (parent.value && parent.value->kind != Kind::object && parent.value->kind != Kind::null)
        refuse_value(parent, "an object, { ... }");
    }
    const JsonValue* value = scope_->find(name);
    if (!value) continue;
    Found found{prefix_ + std::string(name), value};
    if (!first) {
      first = std::move(found);
    } else if (first->value->shown() != value->shown()) {
      refuse(first->name + " is " + first->value->shown() + " and " + found.name + " is " +
             value->shown() + ", but both mean the same; give one");
    }
  }
  return first;
}

std::string CardFields::name(std::string_view names) const {
  if (const auto found = find(names)) return found->name;
  return prefix_ + std::string(names.substr(0, names.find(' ')));
}

std::int64_t CardFields::checked(const Found& found, std::int64_t lowest) const {
  const JsonValue& value = *found.value;
  if (value.kind != Kind::whole || value.whole < lowest || value.whole > largest_size) {
    refuse_value(found, "a whole number from " + std::to_string(lowest) + " to " +
                            std::to_string(largest_size));
  }
  return value.whole;
}

void CardFields::note_default(std::string_view names, const std::string& value) {
  note(name(names) + " is not in the card: " + value + ", transformers' default for " + family_ +
       ".");
}

std::int64_t CardFields::size(const CountField& field) {
  if (const auto found = find(field.names)) return checked(*found, 1);
  if (field.missing > 0) {
    note_default(field.names, std::to_string(field.missing));
    return field.missing;
  }
  refuse("has no " + name(field.names) + "; it must be a whole number from 1 to " +
         std::to_string(largest_size));
}

std::optional<std::int64_t> CardFields::optional_size(const CountField& field) {
  const auto found = find(field.names);
  if (found && found->value->kind == Kind::null) return std::nullopt;
  if (found) return checked(*found, 1);
  if (field.missing > 0) {
    note_default(field.names, std::to_string(field.missing));
    return field.missing;
  }
  return std::nullopt;
}

std::int64_t CardFields::whole(const CountField& field) {
  if (const auto found = find(field.names)) return checked(*found, 0);
  note_default(field.names, std::to_string(field.missing));
  return field.missing;
}

std::optional<double> CardFields::positive(std::string_view names, double missing) {
  const auto found = find(names);
  if (!found) {
    if (missing <= 0) return std::nullopt;
    note_default(names, code_number(missing));
    return missing;
  }
  const JsonValue& value = *found->value;
  if (value.kind == Kind::null) return std::nullopt;
  const bool is_number = value.kind == Kind::whole || value.kind == Kind::number;
  if (!is_number || !(value.number > 0) || value.number > static_cast<double>(largest_size))
    refuse_value(*found, "a number above 0 and at most " + std::to_string(largest_size));
  return value.number;
}

double CardFields::number(std::string_view name) const {
  const auto found = find(name);
  if (!found) refuse("has no " + prefix_ + std::string(name) + "; it must be a number");
  const JsonValue& value = *found->value;
  const bool is_number = value.kind == Kind::whole || value.kind == Kind::number;
  if (!is_number || value.number < 0 || value.number > static_cast<double>(largest_size))
    refuse_value(*found, "a number from 0 to " + std::to_string(largest_size));
  return value.number;
}

bool CardFields::flag(const FlagField& field) const {
  const auto found = find(field.name);
  if (!found) return field.missing;
  if (found->value->kind != Kind::boolean) refuse_value(*found, "true or false");
  return found->value->boolean;
}

std::optional<std::string> CardFields::text(std::string_view name) const {
  const auto found = find(name);
  if (!found || found->value->kind == Kind::null) return std::nullopt;
  if (found->value->kind != Kind::text) refuse_value(*found, "text");
  return found->value->text;
}

}  // namespace headwise
