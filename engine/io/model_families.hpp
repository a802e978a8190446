#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/io/model_card.hpp"

namespace headwise {

/// A field of config.json: one or more names with spaces between that mean the same, and the value
/// that transformers takes where the card has none of them.
struct CountField {
  std::string_view names;
  std::int64_t missing = 0;  // 0: the rule beside it applies, or the card must have it
};
struct FlagField {
  std::string_view name;  // empty: no such field, `missing` holds
  bool missing = false;
};

/// A field with which transformers builds something that is not counted here.
struct Requirement {
  std::string_view name;
  bool flag = false;
  std::string_view text = {};  // where the field is text
  std::string_view why;
};

/// How transformers builds one family's attention and what its config.json calls the parts, as
/// modeling_NAME.py and configuration_NAME.py have it in
/// https://github.com/huggingface/transformers/tree/main/src/transformers/models.
struct Family {
  std::string_view model_type;    // where there are several, with spaces between
  std::string_view architecture;  // Llama: also known by architectures [LlamaForCausalLM]

  CountField d_model{"hidden_size"};
  CountField num_heads{"num_attention_heads"};
  CountField layers{"num_hidden_layers"};
  CountField context{"max_position_embeddings"};

  /// From d_model / num_heads where the card has none and there is no number.
  CountField head_dim{};

  /// KV heads: the field's number, where there is a field and the switch is on; else 1 where
  /// `multi_query` is on; else num_heads. A null field is num_heads too.
  CountField kv_heads{};
  FlagField kv_heads_if{"", true};
  FlagField multi_query{};

  std::string_view biases{};  // the projections that have one, of `qkvo` ...
  FlagField biases_if{};      // ... where this is on

  QkNorm qk_norm = QkNorm::none;
  FlagField qk_norm_if{"", true};
  bool qk_norm_bias = false;

  CountField scale_by{};         // scale = 1 / sqrt(this), else 1 / sqrt(head_dim)
  std::string_view scale_is{};   // a field that gives the scale itself
  FlagField scale_if{"", true};  // off: scores are not scaled

  Positions positions = Positions::rotary;
  FlagField alibi{};                // on: ALiBi instead
  std::string_view rotary_share{};  // a field with the part of head_dim that is rotated
  double rotary_share_missing = 0;  // 0: all of it

  std::string_view window{};  // a field with the size; null: no layer slides
  std::int64_t window_missing = 0;
  FlagField window_if{"", true};
  CountField full_every{};  // each so-many-th layer is not sliding; no field: all slide
  CountField full_below{};  // layers below this number are not

  std::string_view softcap{};
  double softcap_missing = 0;
  bool sinks = false;
  bool latent = false;   // MLA, with its own fields
  bool encoder = false;  // unless is_decoder
  std::vector<Requirement> requirements{};
};

std::span<const Family> model_families();

}  // namespace headwise
