#include <doctest/doctest.h>

#include <optional>
#include <set>

#include "engine/io/json_tree.hpp"
#include "tests/engine/io/model_cards.hpp"
#include "tests/engine/io/stored.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

struct Bad {
  char letter;
  const char* shown;
  std::optional<Json> value;
};
const std::vector<Bad>& bad_values() {
  static const std::vector<Bad> all{{'m', "", std::nullopt},
                                    {'n', "null", Json(nullptr)},
                                    {'s', "'8'", Json("8")},
                                    {'-', "-1", Json(-1)},
                                    {'0', "0", Json(0)},
                                    {'b', "4294967297", Json(4294967297)},
                                    {'f', "1.5", Json(1.5)},
                                    {'t', "true", Json(true)},
                                    {'l', "a list", Json::array()},
                                    {'o', "an object", Json::object()},
                                    {'h', "1e+300", Json(1e300)}};
  return all;
}

}  // namespace

TEST_CASE("each field with each bad value is refused by name, or has its default") {
  for (const FamilyCard& family : family_cards()) {
    const Json whole = Json::parse(family.text);
    CAPTURE(family.name);
    CHECK(refusal(whole) == "");
    std::set<std::string> tried;
    for (const CardField& field : family.fields) {
      tried.insert(field.path);
      for (const Bad& bad : bad_values()) {
        CAPTURE(field.path);
        CAPTURE(bad.letter);
        Json card = whole;
        put(card, field.path, bad.value);
        const std::string error = refusal(card);
        if (field.accepted.find(bad.letter) != std::string::npos) {
          CHECK(error == "");
          continue;
        }
        CHECK(says(error, "some.json: "));
        CHECK(says(error, field.path));
        CHECK(says(error, bad.shown));
        CHECK(says(error, "must"));
      }
    }
    for (const auto& member : whole.items()) {
      if (member.key() == "model_type" || member.value().is_object()) continue;
      CAPTURE(member.key());
      CHECK(tried.count(member.key()) == 1);
    }
  }
}

TEST_CASE("families that are not understood are named, with those that are") {
  Json card = llama(64, 8);
  for (const char* family : {"t5", "mamba", "Llama", "llama ", "gemma3 gemma3_text", ""}) {
    card["model_type"] = family;
    const std::string error = refusal(card);
    CHECK(says(error, "model_type '" + std::string(family) + "' is not supported"));
    CHECK(says(error, "bert bloom cohere"));
  }
  card.erase("model_type");
  CHECK(says(refusal(card), "has no model_type"));
  card["architectures"] = {"LlamaForCausalLM"};
  CHECK(read(card).family == "llama");
  card["architectures"] = {"Gemma2Model"};
  CHECK(read(card).family == "gemma2");
  for (const char* name : {"LlamaXForCausalLM", "MambaForCausalLM", "Qwen2MoeForCausalLM"}) {
    card["architectures"] = {name};
    CHECK(says(refusal(card), "architecture '" + std::string(name) + "' is not supported"));
  }
  card["architectures"] = Json::array();
  CHECK(says(refusal(card), "architectures is a list, but must be a list of text"));
  card["architectures"] = {{3}};
  CHECK(refusal(card) != "");
  card["model_type"] = 3;
  CHECK(says(refusal(card), "model_type is 3, but must be text"));
}

TEST_CASE("what a family can do but is not counted is refused") {
  Json card = Json::parse(card_text("gpt2"));
  card["add_cross_attention"] = true;
  CHECK(says(refusal(card), "add_cross_attention is true, but must be false: "));
  card = Json::parse(card_text("bert-base"));
  card["position_embedding_type"] = "relative_key";
  CHECK(says(refusal(card), "position_embedding_type is 'relative_key', but must be 'absolute': "));
  card = Json::parse(card_text("mpt-7b"));
  card["attn_config"]["attn_type"] = "multiquery_attention";
  CHECK(says(refusal(card), "attn_config.attn_type is 'multiquery_attention'"));
  card["attn_config"] = "triton";
  CHECK(says(refusal(card), "attn_config is 'triton', but must be an object"));
}

TEST_CASE("two names of one field must agree") {
  Json card = Json::parse(card_text("gpt2"));
  card["hidden_size"] = 768;
  CHECK(refusal(card) == "");
  card["hidden_size"] = 1024;
  CHECK(says(refusal(card), "n_embd is 768 and hidden_size is 1024, but both mean the same"));
}

TEST_CASE("counts that pass 64 bits are refused") {
  Json card = llama(largest_size, 1);
  CHECK(says(refusal(card), "is more than can be counted (9,223,372,036,854,775,807)"));
  card["head_dim"] = 1;
  CHECK(refusal(card) == "");
  card["num_hidden_layers"] = largest_size;
  CHECK(says(refusal(card), "layers \u00d7 one layer = 4,294,967,295 \u00d7 "));
  card["hidden_size"] = 1;
  card["max_position_embeddings"] = largest_size;
  CHECK(says(refusal(card), "context \u00d7 layers"));
  for (const auto& [a, b] : {std::pair(largest_size, largest_size), {1, largest_size}}) {
    card["num_attention_heads"] = a;
    card["head_dim"] = b;
    CHECK(says(refusal(card), "more than can be counted"));
  }
}

TEST_CASE("text that is no card") {
  const auto error = [](const std::string& text) {
    return error_of([&] { parse_model_card(text, "some.json"); });
  };
  for (const char* text : {"", "{", "{}}", "{'a': 1}", "{\"a\": NaN}", "{\"a\": 01}",
                           "{\"\xff\": 1}", "{\"a\": 1e999}", "// x\n{}"})
    CHECK(says(error(text), "some.json: is not valid JSON at its byte "));
  CHECK(says(error("[]"), "is a list; it must be a JSON object"));
  CHECK(says(error("3"), "is 3; it must be a JSON object"));
  CHECK(says(error("{}"), "has no model_type"));
  CHECK(says(error(std::string("{}\0", 3)), "has a NUL at its byte 2"));
  CHECK(says(error("{\"a\": 1, \"a\": 1}"), "'a' is given twice"));
  CHECK(says(error("{\"b\": {\"a\": 1, \"a\": 1}}"), "'a' is given twice"));
  const auto nested = [](int levels) {
    return "{\"a\":" + std::string(static_cast<std::size_t>(levels - 1), '[') +
           std::string(static_cast<std::size_t>(levels - 1), ']') + "}";
  };
  CHECK(says(error(nested(64)), "has no model_type"));
  CHECK(says(error(nested(65)), "is nested more than 64 levels deep"));
  CHECK(says(error(nested(100000)), "is nested more than 64 levels deep"));
  CHECK(says(error(std::string(static_cast<std::size_t>(json_limit) + 1, ' ')),
             "at most 1048576 are read"));
  Json card = llama(64, 8);
  card["hidden_size"] = std::string(1000, 'x') + "\n\x1b";
  CHECK(error(card.dump()).size() < 200);
  CHECK(says(error("{\"model_type\": \"llama\", \"hidden_size\": 18446744073709551616}"),
             "hidden_size is 18446744073709551616, but must be a whole number"));
  CHECK(says(error("{\"model_type\": \"llama\", \"hidden_size\": 18446744073709551615}"),
             "hidden_size is 18446744073709551615, but must be a whole number"));
  CHECK(says(error("{\"model_type\": \"llama\", \"hidden_size\": 4096.0}"),
             "hidden_size is 4096.0, but must be a whole number from 1 to 4294967295"));
}
