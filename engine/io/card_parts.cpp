#include "engine/io/card_parts.hpp"

#include <algorithm>
#include <cmath>

#include "engine/ops/op.hpp"

namespace headwise {

namespace {

using Kind = JsonValue::Kind;

/// `layer_types` says for each layer whether it slides.
std::int64_t sliding_layers(CardFields& card, const JsonValue& types, const ModelCard& m) {
  const std::string name = card.name("layer_types");
  if (types.kind != Kind::list || static_cast<std::int64_t>(types.items.size()) != m.layers) {
    card.refuse(name + " is " + types.shown() +
                (types.kind == Kind::list ? " of " + std::to_string(types.items.size()) : "") +
                ", but must be a list of as many as there are layers, " + std::to_string(m.layers));
  }
  std::int64_t sliding = 0;
  for (const JsonValue& type : types.items) {
    const bool slides = type.kind == Kind::text && type.text == "sliding_attention";
    if (!slides && (type.kind != Kind::text || type.text != "full_attention")) {
      card.refuse(name + " holds " + type.shown() +
                  "; only 'full_attention' and 'sliding_attention' are supported");
    }
    sliding += slides ? 1 : 0;
  }
  return sliding;
}

}  // namespace

void read_heads(CardFields& card, const Family& family, ModelCard& m) {
  const std::string heads = card.name(family.num_heads.names);
  m.num_kv_heads = m.num_heads;
  const bool by_field = !family.kv_heads.names.empty() && card.flag(family.kv_heads_if);
  const bool multi_query = card.flag(family.multi_query);
  const auto stated = by_field || card.find(family.kv_heads.names)
                          ? card.optional_size(family.kv_heads)
                          : std::nullopt;
  if (by_field) {
    m.num_kv_heads = stated.value_or(m.num_heads);
  } else if (multi_query) {
    m.num_kv_heads = 1;
  }
  if (!by_field && stated && *stated != m.num_kv_heads) {
    card.note(card.name(family.kv_heads.names) + " is " + std::to_string(*stated) +
              ", but not used: " + std::string(family.kv_heads_if.name) + " is off, and " +
              std::string(family.multi_query.name) +
              (multi_query ? " means one KV head." : " is too: each head has its own."));
  }
  if (m.num_heads % m.num_kv_heads != 0) {
    card.refuse(card.name(family.kv_heads.names) + " is " + std::to_string(m.num_kv_heads) +
                ", but must divide " + heads + " (" + std::to_string(m.num_heads) +
                "): every KV head serves the same number of query heads");
  }
  if (const auto head_dim = card.optional_size(family.head_dim)) {
    m.head_dim = *head_dim;
  } else if (m.d_model % m.num_heads != 0) {
    card.refuse(heads + " is " + std::to_string(m.num_heads) + ", but must divide " +
                card.name(family.d_model.names) + " (" + std::to_string(m.d_model) +
                "): head_dim = d_model / num_heads must be whole");
  } else {
    m.head_dim = m.d_model / m.num_heads;
  }
  m.v_dim = m.head_dim;
}

void read_latent(CardFields& card, ModelCard& m) {
  Latent latent;
  const auto q_rank = card.find("q_lora_rank");
  if (!q_rank || q_rank->value->kind != Kind::null) latent.q_rank = card.size({"q_lora_rank"});
  latent.kv_rank = card.size({"kv_lora_rank"});
  latent.nope_dim = card.size({"qk_nope_head_dim"});
  latent.rope_dim = card.size({"qk_rope_head_dim"});
  m.num_kv_heads = m.num_heads;
  m.head_dim = latent.nope_dim + latent.rope_dim;
  m.v_dim = card.size({"v_head_dim"});
  if (card.flag({"attention_bias", false})) m.biases = latent.q_rank > 0 ? "aco" : "co";
  m.rotary_dim = latent.rope_dim;
  m.latent = latent;
}

void read_scale(CardFields& card, const Family& family, ModelCard& m) {
  const auto inverse_root = [&m](double of, const std::string& written) {
    m.scale = 1 / std::sqrt(of);
    m.scale_meaning = "1/\u221a" + written;
  };
  inverse_root(static_cast<double>(m.head_dim), std::to_string(m.head_dim));
  if (!family.scale_by.names.empty()) {
    const auto by =
        card.positive(family.scale_by.names, static_cast<double>(family.scale_by.missing));
    if (!by)
      card.refuse(card.name(family.scale_by.names) + " is null, but must be a number above 0");
    inverse_root(*by, code_number(*by));
  }
  if (const auto scale = card.positive(family.scale_is, 0)) {
    m.scale = *scale;
    m.scale_meaning = "set by " + card.name(family.scale_is);
  }
  if (!card.flag(family.scale_if)) {
    m.scale = 1;
    m.scale_meaning = "switched off by " + card.name(family.scale_if.name);
  }
  // YaRN's factor on the scores, as modeling_deepseek_v3.py has it.
  const auto share = card.find("rope_scaling.mscale_all_dim");
  if (family.latent && share && share->value->kind != Kind::null) {
    const double mscale_all_dim = card.number("rope_scaling.mscale_all_dim");
    const double factor = card.number("rope_scaling.factor");
    if (mscale_all_dim == 0 || factor <= 1) return;
    const double mscale = 0.1 * mscale_all_dim * std::log(factor) + 1;
    m.scale *= mscale * mscale;
    m.scale_meaning += " \u00d7 " + code_number(mscale) + "\u00b2, from rope_scaling";
  }
}

void read_positions(CardFields& card, const Family& family, ModelCard& m) {
  m.positions = card.flag(family.alibi) ? Positions::alibi : family.positions;
  if (m.positions != Positions::rotary || m.latent) return;
  // Newer cards move it below rope_parameters.
  std::string_view from = "rope_parameters.partial_rotary_factor";
  if (!card.find(from)) from = family.rotary_share;
  const double share = card.positive(from, family.rotary_share_missing).value_or(1);
  if (share > 1) {
    card.refuse(card.name(from) + " is " + code_number(share) + ", but must be at most 1");
  }
  m.rotary_dim = static_cast<std::int64_t>(static_cast<double>(m.head_dim) * share);
}

void read_window(CardFields& card, const Family& family, ModelCard& m) {
  if (family.window.empty()) return;
  const bool on = card.flag(family.window_if);
  const auto stated = card.find(family.window);
  const auto size =
      on || stated ? card.optional_size({family.window, family.window_missing}) : std::nullopt;
  if (!on) {
    if (size) {
      card.note(card.name(family.window) + " is " + std::to_string(*size) + ", but " +
                std::string(family.window_if.name) + " is off: every layer sees all keys.");
    }
    return;
  }
  const auto types = card.find("layer_types");
  std::int64_t sliding = m.layers;
  if (types && types->value->kind != Kind::null) {
    sliding = sliding_layers(card, *types->value, m);
  } else if (family.full_every.missing > 0) {
    const std::int64_t every =
        family.full_every.names.empty() ? family.full_every.missing : card.size(family.full_every);
    sliding = m.layers - m.layers / every;
  } else if (family.full_below.missing > 0) {
    sliding = size ? std::max<std::int64_t>(0, m.layers - card.whole(family.full_below)) : 0;
  }
  if (!size || sliding == 0) return;
  m.window = size;
  m.window_layers = sliding;
}

}  // namespace headwise
