#include "engine/attention/tokens.hpp"

#include "engine/tensor/error.hpp"
#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;
using Words = std::vector<std::string>;

TEST_CASE("sentences split into words and signs") {
  const struct {
    const char* sentence;
    Words tokens;
  } table[] = {
      {"The bank by the river was flooded.",
       {"The", "bank", "by", "the", "river", "was", "flooded", "."}},
      {"", {}},
      {"   ", {}},
      {"  two   spaces ", {"two", "spaces"}},
      {"no\u00a0break\u2009thin\u3000wide", {"no", "break", "thin", "wide"}},
      {"don't", {"don't"}},
      {"don\u2019t", {"don\u2019t"}},
      {"dogs' tails", {"dogs", "'", "tails"}},
      {"'quoted'", {"'", "quoted", "'"}},
      {"well-known", {"well-known"}},
      {"to- and -fro", {"to", "-", "and", "-", "fro"}},
      {"a--b", {"a", "-", "-", "b"}},
      {"mother-in-law's", {"mother-in-law's"}},
      {"-", {"-"}},
      {"Wait... what?!", {"Wait", ".", ".", ".", "what", "?", "!"}},
      {"3.14 50% $5 a_b", {"3", ".", "14", "50", "%", "$", "5", "a_b"}},
      {"(a+b)*c=d", {"(", "a", "+", "b", ")", "*", "c", "=", "d"}},
      {"\u00abna\u00efve\u00bb \u2014 \u201cyes\u201d\u2026",
       {"\u00ab", "na\u00efve", "\u00bb", "\u2014", "\u201c", "yes", "\u201d", "\u2026"}},
      {"\u00bfqu\u00e9?", {"\u00bf", "qu\u00e9", "?"}},
      {"cafe\u0301 x", {"cafe\u0301", "x"}},
      {"\u0440\u0435\u043a\u0430 \u03c0\u03bf\u03c4\u03b1\u03bc\u03cc\u03c2",
       {"\u0440\u0435\u043a\u0430", "\u03c0\u03bf\u03c4\u03b1\u03bc\u03cc\u03c2"}},
      {"\u94f6\u884c\u5728\u6cb3\u8fb9\u3002",
       {"\u94f6", "\u884c", "\u5728", "\u6cb3", "\u8fb9", "\u3002"}},
      {"abc\u6c34def", {"abc", "\u6c34", "def"}},
      {"x-\u6c34", {"x", "-", "\u6c34"}},
      {"\u304b\u308f", {"\u304b", "\u308f"}},
      {"\uac15\ub458\uae38 \ubb3c", {"\uac15\ub458\uae38", "\ubb3c"}},
      {"\U00020000\u3042", {"\U00020000", "\u3042"}},
      {"hi\U0001f600\U0001f600", {"hi", "\U0001f600", "\U0001f600"}},
      {"I \u2764\ufe0f you", {"I", "\u2764\ufe0f", "you"}},
      {"\U0001f44d\U0001f3fd ok", {"\U0001f44d\U0001f3fd", "ok"}},
      {"\U0001f469\u200d\U0001f680!", {"\U0001f469\u200d\U0001f680", "!"}},
      {"\U0001f469\u200d x", {"\U0001f469\u200d", "x"}},
      {"1\ufe0f\u20e3", {"1\ufe0f\u20e3"}},
      {"<pad>", {"<", "pad", ">"}},
      {"a|b", {"a", "|", "b"}},
  };
  for (const auto& row : table) {
    INFO(row.sentence);
    CHECK(split_sentence(row.sentence) == row.tokens);
  }
}

TEST_CASE("splitting loses nothing but spaces, and splitting again changes nothing") {
  for (int i = 0; i < samples(2000, 20000); ++i) {
    Random random(60000 + static_cast<std::uint64_t>(i));
    std::string text;
    std::string without_spaces;
    for (std::int64_t n = random.below(30); n > 0; --n) {
      const std::string part =
          random.pick({"a", "B", "7", "'", "-", ".", " ", " ", "\u00e9", "\u2019", "\u6c34",
                       "\u0301", "\U0001f600", "\u200d", "\ufe0f", "\u3000", "|", "_", "\u2014"});
      text += part;
      if (part != " " && part != "\u3000") without_spaces += part;
    }
    INFO(text);
    const Words tokens = split_sentence(text);
    std::string joined;
    std::string spaced;
    for (const std::string& token : tokens) {
      CHECK_FALSE(token.empty());
      joined += token;
      spaced += token + " ";
    }
    CHECK(joined == without_spaces);
    INFO(spaced);
    CHECK(split_sentence(spaced) == tokens);
  }
}

