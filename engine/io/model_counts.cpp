#include "engine/io/model_counts.hpp"

#include <algorithm>

#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

using Kind = Count::Kind;

/// A size in symbols, in numbers and as a value.
struct Size {
  std::string formula;
  std::string numbers;
  std::int64_t value = 0;
};

Size size(std::string symbol, std::int64_t value) {
  return {std::move(symbol), print_count(value), value};
}

/// Sizes are at least 1, and their products and sums may not pass 64 bits.
class Arithmetic {
 public:
  explicit Arithmetic(const std::string& name) : name_(name) {}

  Size product(const std::vector<Size>& factors) const {
    return fold(factors, " \u00d7 ", 1, [](std::int64_t a, std::int64_t b) {
      return a <= INT64_MAX / b ? std::optional(a * b) : std::nullopt;
    });
  }
  Size sum(const std::vector<Size>& terms) const {
    return fold(terms, " + ", 0, [](std::int64_t a, std::int64_t b) {
      return a <= INT64_MAX - b ? std::optional(a + b) : std::nullopt;
    });
  }

 private:
  template <typename Operation>
  Size fold(const std::vector<Size>& all, const std::string& sign, std::int64_t start,
            const Operation& operation) const {
    Size result{"", "", start};
    bool fits = true;
    for (const Size& next : all) {
      const std::string between = result.formula.empty() ? "" : sign;
      result.formula += between + next.formula;
      result.numbers += between + next.numbers;
      const auto value = operation(result.value, next.value);
      fits = fits && value;
      result.value = value.value_or(1);
    }
    if (!fits) {
      throw Error((name_.empty() ? "" : name_ + ": ") + result.formula + " = " + result.numbers +
                  " is more than can be counted (" + print_count(INT64_MAX) +
                  "); the sizes must be smaller");
    }
    return result;
  }

  const std::string& name_;
};

Size bracketed(Size of) { return {"(" + of.formula + ")", "(" + of.numbers + ")", of.value}; }
/// Heads side by side, as an axis is named: h*d_k.
Size side_by_side(const Arithmetic& a, const Size& heads, const Size& entries) {
  const Size both = a.product({heads, entries});
  return {"(" + heads.formula + "*" + entries.formula + ")", "(" + both.numbers + ")", both.value};
}

Count count(Kind kind, std::string what, const Size& of) {
  return {kind, std::move(what), of.formula, of.numbers, of.value};
}

std::vector<Count> layer_parameters(const ModelCard& m, const Arithmetic& a) {
  const Size d_model = size("d_model", m.d_model);
  const Size h = size("h", m.num_heads);
  const Size h_kv = size("h_kv", m.num_kv_heads);
  const Size d_k = size("d_k", m.head_dim);
  const Size d_v = size("d_v", m.v_dim);
  const Size all_q = side_by_side(a, h, d_k);
  const Size all_k = side_by_side(a, h_kv, d_k);
  const Size all_v = side_by_side(a, h_kv, d_v);
  const Size all_o = side_by_side(a, h, d_v);

  std::vector<Count> all;
  const auto add = [&](const std::string& what, const std::vector<Size>& factors) {
    all.push_back(count(Kind::parameters, what, a.product(factors)));
  };
  const auto linear = [&](char bias, const std::string& name, const Size& in, const Size& out) {
    add("w_" + name, {in, out});
    if (m.has_bias(bias)) add("b_" + name, {out});
  };
  if (m.latent) {
    const Size r_kv = size("r_kv", m.latent->kv_rank);
    const Size d_rope = size("d_rope", m.latent->rope_dim);
    const Size d_nope = size("d_nope", m.latent->nope_dim);
    if (m.latent->q_rank > 0) {
      const Size r_q = size("r_q", m.latent->q_rank);
      linear('a', "q_a", d_model, r_q);
      add("q_a_norm", {r_q});
      linear('-', "q_b", r_q, all_q);
    } else {
      linear('-', "q", d_model, all_q);
    }
    linear('c', "kv_a", d_model, bracketed(a.sum({r_kv, d_rope})));
    add("kv_a_norm", {r_kv});
    linear('-', "kv_b", r_kv, side_by_side(a, h, bracketed(a.sum({d_nope, d_v}))));
  } else {
    linear('q', "q", d_model, all_q);
    linear('k', "k", d_model, all_k);
    linear('v', "v", d_model, all_v);
  }
  if (m.qk_norm != QkNorm::none) {
    const bool shared = m.qk_norm == QkNorm::one_head;
    for (const auto& [name, heads] : {std::pair("q_norm", all_q), {"k_norm", all_k}}) {
      add(name, {shared ? d_k : heads});
      if (m.qk_norm_bias) add(std::string(name) + "_bias", {shared ? d_k : heads});
    }
  }
  if (m.sinks) add("sinks", {h});
  linear('o', "o", all_o, d_model);
  return all;
}

std::vector<Count> cache_counts(const ModelCard& m, std::int64_t bytes, const Arithmetic& a) {
  if (!m.cached) return {};
  const Size each = size("bytes", bytes);
  const Size numbers =
      m.latent
          ? bracketed(a.sum({size("r_kv", m.latent->kv_rank), size("d_rope", m.latent->rope_dim)}))
          : a.product({size("h_kv", m.num_kv_heads),
                       bracketed(a.sum({size("d_k", m.head_dim), size("d_v", m.v_dim)}))});
  const Size token = a.product({numbers, each});
  const Size layers = size("layers", m.layers);
  std::vector<Count> all{count(Kind::bytes, "one token, one layer", token),
                         count(Kind::bytes, "one token, all layers", a.product({layers, token}))};
  if (!m.context) return all;
  const Size context = size("context", *m.context);
  all.push_back(
      count(Kind::bytes, "full context, every key kept", a.product({context, layers, token})));
  if (!m.window) return all;
  std::vector<Size> kept;
  if (m.layers > m.window_layers)
    kept.push_back(a.product({size("full layers", m.layers - m.window_layers), context}));
  kept.push_back(a.product({size("sliding layers", m.window_layers),
                            size("min(window, context)", std::min(*m.window, *m.context))}));
  all.push_back(count(Kind::bytes, "full context, sliding layers keep their window",
                      a.product({bracketed(a.sum(kept)), token})));
  return all;
}

}  // namespace

ModelCounts count_model(const ModelCard& m, std::int64_t bytes) {
  const Arithmetic a(m.name);
  ModelCounts counts;
  counts.parameters = layer_parameters(m, a);
  std::vector<Size> parts;
  for (const Count& part : counts.parameters) parts.push_back(size(part.what, part.value));
  const Size layer = a.sum(parts);
  counts.layer = count(Kind::parameters, "one layer", layer);
  counts.model = count(Kind::parameters, "all layers",
                       a.product({size("layers", m.layers), size("one layer", layer.value)}));
  counts.cache = cache_counts(m, bytes, a);
  return counts;
}

}  // namespace headwise
