#include "engine/attention/key.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "engine/attention/assignments.hpp"
#include "engine/graph/edits.hpp"
#include "engine/graph/windows.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

[[noreturn]] void refuse(const Key& key, std::string_view text) {
  throw Error(key.name + "=" + print_text(text) + ": must be " + allowed(key));
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string parse_count(const Key& key, std::string_view text) {
  if (!is_digits(text)) refuse(key, text);
  std::string_view digits = text;
  while (digits.size() > 1 && digits[0] == '0') digits.remove_prefix(1);
  if (digits.size() > 18) refuse(key, text);
  const std::int64_t value = std::stoll(std::string(digits));
  if (value < key.lowest || value > key.highest) refuse(key, text);
  return std::string(digits);
}

std::string parse_number(const Key& key, std::string_view text) {
  const bool plain = !text.empty() && text.size() < 40 && text.find_first_not_of("0123456789.eE+-") == text.npos;
  if (!plain) refuse(key, text);
  const std::string copy(text);
  char* end = nullptr;
  const double value = std::strtod(copy.c_str(), &end);
  if (*end != '\0' || !std::isfinite(value) || value < static_cast<double>(key.lowest) ||
      value > static_cast<double>(key.highest)) {
    refuse(key, text);
  }
  return copy;
}

std::string parse_words(const Key& key, std::string_view text, bool known) {
  std::string canonical;
  const std::vector<std::string> words = split_list(text);
  for (const std::string& choice : key.choices) {
    if (std::count(words.begin(), words.end(), choice) > 1) refuse(key, text);
  }
  for (const std::string& word : words) {
    const bool is_choice = std::find(key.choices.begin(), key.choices.end(), word) != key.choices.end();
    const bool is_word = !word.empty() && word.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-/") == word.npos;
    if (known ? !is_choice || (words.size() > 1 && word == key.choices[0]) : !is_word) refuse(key, text);
  }
  if (!known) return std::string(text);
  for (const std::string& choice : key.choices) {
    if (std::find(words.begin(), words.end(), choice) != words.end()) {
      canonical += (canonical.empty() ? "" : ",") + choice;
    }
  }
  if (canonical.empty()) refuse(key, text);
  return canonical;
}

/// Valid UTF-8 without control characters; tabs and line ends become spaces.
std::string parse_text(const Key& key, std::string_view text) {
  if (static_cast<std::int64_t>(text.size()) > key.highest) {
    throw Error(key.name + ": the text is " + std::to_string(text.size()) + " bytes long; at most " +
                std::to_string(key.highest) + " are allowed");
  }
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const Utf8 next = next_utf8(text.substr(i));
    if (!next.valid) throw Error(key.name + ": byte " + std::to_string(i) + " is not valid UTF-8");
    if (next.code == '\t' || next.code == '\n' || next.code == '\r') {
      out += ' ';
    } else if (is_control(next.code)) {
      throw Error(key.name + ": byte " + std::to_string(i) + " is a control character; only text is allowed");
    } else {
      out += text.substr(i, next.bytes);
    }
    i += next.bytes;
  }
  return out;
}

std::string automatic_word(const Key& key) {
  return key.choices.empty() ? "auto" : key.choices[0];
}

