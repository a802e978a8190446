#include "engine/attention/tokens.hpp"

#include <algorithm>
#include <cstdint>

#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

constexpr std::uint32_t zero_width_joiner = 0x200d;

struct Letter {
  std::uint32_t code;
  std::string_view bytes;
};

/// The text is valid UTF-8 here: the key table saw to that.
Letter next_letter(std::string_view text) {
  const Utf8 next = next_utf8(text);
  return {next.code, text.substr(0, next.bytes)};
}

bool within(std::uint32_t code, std::uint32_t first, std::uint32_t last) { return code >= first && code <= last; }

bool is_space(std::uint32_t c) { return c == ' ' || c == 0xa0 || within(c, 0x2000, 0x200b) || c == 0x3000; }

bool is_ideograph(std::uint32_t c) {
  return within(c, 0x3040, 0x30ff) || within(c, 0x3400, 0x4dbf) || within(c, 0x4e00, 0x9fff) ||
         within(c, 0xf900, 0xfaff) || within(c, 0x20000, 0x3ffff);
}

bool is_joiner(std::uint32_t c) { return c == '\'' || c == '-' || c == 0x2019; }

bool is_sign(std::uint32_t c) {
  if (c < 0x80) return !within(c, '0', '9') && !within(c, 'A', 'Z') && !within(c, 'a', 'z') && c != '_';
  return within(c, 0xa1, 0xbf) || c == 0xd7 || c == 0xf7 || within(c, 0x2010, 0x206f) || within(c, 0x20a0, 0x2bff) ||
         within(c, 0x3001, 0x303f) || within(c, 0xff01, 0xff0f) || within(c, 0xff1a, 0xff20) ||
         within(c, 0x1f000, 0x1faff);
}

/// Changes the character before it (accents, emoji styles, skin tones), or joins it to the next.
bool is_modifier(std::uint32_t c) {
  return c == zero_width_joiner || within(c, 0x300, 0x36f) || within(c, 0x20d0, 0x20ff) || within(c, 0xfe00, 0xfe0f) ||
         within(c, 0x1f3fb, 0x1f3ff);
}

}  // namespace

std::vector<std::string> split_sentence(std::string_view sentence) {
  std::vector<std::string> tokens;
  std::string word;
  bool after_sign = false;  // with nothing between
  bool joined = false;      // by a zero-width joiner
  const auto finish = [&] {
    if (!word.empty()) tokens.push_back(std::move(word));
    word.clear();
  };
  while (!sentence.empty()) {
    const Letter letter = next_letter(sentence);
    sentence.remove_prefix(letter.bytes.size());
    const auto starts_word = [&] {
      if (sentence.empty()) return false;
      const std::uint32_t next = next_letter(sentence).code;
      return !is_sign(next) && !is_space(next) && !is_ideograph(next);
    };
    const bool extends = is_modifier(letter.code) || (joined && is_sign(letter.code) && !is_space(letter.code));
    if (extends && (after_sign || !word.empty())) {
      (after_sign ? tokens.back() : word) += letter.bytes;
      joined = after_sign && letter.code == zero_width_joiner;
      continue;
    }
    after_sign = joined = false;
    if (is_space(letter.code)) {
      finish();
    } else if (is_joiner(letter.code) && !word.empty() && starts_word()) {
      word += letter.bytes;
    } else if (is_sign(letter.code) || is_ideograph(letter.code)) {
      finish();
      tokens.emplace_back(letter.bytes);
      after_sign = true;
    } else {
      word += letter.bytes;
    }
  }
  finish();
  return tokens;
}

std::string with_token(std::string_view key, std::string_view text, std::int64_t sentence, std::int64_t token,
                       std::string_view word) {
  std::string padded = " " + std::string(text) + " ";
  const auto none = [&](const std::string& what, std::int64_t count) {
    throw Error(std::string(key) + ": there is no " + what + "; they are counted from 0, so here 0 to " +
                std::to_string(count - 1));
  };
  std::size_t from = 0;
  for (std::int64_t s = 0; s < sentence; ++s) {
    from = padded.find(" | ", from);
    if (from == padded.npos) none("sentence " + std::to_string(sentence), s + 1);
    from += 2;
  }
  const std::string_view rest = std::string_view(padded).substr(from);
  const std::vector<std::string> tokens = split_sentence(rest.substr(0, rest.find(" | ")));
  const auto count = static_cast<std::int64_t>(tokens.size());
  if (token < 0 || token >= count) none("token " + std::to_string(token) + " in sentence " + std::to_string(sentence), count);
  // Every token is a stretch of the text, with nothing but spaces between two.
  for (std::int64_t t = 0;; ++t) {
    const std::string& now = tokens[static_cast<std::size_t>(t)];
    from = padded.find(now, from);
    if (t == token) break;
    from += now.size();
  }
  const std::size_t size = tokens[static_cast<std::size_t>(token)].size();
  const bool leaves_two_spaces = word.empty() && padded[from - 1] == ' ' && padded[from + size] == ' ';
  padded.replace(from, size + (leaves_two_spaces ? 1 : 0), word);
  const std::size_t first = padded.find_first_not_of(' ');
  return first == padded.npos ? "" : padded.substr(first, padded.find_last_not_of(' ') + 1 - first);
}

Batch split_batch(std::string_view key, std::string_view text) {
  Batch batch;
  std::string padded = " " + std::string(text) + " ";
  std::string_view rest = padded;
  while (true) {
    const std::size_t bar = rest.find(" | ");
    batch.tokens.push_back(split_sentence(rest.substr(0, bar)));
    if (batch.tokens.back().empty()) {
      throw Error(std::string(key) + ": sentence " + std::to_string(batch.tokens.size() - 1) +
                  " is empty; type at least one word, and separate several sentences by ' | '");
    }
    if (bar == rest.npos) break;
    rest.remove_prefix(bar + 2);
  }
  std::size_t longest = 0;
  for (const auto& sentence : batch.tokens) longest = std::max(longest, sentence.size());
  if (longest * batch.tokens.size() > most_tokens) {
    throw Error(std::string(key) + ": " + print_count(static_cast<std::int64_t>(batch.tokens.size())) +
                " sentences filled up to " + print_count(static_cast<std::int64_t>(longest)) +
                " tokens each are too many; together at most " + print_count(most_tokens) +
                " tokens are allowed, so use fewer sentences or of more even length");
  }
  for (auto& sentence : batch.tokens) {
    batch.lengths.push_back(static_cast<std::int64_t>(sentence.size()));
    sentence.resize(longest, padding_token);
  }
  return batch;
}

}  // namespace headwise
