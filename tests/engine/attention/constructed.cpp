// The weights of lessons/weights: heads look where they are said to look.
#include <cmath>
#include <sstream>

#include "engine/attention/constructed_set.hpp"
#include "engine/session/state.hpp"
#include "engine/tensor/error.hpp"
#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

enum Head : std::int64_t { previous, same, agreement, coreference, resting };

Settings constructed(const std::string& sentence, Assignments more = {}) {
  more.emplace_back("weights", "constructed");
  more.emplace_back("tokens", sentence);
  return headwise::apply(Settings(recipe_keys()), more);
}

/// Where the tokens of one sentence look in one head: at whom with more than 4/5 of their weight.
class Looks {
 public:
  explicit Looks(const std::string& sentence, Assignments more = {})
      : settings_(constructed(sentence, std::move(more))), trace_(run(settings_)), tokens_(make_recipe(settings_).batch.tokens[0]) {}

  std::int64_t size() const { return static_cast<std::int64_t>(tokens_.size()); }
  /// -1 where no key has that much.
  std::int64_t at(Head head, std::int64_t query, std::int64_t sentence = 0) const {
    for (std::int64_t j = 0; j < size(); ++j) {
      if (trace_.value({node(trace_, "attn_weights"), {sentence, head, query, j}}) > 0.8F) return j;
    }
    return -1;
  }
  /// `team`, or `nobody`.
  std::string word(Head head, std::int64_t query) const {
    const std::int64_t key = at(head, query);
    return key < 0 ? "nobody" : tokens_[static_cast<std::size_t>(key)];
  }
  const Trace& trace() const { return trace_; }

 private:
  Settings settings_;
  Trace trace_;
  std::vector<std::string> tokens_;
};

const std::string the_team = "The team that won the tournament has disbanded because it lost.";