/// Letters to insert, delete or replace to make one word of the other (Levenshtein's distance).
std::size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t comma = text.find(',');
    parts.emplace_back(text.substr(0, comma));
    if (comma == text.npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

std::string allowed(const Key& key) {
  const std::string range = " from " + std::to_string(key.lowest) + " to " + std::to_string(key.highest);
  switch (key.type) {
    case Key::Type::count: return "a whole number" + range;
    case Key::Type::auto_count: return automatic_word(key) + ", or a whole number" + range;
    case Key::Type::number: return "a number" + range;
    case Key::Type::auto_number: return automatic_word(key) + ", or a number" + range;
    case Key::Type::toggle: return "0 or 1";
    case Key::Type::choice: return "one of " + joined(key.choices);
    case Key::Type::choices:
      return key.choices[0] + ", or one or several of " +
             joined({key.choices.begin() + 1, key.choices.end()}) + " with commas between";
    case Key::Type::text: return "text of at most " + std::to_string(key.highest) + " bytes";
    case Key::Type::indices: return "whole numbers from 0 with commas between, like 2,0";
    case Key::Type::words: return "lower-case words with commas between";
    case Key::Type::edits: return "cells as NODE:CELL=VALUE with semicolons between, like w_q:0,1=0.5";
    case Key::Type::windows: return "axes with their first and last index, like T_q:0-15,d_k:0-3";
    case Key::Type::assignments: return "settings as KEY=VALUE with semicolons between, like num_kv_heads=1;mask=causal";
  }
  return "";
}

std::string parse_value(const Key& key, std::string_view text) {
  switch (key.type) {
    case Key::Type::count: return parse_count(key, text);
    case Key::Type::auto_count: return text == automatic_word(key) ? automatic_word(key) : parse_count(key, text);
    case Key::Type::number: return parse_number(key, text);
    case Key::Type::auto_number: return text == automatic_word(key) ? automatic_word(key) : parse_number(key, text);
    case Key::Type::toggle:
      if (text != "0" && text != "1") refuse(key, text);
      return std::string(text);
    case Key::Type::choice:
      if (std::find(key.choices.begin(), key.choices.end(), text) == key.choices.end()) refuse(key, text);
      return std::string(text);
    case Key::Type::choices: return parse_words(key, text, true);
    case Key::Type::text: return parse_text(key, text);
    case Key::Type::words: return text.empty() ? "" : parse_words(key, text, false);
    case Key::Type::edits: return to_text(parse_edits(text));
    case Key::Type::windows: return to_text(parse_windows(text));
    case Key::Type::assignments:
      try {
        return to_text(parse_assignments(text));
      } catch (const Error& error) {
        throw Error(key.name + "=" + print_text(text) + ": " + error.what());
      }
    case Key::Type::indices:
      if (text.empty()) return "";
      for (const std::string& part : split_list(text)) {
        if (!is_digits(part) || part.size() > 9) refuse(key, text);
      }
      return std::string(text);
  }
  return std::string(text);
}

Settings::Settings(std::span<const Key> keys) : keys_(keys) {
  auto by_name = std::make_shared<std::unordered_map<std::string_view, const Key*>>();
  for (const Key& key : keys) by_name->emplace(key.name, &key);
  by_name_ = std::move(by_name);
}

const Key& Settings::key(std::string_view name) const {
  if (const auto found = by_name_->find(name); found != by_name_->end()) return *found->second;
  std::vector<std::pair<std::size_t, std::string>> near;
  for (const Key& key : keys_) near.emplace_back(edits_between(name.substr(0, 40), key.name), key.name);
  std::stable_sort(near.begin(), near.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string names;
  for (std::size_t i = 0; i < near.size() && i < 4; ++i) names += (names.empty() ? "" : ", ") + near[i].second;
  throw Error("unknown key '" + print_text(name) + "'; the nearest keys are " + names);
}

void Settings::set(std::string_view name, std::string_view text) {
  const Key& k = key(name);
  values_[k.name] = parse_value(k, text);
  if (values_[k.name] == k.default_value) values_.erase(k.name);
}

void Settings::reset(std::string_view name) {
  if (const auto it = values_.find(name); it != values_.end()) values_.erase(it);
}

const std::string& Settings::get(std::string_view name) const {
  const auto it = values_.find(name);
  return it != values_.end() ? it->second : key(name).default_value;
}

bool Settings::is_default(std::string_view name) const { return values_.find(name) == values_.end(); }

bool is_met(const Key& key, const Settings& settings) {
  if (key.needs.empty()) return true;
  const std::size_t equals = key.needs.find('=');
  if (equals == key.needs.npos) return !settings.is_default(key.needs);
  return settings.has(key.needs.substr(0, equals), key.needs.substr(equals + 1));
}

std::int64_t Settings::count(std::string_view name) const { return std::stoll(get(name)); }
double Settings::number(std::string_view name) const { return std::strtod(get(name).c_str(), nullptr); }

std::vector<std::string> Settings::list(std::string_view name) const {
  const std::string& text = get(name);
  return text.empty() ? std::vector<std::string>{} : split_list(text);
}

bool Settings::has(std::string_view name, std::string_view word) const {
  const std::vector<std::string> words = list(name);
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::vector<std::int64_t> Settings::indices(std::string_view name) const {
  std::vector<std::int64_t> all;
  for (const std::string& part : list(name)) all.push_back(std::stoll(part));
  return all;
}

}  // namespace headwise
