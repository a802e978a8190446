#include "ui/widgets/match.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace headwise {

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::vector<std::string_view> words(std::string_view text, std::string_view between) {
  std::vector<std::string_view> all;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(between), text.size());
    if (end > 0) all.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return all;
}

bool in_order(std::string_view letters, std::string_view word) {
  if (letters.size() < 2 || letters[0] != word[0]) return false;
  for (const char c : word) {
    if (c == letters[0]) letters.remove_prefix(1);
    if (letters.empty()) return true;
  }
  return false;
}

/// 0: not at all.
int best(std::string_view wanted, std::string_view text, bool loosely) {
  int score = text.find(wanted) != text.npos ? 3 : 0;
  for (const std::string_view separators : {std::string_view(" ="), std::string_view(" =_-.,:;()/")}) {
    for (const std::string_view word : words(text, separators)) {
      if (word == wanted) return 6;
      if (word.starts_with(wanted)) score = std::max(score, 5);
      if (loosely && in_order(wanted, word)) score = std::max(score, 1);
    }
  }
  return score;
}

}  // namespace

std::optional<int> match(std::string_view query, std::string_view title, std::string_view detail) {
  const std::string wanted = lower(query);
  const std::string in_title = lower(title);
  const std::string in_detail = lower(detail);
  int score = 0;
  for (const std::string_view word : words(wanted, " =")) {
    const int here = best(word, in_title, true);
    const int there = best(word, in_detail, false);
    if (here + there == 0) return std::nullopt;
    score += std::max(2 * here, there);
  }
  // Of two that fit, the one that says less besides.
  return 4 * score + static_cast<int>(8 * wanted.size() / std::max(in_title.size(), wanted.size()));
}

}  // namespace headwise
