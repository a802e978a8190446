#include "tests/engine/io/model_cards.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/io/model_counts.hpp"
#include "tests/engine/io/stored.hpp"

namespace headwise::test {

namespace {

const std::filesystem::path folder = std::filesystem::path(HEADWISE_SOURCE_DIR) / "cards";

using Fields = std::vector<CardField>;

Fields operator+(Fields all, const Fields& more) {
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

/// d_model 64, 32 heads in 2 layers; head size 2, unless a card sets 4.
const std::string sizes = R"("hidden_size": 64, "num_attention_heads": 32, "num_hidden_layers": 2)";
const Fields size_fields{
    {"hidden_size", ""}, {"num_attention_heads", ""}, {"num_hidden_layers", ""}};
const std::string context = R"(, "max_position_embeddings": 100)";
const Fields context_field{{"max_position_embeddings", "mn"}};
const std::string kv = R"(, "num_key_value_heads": 2)";
const Fields kv_field{{"num_key_value_heads", "mn"}};
const std::string head = R"(, "head_dim": 4)";
const Fields head_field{{"head_dim", "mn"}};
const std::string bias = R"(, "attention_bias": true)";
const Fields bias_field{{"attention_bias", "mt"}};
const std::string rotary = R"(, "partial_rotary_factor": 0.5)";
const Fields rotary_field{{"partial_rotary_factor", "mn"}};
const std::string window = R"(, "sliding_window": 16)";
const Fields window_field{{"sliding_window", "mn"}};
const std::string n_sizes = R"("n_embd": 64, "n_head": 32, "n_layer": 2, "n_positions": 100)";
const Fields n_fields{{"n_embd", ""}, {"n_head", ""}, {"n_layer", ""}, {"n_positions", "mn"}};

const std::string plain = "w_q w_k w_v w_o";
const std::string with_bias = "w_q b_q w_k b_k w_v b_v w_o b_o";
const std::string normed = "w_q w_k w_v q_norm k_norm w_o";
const std::string bias_and_norm = "w_q b_q w_k b_k w_v b_v q_norm k_norm w_o b_o";

// By hand, from d_model 64, h 32, h_kv 2.
constexpr std::int64_t mha_2 = 4 * 64 * 64;  // head size 2
constexpr std::int64_t gqa_2 = 2 * 64 * 64 + 2 * 64 * 4;
constexpr std::int64_t gqa_4 = 2 * 64 * 128 + 2 * 64 * 8;  // head size 4
constexpr std::int64_t mqa_2 = 2 * 64 * 64 + 2 * 64 * 2;
constexpr std::int64_t biases_gqa_4 = 128 + 8 + 8 + 64;
constexpr std::int64_t biases_gqa_2 = 64 + 4 + 4 + 64;

FamilyCard card(const std::string& family, const std::string& members, Fields fields,
                const std::string& parts, std::int64_t parameters) {
  return {family, R"({"model_type": ")" + family + "\", " + members + "}", std::move(fields), parts,
          parameters};
}

}  // namespace

ModelCard read(const Json& card) { return parse_model_card(card.dump(), "some.json"); }
std::string refusal(const Json& card) {
  return error_of([&] { count_model(read(card), 2); });
}

Json llama(std::int64_t d_model, std::int64_t heads) {
  return {{"model_type", "llama"},
          {"hidden_size", d_model},
          {"num_attention_heads", heads},
          {"num_hidden_layers", 1}};
}

void put(Json& card, const std::string& path, const std::optional<Json>& value) {
  const std::size_t dot = path.find('.');
  if (dot != path.npos) return put(card[path.substr(0, dot)], path.substr(dot + 1), value);
  if (value) {
    card[path] = *value;
  } else {
    card.erase(path);
  }
}

const std::vector<FamilyCard>& family_cards() {
  static const std::vector<FamilyCard> all{
      card(
          "bert",
          sizes + context +
              R"(, "is_decoder": false, "add_cross_attention": false, "position_embedding_type": "absolute")",
          size_fields + context_field +
              Fields{{"is_decoder", "mt"},
                     {"add_cross_attention", "m"},
                     {"position_embedding_type", "mn"}},
          with_bias, mha_2 + 4 * 64),
      card("bloom", R"("hidden_size": 64, "n_head": 32, "n_layer": 2, "seq_length": 100)",
           {{"hidden_size", ""}, {"n_head", ""}, {"n_layer", ""}, {"seq_length", "mn"}}, with_bias,
           mha_2 + 4 * 64),
      card("cohere", sizes + context + kv + head + bias + R"(, "use_qk_norm": true)",
           size_fields + context_field + kv_field + head_field + bias_field +
               Fields{{"use_qk_norm", "mt"}},
           bias_and_norm, gqa_4 + biases_gqa_4 + 128 + 8),
      card(
          "dbrx",
          R"("d_model": 64, "n_heads": 32, "n_layers": 2, "max_seq_len": 100, "attn_config": {"kv_n_heads": 2})",
          {{"d_model", ""},
           {"n_heads", ""},
           {"n_layers", ""},
           {"max_seq_len", "mn"},
           {"attn_config.kv_n_heads", "mn"}},
          plain, gqa_2),
      card(
          "deepseek_v2",
          sizes + context + bias +
              R"(, "q_lora_rank": null, "kv_lora_rank": 6, "qk_nope_head_dim": 5, "qk_rope_head_dim": 3, "v_head_dim": 7)",
          size_fields + context_field + bias_field +
              Fields{{"q_lora_rank", "n"},
                     {"kv_lora_rank", ""},
                     {"qk_nope_head_dim", ""},
                     {"qk_rope_head_dim", ""},
                     {"v_head_dim", ""}},
          "w_q w_kv_a b_kv_a kv_a_norm w_kv_b w_o b_o",
          64 * 32 * 8 + 64 * 9 + 9 + 6 + 6 * 32 * 12 + 32 * 7 * 64 + 64),
      card(
          "deepseek_v3",
          sizes + context + bias +
              R"(, "q_lora_rank": 10, "kv_lora_rank": 6, "qk_nope_head_dim": 5, "qk_rope_head_dim": 3, "v_head_dim": 7, "rope_scaling": {"factor": 40, "mscale_all_dim": 1.0})",
          size_fields + context_field + bias_field +
              Fields{{"q_lora_rank", "n"},
                     {"kv_lora_rank", ""},
                     {"qk_nope_head_dim", ""},
                     {"qk_rope_head_dim", ""},
                     {"v_head_dim", ""},
                     {"rope_scaling.factor", "0f"},
                     {"rope_scaling.mscale_all_dim", "mn0f"}},
          "w_q_a b_q_a q_a_norm w_q_b w_kv_a b_kv_a kv_a_norm w_kv_b w_o b_o",
          64 * 10 + 10 + 10 + 10 * 32 * 8 + 64 * 9 + 9 + 6 + 6 * 32 * 12 + 32 * 7 * 64 + 64),
      card(
          "falcon",
          sizes + context +
              R"(, "num_kv_heads": 2, "new_decoder_architecture": true, "multi_query": true, "bias": true, "alibi": false)",
          size_fields + context_field +
              Fields{{"num_kv_heads", "mn"},
                     {"new_decoder_architecture", "mt"},
                     {"multi_query", "mt"},
                     {"bias", "mt"},
                     {"alibi", "mt"}},
          with_bias, gqa_2 + biases_gqa_2),
      card("gemma", sizes + context + kv + head + bias,
           size_fields + context_field + kv_field + head_field + bias_field, with_bias,
           gqa_4 + biases_gqa_4),
      card("gemma2",
           sizes + context + kv + head + bias + window +
               R"(, "query_pre_attn_scalar": 9, "attn_logit_softcapping": 50.0)",
           size_fields + context_field + kv_field + head_field + bias_field + window_field +
               Fields{{"query_pre_attn_scalar", "mf"}, {"attn_logit_softcapping", "mnf"}},
           with_bias, gqa_4 + biases_gqa_4),
      card(
          "gemma3_text",
          sizes + context + kv + head + bias + window +
              R"(, "query_pre_attn_scalar": 9, "attn_logit_softcapping": null, "sliding_window_pattern": 2)",
          Fields{{"hidden_size", ""}, {"num_attention_heads", "m"}, {"num_hidden_layers", ""}} +
              context_field + kv_field + head_field + bias_field + window_field +
              Fields{{"query_pre_attn_scalar", "mf"},
                     {"attn_logit_softcapping", "mnf"},
                     {"sliding_window_pattern", "m"}},
          bias_and_norm, gqa_4 + biases_gqa_4 + 4 + 4),
      card(
          "gpt2",
          n_sizes +
              R"(, "scale_attn_weights": true, "add_cross_attention": false, "scale_attn_by_inverse_layer_idx": false)",
          n_fields + Fields{{"scale_attn_weights", "mt"},
                            {"add_cross_attention", "m"},
                            {"scale_attn_by_inverse_layer_idx", "m"}},
          with_bias, mha_2 + 4 * 64),
      card("gpt_bigcode",
           n_sizes +
               R"(, "multi_query": true, "scale_attn_weights": true, "add_cross_attention": false)",
           n_fields + Fields{{"multi_query", "mt"},
                             {"scale_attn_weights", "mt"},
                             {"add_cross_attention", "m"}},
           with_bias, mqa_2 + 64 + 2 + 2 + 64),
      card("gpt_neox", sizes + context + bias + R"(, "rotary_pct": 0.25)",
           size_fields + context_field + bias_field + Fields{{"rotary_pct", "mn"}}, with_bias,
           mha_2 + 4 * 64),
      card("gpt_oss",
           sizes + context + kv + head + bias + window +
               R"(, "layer_types": ["sliding_attention", "full_attention"])",
           size_fields + context_field + kv_field + head_field + bias_field + window_field +
               Fields{{"layer_types", "mn"}},
           "w_q b_q w_k b_k w_v b_v sinks w_o b_o", gqa_4 + biases_gqa_4 + 32),
      card("llama", sizes + context + kv + head + bias,
           size_fields + context_field + kv_field + head_field + bias_field, with_bias,
           gqa_4 + biases_gqa_4),
      card("mistral", sizes + context + kv + head + window,
           size_fields + context_field + kv_field + head_field + window_field, plain, gqa_4),
      card("mixtral", sizes + context + kv + head + window,
           size_fields + context_field + kv_field + head_field + window_field, plain, gqa_4),
      card(
          "mpt",
          R"("d_model": 64, "n_heads": 32, "n_layers": 2, "max_seq_len": 100, "no_bias": true, "attn_config": {"alibi": true, "qk_ln": false, "softmax_scale": null, "attn_type": "multihead_attention"})",
          {{"d_model", ""},
           {"n_heads", ""},
           {"n_layers", ""},
           {"max_seq_len", "mn"},
           {"no_bias", "mt"},
           {"attn_config.alibi", "mt"},
           {"attn_config.qk_ln", "m"},
           {"attn_config.softmax_scale", "mnf"},
           {"attn_config.attn_type", "mn"}},
          plain, mha_2),
      card("olmo", sizes + context + kv + bias, size_fields + context_field + kv_field + bias_field,
           with_bias, gqa_2 + biases_gqa_2),
      card("olmo2", sizes + context + kv + bias,
           size_fields + context_field + kv_field + bias_field, bias_and_norm,
           gqa_2 + biases_gqa_2 + 64 + 4),
      card("opt", sizes + context + R"(, "enable_bias": true)",
           size_fields + context_field + Fields{{"enable_bias", "mt"}}, with_bias, mha_2 + 4 * 64),
      card("phi", sizes + context + kv + rotary + R"(, "qk_layernorm": true)",
           size_fields + context_field + kv_field + rotary_field + Fields{{"qk_layernorm", "mt"}},
           "w_q b_q w_k b_k w_v b_v q_norm q_norm_bias k_norm k_norm_bias w_o b_o",
           gqa_2 + biases_gqa_2 + 4 * 2),
      card("phi3", sizes + context + kv + head + rotary + window,
           size_fields + context_field + kv_field + head_field + rotary_field + window_field, plain,
           gqa_4),
      card("qwen2",
           sizes + context + kv + head + window +
               R"(, "use_sliding_window": true, "max_window_layers": 1)",
           size_fields + context_field + kv_field + head_field + window_field +
               Fields{{"use_sliding_window", "mt"}, {"max_window_layers", "m0"}},
           "w_q b_q w_k b_k w_v b_v w_o", gqa_4 + 128 + 8 + 8),
      card("qwen3",
           sizes + context + kv + head + bias + window +
               R"(, "use_sliding_window": true, "max_window_layers": 1)",
           size_fields + context_field + kv_field + head_field + bias_field + window_field +
               Fields{{"use_sliding_window", "mt"}, {"max_window_layers", "m0"}},
           bias_and_norm, gqa_4 + biases_gqa_4 + 4 + 4),
      card("qwen3_moe",
           sizes + context + kv + head + R"(, "attention_bias": false)" + window +
               R"(, "use_sliding_window": false)",
           size_fields + context_field + kv_field + head_field + bias_field + window_field +
               Fields{{"use_sliding_window", "mt"}},
           normed, gqa_4 + 4 + 4),
      card(
          "RefinedWeb",
          R"("hidden_size": 64, "n_head": 32, "n_layer": 2, "n_head_kv": 2, "bias": false, "alibi": false)",
          {{"hidden_size", ""},
           {"n_head", ""},
           {"n_layer", ""},
           {"n_head_kv", "mn"},
           {"bias", "mt"},
           {"alibi", "mt"}},
          plain, gqa_2),
      card(
          "RefinedWebModel",
          R"("hidden_size": 64, "n_head": 32, "n_layer": 2, "multi_query": true, "bias": false, "alibi": false)",
          {{"hidden_size", ""},
           {"n_head", ""},
           {"n_layer", ""},
           {"multi_query", "mt"},
           {"bias", "mt"},
           {"alibi", "mt"}},
          plain, mqa_2),
      card("stablelm",
           sizes + context + kv + rotary + R"(, "use_qkv_bias": true, "qk_layernorm": true)",
           size_fields + context_field + kv_field + rotary_field +
               Fields{{"use_qkv_bias", "mt"}, {"qk_layernorm", "mt"}},
           "w_q b_q w_k b_k w_v b_v q_norm k_norm w_o", gqa_2 + 64 + 4 + 4 + 64 + 4),
  };
  return all;
}

std::vector<std::string> card_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string card_text(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream(folder / (name + ".json"), std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace headwise::test
