#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace headwise {

inline constexpr const char* padding_token = "<pad>";

/// Tokens of a whole batch, <pad> included: one long sentence must not make many short ones huge.
inline constexpr std::int64_t most_tokens = std::int64_t{1} << 18;

/// Sentences of one length: shorter ones are filled up with <pad>.
struct Batch {
  std::vector<std::vector<std::string>> tokens;  // [sentence][token]
  std::vector<std::int64_t> lengths;             // tokens of each before padding
};

/// Words and punctuation: letters, digits and marks stay together (with an apostrophe or hyphen
/// inside a word), every other sign is a token, and so is every Chinese or Japanese character.
std::vector<std::string> split_sentence(std::string_view sentence);

/// Sentences separated by ` | `. An empty one is an Error naming `key` and which it is,
/// and so are more than most_tokens.
Batch split_batch(std::string_view key, std::string_view text);

/// The text of a batch with one of its tokens replaced by `word`, or taken out where that is empty. Error
/// naming `key` where there is no such token.
std::string with_token(std::string_view key, std::string_view text, std::int64_t sentence, std::int64_t token,
                       std::string_view word);

}  // namespace headwise