std::string refused_with(const Assignments& more, const std::string& sentence = the_team) {
  try {
    make_recipe(constructed(sentence, more));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

const char* const many_sentences[] = {
    "The team that won the tournament has disbanded because it lost.",
    "The keys to the cabinet are on the table, and she said that they were lost.",
    "Zorblax gave the blorf to Anna, and the blorf has run to Zorblax.",
    "The animal didn't cross the street because it was too tired.",
    "a a b c a",
    "\u00e9t\u00e9 \u6c34 2024 ?",
    "Teams have",
    "it",
};

}  // namespace

TEST_CASE("constructed: every token looks at the one before, and at the first place where its word stands") {
  for (const char* mask : {"none", "causal"}) {
    for (const char* sentence : many_sentences) {
      CAPTURE(sentence);
      const Looks looks(sentence, {{"mask", mask}});
      const std::vector<std::string> tokens = split_sentence(sentence);
      for (std::int64_t i = 0; i < looks.size(); ++i) {
        CAPTURE(i);
        CHECK(looks.at(previous, i) == std::max<std::int64_t>(0, i - 1));
        std::int64_t first = 0;
        const auto lower = [&](std::int64_t t) {
          std::string word = tokens[static_cast<std::size_t>(t)];
          if (word[0] >= 'A' && word[0] <= 'Z') word[0] = static_cast<char>(word[0] - 'A' + 'a');
          return word;
        };
        while (lower(first) != lower(i)) ++first;
        CHECK(looks.at(same, i) == first);
        CHECK(looks.at(resting, i) == 0);
      }
    }
  }
}

TEST_CASE("constructed: a sentence may fill every place, and a repeated word be far away") {
  std::string sentence = "same";
  for (std::int64_t t = 1; t + 1 < constructed_set().places(); ++t) sentence += " word" + std::to_string(t);
  const Looks looks(sentence + " same");
  REQUIRE(looks.size() == constructed_set().places());
  for (std::int64_t i = 1; i < looks.size(); ++i) {
    CHECK(looks.at(previous, i) == i - 1);
    CHECK(looks.at(same, i) == i % (looks.size() - 1));
    for (const Head head : {agreement, coreference, resting}) CHECK(looks.at(head, i) == 0);
  }
  const Looks late("one two three four five six seven eight nine ten eleven twelve 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 "
                   "the dogs have them");
  CHECK(late.word(agreement, 30) == "dogs");
  CHECK(late.word(coreference, 31) == "dogs");
}

TEST_CASE("constructed: verb forms look at the first word of their number, pronouns at the first noun they may stand for") {
  struct Case {
    const char* sentence;
    std::int64_t verb;      // -1: none
    const char* subject;
    std::int64_t pronoun;
    const char* noun;
  };
  const Case cases[] = {
      {"The team that won the tournament has disbanded because it lost.", 6, "team", 9, "team"},
      {"The teams that won the tournament have disbanded because they lost.", 6, "teams", 9, "teams"},
      {"The key to the cabinets is old, and it fits.", 5, "key", 9, "key"},
      {"The keys to the cabinet are old, and they fit.", 5, "keys", 9, "keys"},
      {"The animal didn't cross the street because it was too tired.", 8, "animal", 7, "animal"},
      {"The trophy didn't fit in the suitcase because it was too big.", 9, "trophy", 8, "trophy"},
      {"Anna gave Tom a book because she has two.", 7, "Anna", 6, "Anna"},
      {"Anna gave Tom a book because he likes books.", 7, "Anna", 6, "Tom"},
      {"Anna gave Tom a book, and he lost it.", -1, "", 9, "book"},
      {"They have lost.", 1, "They", -1, ""},
      // The first of its number need not be the right one: these fool it.
      {"The girl said that the boy was late.", 6, "girl", -1, ""},
      {"The animal didn't cross the street because it was too wide.", 8, "animal", 7, "animal"},
  };
  for (const Case& c : cases) {
    for (const char* mask : {"none", "causal"}) {
      CAPTURE(c.sentence);
      const Looks looks(c.sentence, {{"mask", mask}});
      for (std::int64_t i = 1; i < looks.size(); ++i) {
        CAPTURE(i);
        const bool verb = i == c.verb || looks.trace().labels().query[0][static_cast<std::size_t>(i)] == "likes";
        if (verb) CHECK(looks.word(agreement, i) == c.subject);
        if (i == c.pronoun) CHECK(looks.word(coreference, i) == c.noun);
        if (!verb) CHECK(looks.at(agreement, i) == 0);
        // `he` is the other pronoun of one sentence.
        if (i != c.pronoun && looks.trace().labels().query[0][static_cast<std::size_t>(i)] != "he") CHECK(looks.at(coreference, i) == 0);
      }
    }
  }
}

TEST_CASE("constructed: words that are not in the list have a name, and no other features") {
  const ConstructedSet& set = constructed_set();
  CHECK(set.knows("Team"));
  CHECK_FALSE(set.knows("blorf"));
  const Looks looks("The blorf that saw the wuggle has slept, as did its zorb.");
  for (std::int64_t i = 0; i < looks.size(); ++i) {
    CHECK(looks.at(agreement, i) == 0);
    CHECK(looks.at(coreference, i) == 0);
  }
  CHECK(set.embedding("BLORF") == set.embedding("blorf"));
  CHECK(set.embedding("Blorf") != set.embedding("wuggle"));
  // No two words of the list share a name, nor a word of it and another.
  std::vector<std::vector<float>> names;
  const auto name = [&](const std::string& word) {
    const std::vector<float> all = set.embedding(word);
    return std::vector<float>(all.end() - 15, all.end());
  };
  for (const auto& [word, vector] : set.words) names.push_back(name(word));
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
  for (const auto& known : names) CHECK(known[0] == 1);
  for (const char* word : {"blorf", "wuggle", "2024", "\u00e9t\u00e9", ""}) {
    CHECK(name(word)[0] == -1);
    const std::vector<float> all = set.embedding(word);
    CHECK(all[0] == 1);
    for (std::size_t f = 1; f + 15 < all.size(); ++f) CHECK(all[f] == 0);
  }
}

TEST_CASE("constructed: each head hands over which token it read, and the resting head nothing") {
  const Looks looks(the_team);
  const Trace& trace = looks.trace();
  const auto output = [&](std::int64_t t, std::int64_t entry) { return trace.value({node(trace, "output"), {0, t, entry}}); };
  for (const Head head : {previous, same, agreement, coreference}) {
    for (std::int64_t t = 0; t < looks.size(); ++t) {
      CHECK(std::fabs(output(t, 4 * head) - static_cast<float>(looks.at(head, t))) < 0.1F);
    }
  }
  for (const Head head : {agreement, coreference}) {
    const std::int64_t t = head == agreement ? 6 : 9;  // has, it: a noun, singular, not plural
    CHECK(output(t, 4 * head + 1) > 0.99F);
    CHECK(output(t, 4 * head + 2) > 0.99F);
    CHECK(output(t, 4 * head + 3) < 0.01F);
  }
  for (std::int64_t t = 0; t < looks.size(); ++t) {
    for (std::int64_t entry = 4 * resting; entry < 32; ++entry) CHECK(output(t, entry) == 0);
  }
  const Trace without = run(constructed(the_team, {{"heads_off", std::to_string(resting)}}));
  CHECK(values(without, "output") == values(trace, "output"));
}

TEST_CASE("constructed: every cell is explained, says what it is, and evaluates to its value") {
  const Trace trace = run(constructed("Blorf has it | The <pad> dogs", {{"mask", "padding"}, {"edits", "w_q:5,32=7;embeddings:0,0,3=2"}}));
  for (std::size_t n = 0; n < trace.graph().nodes().size(); ++n) {
    const Node& node = trace.graph()[n];
    CAPTURE(node.id());
    for (std::int64_t flat = 0; flat < cell_count(node.axes()); ++flat) {
      const Cell cell{n, index_at(node.axes(), flat)};
      const float value = trace.value(cell);
      CHECK(close(trace.explain(cell).evaluate(), static_cast<double>(value), static_cast<double>(value)));
    }
    if (!node.inputs.empty() || node.role == Role::mask) continue;
    CHECK(node.op->summary().find("onstructed, to show what a head can do") != std::string::npos);
  }
  const auto note = [&](const char* id, const Index& index) { return trace.explain({node(trace, id), index}).note(); };
  CHECK(note("embeddings", {0, 1, 11}) == "constructed: \"has\", 'wants-singular' (a verb form for one: has)");
  CHECK(note("embeddings", {0, 0, 17}).find("\"Blorf\", a word not in the list") != std::string::npos);
  CHECK(note("w_q", {11, 32}) == "constructed: 'wants-singular', entry 0 of head 2, agreement");
  CHECK(note("position_table", {2, 2}) == "constructed: token 2, 'place'");
  CHECK(trace.cell_name({node(trace, "attn_weights"), {0, 2, 1, 0}}) == "attn_weights[sentence 0, head 2: agreement, \"has\", \"Blorf\"]");
  CHECK(run(Settings(recipe_keys())).head_name(1) == "head 1");
}

TEST_CASE("constructed: other pipelines and cross-attention take them too") {
  const Looks plain(the_team);
  const std::vector<float> output = values(plain.trace(), "output");
  CHECK(worst(values(run(constructed(the_team, {{"pipeline", "flash"}})), "output"), output) < 1e-5);
  const Trace decoded = run(constructed(the_team, {{"pipeline", "decode"}}));
  int steps = 0;
  for (const Node& node : decoded.graph().nodes()) {
    if (!node.id().ends_with("/difference")) continue;
    CHECK(largest(values(decoded, node.id())) < 1e-5);
    ++steps;
  }
  CHECK(steps > 0);
  CHECK(values(run(constructed(the_team, {{"pipeline", "one_head"}})), "many/output") == output);
  const Trace cross = run(constructed("it has", {{"context_tokens", "The team lost"}}));
  CHECK(cross.value({node(cross, "attn_weights"), {0, coreference, 0, 1}}) > 0.8F);
  CHECK(cross.value({node(cross, "attn_weights"), {0, agreement, 1, 1}}) > 0.8F);
  // Padding that is masked changes nothing.
  const Trace batch = run(constructed("it has | " + the_team, {{"mask", "padding"}}));
  const Trace alone = run(constructed("it has"));
  for (std::int64_t e = 0; e < 32; ++e) {
    CHECK(batch.value({node(batch, "output"), {0, 1, e}}) == doctest::Approx(alone.value({node(alone, "output"), {0, 1, e}})));
  }
}

TEST_CASE("constructed: choosing them sets their sizes; others are errors that say what fits") {
  const Settings settings = constructed(the_team);
  CHECK(settings.get("d_model") == "32");
  CHECK(settings.get("num_heads") == "5");
  CHECK(settings.get("head_dim") == "16");
  CHECK(settings.get("v_dim") == "4");
  Settings again(state_keys());
  again = headwise::apply(again, parse_hash(to_hash(headwise::apply(Settings(state_keys()), {{"weights", "constructed"}}))));
  CHECK(again.get("weights") == "constructed");
  CHECK(refused_with({}) == "");
  CHECK(refused_with({{"num_kv_heads", "5"}}) == "");
  CHECK(refused_with({{"d_model", "16"}}) == "weights=constructed are made for d_model=32, and it is 16: use d_model=32, or weights=random");
  for (const Assignments& wrong : std::vector<Assignments>{{{"num_heads", "4"}}, {{"num_kv_heads", "1"}}, {{"head_dim", "8"}},
                                                           {{"v_dim", "auto"}}, {{"bias", "1"}}, {{"position", "rope"}},
                                                           {{"qk_norm", "1"}}, {{"sink", "1"}},
                                                           {{"context_tokens", "a b"}, {"d_context", "8"}}}) {
    const std::string said = refused_with(wrong);
    CAPTURE(said);
    CHECK(said.find("weights=constructed are made for " + wrong.back().first + "=") == 0);
    CHECK(said.find("or weights=random") != std::string::npos);
  }
  CHECK(refused_with({{"pipeline", "block"}}).find("has no such setting") != std::string::npos);
  std::string many = "a";
  for (int i = 0; i < 32; ++i) many += " a";
  CHECK(refused_with({}, many) == "weights=constructed has a place for 32 tokens, and tokens has a sentence of 33: use at most 32, or "
                             "weights=random");
  CHECK(refused_with({{"context_tokens", many}}).find("context_tokens has a sentence of 33") != std::string::npos);
}

TEST_CASE("constructed: numbers are small, whole and few") {
  for (const auto& entry : constructed_set().tables) {
    const std::string& id = entry.first;
    if (id == "position_table") continue;
    CAPTURE(id);
    std::size_t used = 0;
    for (const float value : entry.second.values) {
      used += value != 0 ? 1 : 0;
      CHECK(std::fabs(value) <= 32);
      CHECK(value == std::floor(value));
    }
    CHECK(used > 0);
    CHECK(used <= 48);
  }
}

TEST_CASE("constructed: a broken file is refused with its line") {
  const auto broken = [](const std::string& text) {
    try {
      parse_constructed(text);
    } catch (const std::logic_error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(broken("") == "constructed.txt, line 0: the file ends too early");
  CHECK(broken("# \nfeature one") == "constructed.txt, line 2: there is no ' | '");
  CHECK(broken("nonsense 3") == "constructed.txt, line 1: 'nonsense' is not known");
  CHECK(broken("feature one | 1\nplace 0 two=1") == "constructed.txt, line 2: there is no feature two");
  CHECK(broken("feature one | 1\nplace 1") == "constructed.txt, line 2: places come in order, each once");
  CHECK(broken("head_dim x") == "constructed.txt, line 1: 'x' is no number");
  CHECK(broken("head_dim") == "constructed.txt, line 1: something is missing");
  CHECK(broken("head_dim 2 3") == "constructed.txt, line 1: '3' is too much");
  CHECK(broken("head_dim 2\nhead a | b\nfeature one | 1\nw_q 1 one 0 1") == "constructed.txt, line 4: 1 is too large");
}
