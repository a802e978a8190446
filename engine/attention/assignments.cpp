#include "engine/attention/assignments.hpp"

#include <algorithm>
#include <set>

#include "engine/attention/recipe.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const std::string_view code = text.substr(i, 3);
    if (code != "%25" && code != "%3B" && code != "%3b") {
      throw Error("'%' stands only in %25, for '%' itself, and in %3B, for ';'");
    }
    out += code == "%25" ? '%' : ';';
    i += 2;
  }
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '%' || c == ';') {
      out += c == '%' ? "%25" : "%3B";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::pair<std::string, std::string> parse_assignment(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == text.npos || equals == 0) {
    throw Error("'" + print_text(text) + "' is not KEY=VALUE, like d_model=16");
  }
  return {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

void refuse_twice(const Assignments& all) {
  std::set<std::string_view> seen;
  for (const auto& [key, value] : all) {
    if (!seen.insert(key).second) throw Error(print_text(key) + " is given twice; give it once");
  }
}

Assignments parse_assignments(std::string_view text) {
  Assignments given;
  const Settings recipe(recipe_keys());
  for (bool more = !text.empty(); more;) {
    const std::size_t end = text.find(';');
    auto [key, value] = parse_assignment(text.substr(0, end));
    more = end != text.npos;
    text.remove_prefix(more ? end + 1 : 0);
    const Key& known = recipe.key(key);
    given.emplace_back(known.name, parse_value(known, unescaped(value)));
  }
  refuse_twice(given);
  Assignments ordered;
  for (const Key& key : recipe_keys()) {
    const auto found = std::find_if(given.begin(), given.end(), [&](const auto& a) { return a.first == key.name; });
    if (found != given.end()) ordered.push_back(std::move(*found));
  }
  return ordered;
}

std::string to_text(const Assignments& assignments) {
  std::string text;
  for (const auto& [key, value] : assignments) text += (text.empty() ? "" : ";") + key + "=" + escaped(value);
  return text;
}

}  // namespace headwise