TEST_CASE("a batch is filled up to its longest sentence") {
  const Batch batch = split_batch("tokens", "one two three | four |five. six | a|b");
  REQUIRE(batch.tokens.size() == 3);
  CHECK(batch.tokens[0] == Words{"one", "two", "three", "<pad>", "<pad>"});
  CHECK(batch.tokens[1] == Words{"four", "|", "five", ".", "six"});
  CHECK(batch.tokens[2] == Words{"a", "|", "b", "<pad>", "<pad>"});
  CHECK(batch.lengths == std::vector<std::int64_t>{3, 5, 3});
  CHECK(split_batch("tokens", "alone").tokens.size() == 1);
}

TEST_CASE("an empty sentence, or too many tokens, is an error that says which") {
  const struct {
    std::string text;
    const char* says;
  } table[] = {
      {"", "tokens: sentence 0 is empty"},        {"   ", "tokens: sentence 0 is empty"},
      {"a | ", "tokens: sentence 1 is empty"},    {" | a", "tokens: sentence 0 is empty"},
      {"a | | b", "tokens: sentence 1 is empty"}, {"a | b | \u3000", "tokens: sentence 2 is empty"},
      {"|", "tokens: sentence 0 is empty"},       {"a |  | b", "tokens: sentence 1 is empty"},
  };
  for (const auto& row : table) {
    std::string said;
    try {
      split_batch("tokens", row.text);
    } catch (const Error& error) {
      said = error.what();
    }
    INFO(row.text << " -> " << said);
    CHECK(said.find(row.says) == 0);
  }
  std::string uneven(20000, '!');
  for (int i = 0; i < 100; ++i) uneven += " | a";
  CHECK_THROWS_WITH_AS(split_batch("tokens", uneven),
                       doctest::Contains("101 sentences filled up to 20,000 tokens"), const Error&);
}

TEST_CASE("one word is replaced, and the text around it stays as it was typed") {
  const auto changed = [](const char* text, std::int64_t sentence, std::int64_t token, const char* word) {
    return with_token("tokens", text, sentence, token, word);
  };
  CHECK(changed("The bank by the river.", 0, 1, "boat") == "The boat by the river.");
  CHECK(changed("The bank by the river.", 0, 5, "!") == "The bank by the river!");
  CHECK(changed("a a  a", 0, 2, "b") == "a a  b");
  CHECK(changed("can't can t", 0, 1, "may") == "can't may t");
  CHECK(changed("a b", 0, 0, "x y") == "x y b");
  CHECK(changed("a b c", 0, 1, "") == "a c");
  CHECK(changed("a b", 0, 1, "") == "a");
  CHECK(changed("a", 0, 0, "").empty());
  CHECK(changed("a b | b a | b", 1, 0, "c") == "a b | c a | b");
  CHECK(changed("\u94f6\u884c\u5728", 0, 1, "\u6cb3") == "\u94f6\u6cb3\u5728");
  CHECK_THROWS_WITH_AS(changed("a b", 0, 2, "c"), "tokens: there is no token 2 in sentence 0; they are counted from 0, so here 0 to 1", Error);
  CHECK_THROWS_WITH_AS(changed("a b", 1, 0, "c"), "tokens: there is no sentence 1; they are counted from 0, so here 0 to 0", Error);
  // Whatever was typed, the other tokens stay the same.
  for (int i = 0; i < samples(100, 1000); ++i) {
    Random random(7100 + static_cast<std::uint64_t>(i));
    const std::string text = random_sentences(random, random.range(1, 3), 1, 6);
    Batch before = split_batch("tokens", text);
    const auto s = static_cast<std::size_t>(random.below(static_cast<std::int64_t>(before.tokens.size())));
    const auto t = static_cast<std::size_t>(random.below(before.lengths[s]));
    const Batch after = split_batch("tokens", with_token("tokens", text, static_cast<std::int64_t>(s), static_cast<std::int64_t>(t), "zebra"));
    before.tokens[s][t] = "zebra";
    CHECK(after.tokens == before.tokens);
  }
}
