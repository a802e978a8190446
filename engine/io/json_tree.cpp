#include "engine/io/json_tree.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

using Kind = JsonValue::Kind;

/// Builds the tree as the text is read. The parser's own would let the last of two equal keys win
/// and overflow the stack on deep nesting.
class TreeReader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  TreeReader(const std::string& file, JsonValue& root) : file_(file), root_(root) {}

  bool null() override { return add({}); }
  bool boolean(bool value) override {
    JsonValue json;
    json.kind = Kind::boolean;
    json.boolean = value;
    return add(std::move(json));
  }
  bool number_integer(number_integer_t value) override { return add_whole(value); }
  bool number_unsigned(number_unsigned_t value) override {
    if (value <= static_cast<number_unsigned_t>(INT64_MAX))
      return add_whole(static_cast<std::int64_t>(value));
    return number_float(static_cast<double>(value), std::to_string(value));
  }
  bool number_float(number_float_t value, const string_t& written) override {
    JsonValue json;
    json.kind = Kind::number;
    json.number = value;
    json.text = written;
    return add(std::move(json));
  }
  bool string(string_t& value) override {
    JsonValue json;
    json.kind = Kind::text;
    json.text = std::move(value);
    return add(std::move(json));
  }
  bool binary(binary_t&) override { refuse("holds binary data"); }

  bool start_object(std::size_t) override { return open(Kind::object); }
  bool start_array(std::size_t) override { return open(Kind::list); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    if (!keys_.back().insert(name).second)
      refuse("'" + print_text(name, 80) + "' is given twice; give it once");
    open_.back()->names.push_back(std::move(name));
    return true;
  }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    refuse("is not valid JSON at its byte " + std::to_string(position));
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const { throw Error(file_ + ": " + what); }

  bool add_whole(std::int64_t value) {
    JsonValue json;
    json.kind = Kind::whole;
    json.whole = value;
    json.number = static_cast<double>(value);
    return add(std::move(json));
  }
  JsonValue& place() { return open_.empty() ? root_ : open_.back()->items.emplace_back(); }
  bool add(JsonValue value) {
    if (open_.empty()) refuse("is " + value.shown() + "; it must be a JSON object, { ... }");
    place() = std::move(value);
    return true;
  }
  bool open(Kind kind) {
    if (open_.empty() && kind != Kind::object)
      refuse("is a list; it must be a JSON object, { ... }");
    if (open_.size() == json_depth)
      refuse("is nested more than " + std::to_string(json_depth) + " levels deep");
    JsonValue& value = place();
    value.kind = kind;
    open_.push_back(&value);
    keys_.emplace_back();
    return true;
  }
  bool close() {
    open_.pop_back();
    keys_.pop_back();
    return true;
  }

  const std::string& file_;
  JsonValue& root_;
  std::vector<JsonValue*> open_;  // a parent's list grows only while none of its items is open
  std::vector<std::set<std::string>> keys_;
};

}  // namespace

const JsonValue* JsonValue::find(std::string_view path) const {
  const std::size_t dot = path.find('.');
  const auto name = std::find(names.begin(), names.end(), path.substr(0, dot));
  if (name == names.end()) return nullptr;
  const JsonValue& item = items[static_cast<std::size_t>(name - names.begin())];
  return dot == path.npos ? &item : item.find(path.substr(dot + 1));
}

std::string JsonValue::shown() const {
  switch (kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return boolean ? "true" : "false";
    case Kind::whole:
      return std::to_string(whole);
    case Kind::number:
      return print_text(text);
    case Kind::text:
      return "'" + print_text(text) + "'";
    case Kind::list:
      return "a list";
    case Kind::object:
      return "an object";
  }
  return "";
}

JsonValue read_json(std::string_view text, const std::string& file) {
  const std::string name = print_text(file, 200);
  if (static_cast<std::int64_t>(text.size()) > json_limit) {
    throw Error(name + ": has " + std::to_string(text.size()) + " bytes; at most " +
                std::to_string(json_limit) + " are read");
  }
  // The parser takes a NUL for the end of its input.
  if (const std::size_t nul = text.find('\0'); nul != text.npos) {
    throw Error(name + ": has a NUL at its byte " + std::to_string(nul) +
                "; only JSON text is allowed");
  }
  JsonValue root;
  TreeReader reader(name, root);
  nlohmann::json::sax_parse(text.begin(), text.end(), &reader);
  return root;
}

}  // namespace headwise
