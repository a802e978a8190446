#include "engine/attention/memory.hpp"
#include "engine/io/model_card.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "engine/attention/pipeline.hpp"
#include "engine/io/model_counts.hpp"
#include "tests/engine/io/model_cards.hpp"
#include "tests/engine/io/stored.hpp"

using namespace headwise;
using namespace headwise::test;

TEST_CASE("parameters of a layer and cache bytes of a token, as published") {
  struct Example {
    const char* card;
    std::int64_t parameters;
    std::int64_t cache;
  };
  for (const Example& example : {Example{"gpt2", 2'362'368, 36'864},
                                 {"llama-2-70b", 150'994'944, 327'680},
                                 {"llama-3.1-8b", 41'943'040, 131'072},
                                 {"gemma-7b", 50'331'648, 458'752},
                                 {"qwen2-7b", 29'364'736, 57'344},
                                 {"falcon-7b", 41'877'504, 8'192},
                                 {"deepseek-v3", 187'107'328, 70'272}}) {
    CAPTURE(example.card);
    const ModelCard card = parse_model_card(card_text(example.card), example.card);
    const ModelCounts counts = count_model(card, 2);
    CHECK(counts.layer.value == example.parameters);
    CHECK(counts.model.value == example.parameters * card.layers);
    CHECK(counts.cache[1].value == example.cache);
    CHECK(counts.cache[0].value == example.cache / card.layers);
    CHECK(counts.cache[2].value == example.cache * *card.context);
    CHECK(count_model(card, 4).cache[1].value == 2 * example.cache);
    CHECK(count_model(card, 1).cache[1].value == example.cache / 2);
  }
  CHECK(count_model(read(llama(12288, 96)), 2).layer.value == 603'979'776);
}

TEST_CASE("every family has a card here") {
  std::set<std::string> families;
  for (const FamilyCard& family : family_cards())
    families.insert(read(Json::parse(family.text)).family);
  for (const std::string& name : supported_families()) {
    if (name == "gemma3") continue;  // the name of the card around gemma3_text
    CAPTURE(name);
    CHECK(families.count(name) == 1);
  }
}

TEST_CASE("biases and norms of each family, counted by hand") {
  for (const FamilyCard& family : family_cards()) {
    CAPTURE(family.name);
    const ModelCounts counts = count_model(read(Json::parse(family.text)), 2);
    std::string parts;
    for (const Count& part : counts.parameters) parts += (parts.empty() ? "" : " ") + part.what;
    CHECK(parts == family.parts);
    CHECK(counts.layer.value == family.parameters);
  }
}

TEST_CASE("KV heads: null, absent, and fields that do not mean what they say") {
  Json card = llama(64, 8);
  CHECK(read(card).num_kv_heads == 8);
  card["num_key_value_heads"] = nullptr;
  CHECK(read(card).num_kv_heads == 8);
  card["model_type"] = "mistral";
  CHECK(read(card).num_kv_heads == 8);
  card["num_attention_heads"] = 16;
  CHECK(read(card).num_kv_heads == 16);
  card.erase("num_key_value_heads");
  CHECK(read(card).num_kv_heads == 8);
  CHECK(says(read(card).notes[0],
             "num_key_value_heads is not in the card: 8, transformers' default for mistral"));
  card["num_key_value_heads"] = 3;
  CHECK(says(refusal(card), "num_key_value_heads is 3, but must divide num_attention_heads (16)"));
  card["num_key_value_heads"] = 32;
  CHECK(says(refusal(card), "num_key_value_heads is 32, but must divide"));

  Json falcon = {{"model_type", "falcon"},
                 {"hidden_size", 64},
                 {"num_attention_heads", 8},
                 {"num_hidden_layers", 1},
                 {"num_kv_heads", 4}};
  CHECK(read(falcon).num_kv_heads == 1);  // multi_query is on where it is absent
  CHECK(says(read(falcon).notes[1], "num_kv_heads is 4, but not used"));
  falcon["multi_query"] = false;
  CHECK(read(falcon).num_kv_heads == 8);
  falcon["new_decoder_architecture"] = true;
  CHECK(read(falcon).num_kv_heads == 4);
  const Json refined = {{"model_type", "RefinedWebModel"},
                        {"hidden_size", 4544},
                        {"n_head", 71},
                        {"n_layer", 32},
                        {"multi_query", true}};
  CHECK(count_model(read(refined), 2).layer.value == 41'877'504);
  CHECK(count_model(read(refined), 2).cache.size() == 2);  // it says no context
}

TEST_CASE("head size") {
  Json card = llama(100, 8);
  CHECK(says(refusal(card), "num_attention_heads is 8, but must divide hidden_size (100)"));
  card["head_dim"] = 16;
  CHECK(count_model(read(card), 2).layer.value == 4 * 100 * 128);
  CHECK(nearest_state(read(card)).state->at(2) ==
        std::pair<std::string, std::string>("head_dim", "16"));
}

TEST_CASE("sliding windows: switched off, in some layers, in all") {
  const auto window = [](const char* name, const std::vector<std::pair<std::string, Json>>& set) {
    Json card = Json::parse(card_text(name));
    for (const auto& [path, value] : set) put(card, path, value);
    const ModelCard m = read(card);
    return std::pair(m.window.value_or(0), m.window_layers);
  };
  using Found = std::pair<std::int64_t, std::int64_t>;
  CHECK(window("qwen2-7b", {}) == Found(0, 0));
  CHECK(window("qwen2-7b", {{"use_sliding_window", true}}) == Found(0, 0));  // from layer 28 of 28
  CHECK(window("qwen2-7b", {{"use_sliding_window", true}, {"max_window_layers", 20}}) ==
        Found(131072, 8));
  CHECK(window("qwen2-7b", {{"use_sliding_window", true}, {"max_window_layers", 99}}) ==
        Found(0, 0));
  CHECK(window("mistral-7b-v0.1", {}) == Found(4096, 32));
  CHECK(window("mistral-7b-v0.1", {{"sliding_window", nullptr}}) == Found(0, 0));
  CHECK(window("gemma-2-27b", {}) == Found(4096, 23));
  CHECK(window("gemma-2-27b", {{"num_hidden_layers", 5}}) == Found(4096, 3));
  CHECK(window("gemma-3-27b", {}) == Found(1024, 52));
  CHECK(window("gemma-3-27b", {{"text_config.sliding_window_pattern", 1}}) == Found(0, 0));
  CHECK(window("gpt-oss-20b", {}) == Found(128, 12));
  Json types = Json::array();
  for (int layer = 0; layer < 24; ++layer)
    types.push_back(layer < 23 ? "full_attention" : "sliding_attention");
  CHECK(window("gpt-oss-20b", {{"layer_types", types}}) == Found(128, 1));
  Json card = Json::parse(card_text("gpt-oss-20b"));
  types[3] = "linear_attention";
  card["layer_types"] = types;
  CHECK(says(refusal(card), "layer_types holds 'linear_attention'"));
  types.erase(0);
  card["layer_types"] = types;
  CHECK(says(refusal(card),
             "layer_types is a list of 23, but must be a list of as many as there are layers, 24"));

  const ModelCounts mistral = count_model(parse_model_card(card_text("mistral-7b-v0.1"), "m"), 2);
  CHECK(mistral.cache[2].value == std::int64_t{131072} * 32768);
  CHECK(mistral.cache[3].value == std::int64_t{131072} * 4096);
}

TEST_CASE("scale and positions") {
  const auto of = [](const char* name) { return parse_model_card(card_text(name), name); };
  CHECK(of("gemma-2-27b").scale == doctest::Approx(1 / std::sqrt(144.0)));
  CHECK(of("gemma-3-27b").scale_meaning == "1/\u221a168");
  CHECK(of("llama-3.1-8b").scale == doctest::Approx(1 / std::sqrt(128.0)));
  const double mscale = 0.1 * std::log(40.0) + 1;
  CHECK(of("deepseek-v3").scale == doctest::Approx(mscale * mscale / std::sqrt(192.0)));
  Json gpt2 = Json::parse(card_text("gpt2"));
  gpt2["scale_attn_weights"] = false;
  CHECK(read(gpt2).scale == 1);
  CHECK(of("phi-2").rotary_dim == 32);
  CHECK(of("pythia-6.9b").rotary_dim == 32);
  Json phi = Json::parse(card_text("phi-2"));
  phi["rope_parameters"] = {{"partial_rotary_factor", 0.5}};
  CHECK(read(phi).rotary_dim == 40);
  phi["rope_parameters"] = {{"partial_rotary_factor", 1.5}};
  CHECK(says(refusal(phi), "rope_parameters.partial_rotary_factor is 1.5, but must be at most 1"));
  CHECK(of("bloom").positions == Positions::alibi);
  CHECK(of("gpt2").positions == Positions::learned);
  CHECK(of("gemma-2-27b").softcap == 50);
}

TEST_CASE("an encoder keeps no cache") {
  Json bert = Json::parse(card_text("bert-base"));
  CHECK(count_model(read(bert), 2).cache.empty());
  CHECK_FALSE(read(bert).causal);
  bert["is_decoder"] = true;
  CHECK(count_model(read(bert), 2).cache[1].value == 36'864);
}

TEST_CASE("the language model inside a larger one") {
  Json card = {{"model_type", "llava"}, {"hidden_size", 1}, {"text_config", llama(64, 8)}};
  CHECK(read(card).d_model == 64);
  card["text_config"]["hidden_size"] = -1;
  CHECK(says(refusal(card), "text_config.hidden_size is -1"));
  card["text_config"].erase("model_type");
  CHECK(says(refusal(card), "model_type 'llava' is not supported"));
  card["text_config"] = "llama";
  CHECK(says(refusal(card), "text_config is 'llama', but must be an object"));
  Json plain = llama(64, 8);
  plain["text_config"] = nullptr;
  CHECK(read(plain).d_model == 64);
}

TEST_CASE("every listed model is counted, and a trace of its nearest state has its parameters") {
  const std::vector<std::string> names = card_names();
  CHECK(names.size() >= 20);
  int compared = 0;
  for (const std::string& name : names) {
    CAPTURE(name);
    const ModelCard card = parse_model_card(card_text(name), name + ".json");
    CHECK(says(card.name, "/"));
    CHECK(card.context);
    const ModelCounts counts = count_model(card, 2);
    std::int64_t sum = 0;
    for (const Count& part : counts.parameters) sum += part.value;
    CHECK(counts.layer.value == sum);
    const NearestState nearest = nearest_state(card);
    CHECK(nearest.state.has_value());
    const bool same = card.biases.empty() || card.biases == "qkvo";
    if (!nearest.state || !same || card.qk_norm == QkNorm::all_heads || card.qk_norm_bias) continue;
    Settings settings(recipe_keys());
    for (const auto& [key, value] : *nearest.state) settings.set(key, value);
    const Recipe recipe = make_recipe(settings);
    CHECK(total(find_pipeline(settings.get("pipeline")).build(recipe), Count::Kind::parameters) ==
          counts.layer.value);
    CHECK(count_model(model_card(recipe), 4).layer.value == counts.layer.value);
    if (card.cached) CHECK(kv_cache_per_token(recipe).value == count_model(card, 4).cache[0].value);
    ++compared;
  }
  CHECK(compared > 20);
}
