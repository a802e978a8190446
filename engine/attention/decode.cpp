#include <algorithm>

#include "engine/attention/feature.hpp"
#include "engine/attention/layer.hpp"
#include "engine/ops/catalog.hpp"
#include "engine/tensor/error.hpp"

namespace headwise {

/// Prefill and decode (Pope et al. 2022, section 2).
std::vector<Key> decode_keys() {
  using Type = Key::Type;
  return {
      {"new_tokens", Type::auto_count, "auto", 1, 64, {}, "new tokens",
       "How many of the sentence's last tokens are decoded one by one; those before are the prompt. auto: 2, or as many as leave a prompt."},
  };
}

void check_decode(Recipe& r) {
  r.resolve("new_tokens", std::min<std::int64_t>(2, r.tokens - 1));
  if (r.is("mask_when", "after")) {
    throw Error("mask_when=after makes a token depend on later ones, so decoding cannot show it: use mask_when=before, or pipeline=attention");
  }
  if (r.tokens < 2) throw Error("tokens: decoding needs a prompt and something after it; type at least two words");
  if (r.count("new_tokens") >= r.tokens) {
    throw Error("new_tokens=" + r.settings.get("new_tokens") + " leaves no prompt of the " + std::to_string(r.tokens) +
                " tokens: use at most " + std::to_string(r.tokens - 1));
  }
}

namespace {

/// The recipe with its mask made causal, or with that left out: one new token has nothing after it.
Recipe masked(Recipe r, bool causal) {
  std::string mask;
  for (const std::string& word : r.settings.list("mask")) {
    if (word != "none" && word != "causal") mask += (mask.empty() ? "" : ",") + word;
  }
  if (causal) mask += mask.empty() ? "causal" : ",causal";
  r.settings.set("mask", mask.empty() ? "none" : mask);
  return r;
}

Axis cut(Axis axis, std::int64_t first, std::int64_t size) {
  axis.first = first;
  axis.size = size;
  return axis;
}

NodeRef cached(Graph& g, const std::string& id, const std::string& title, Role role, NodeRef before, NodeRef added) {
  return g.stage(id, title, role, make_op("append"), {before, added});
}

}  // namespace

/// The prompt at once, then token by token: each step computes one query, key and value, adds the
/// last two to the cache, and reads the whole of it. Causal whatever the mask. Ends with the
/// difference to computing everything anew.
Graph build_decode(const Recipe& given) {
  Graph g;
  const Recipe r = masked(given, true);
  const Recipe one_by_one = masked(given, false);
  const Places all = places(r);
  const std::int64_t steps = r.count("new_tokens");
  const std::int64_t prompt = r.tokens - steps;
  const NodeRef x = inputs(g, r).x;                                                          // (B, T, d_model)
  const PositionTables tables = position_tables(g, r);
  const LayerWeights w = layer_weights(g, r);
  const auto tokens_of = [&](NodeRef whole, const Axis& some) {
    return g.stage("x", some.size == 1 ? "The new token" : "The prompt", Role::input,
                   make_op("some_tokens", {{"tokens", Axes{some}}}), {whole});
  };

  g.enter("prefill/");
  const Places start{all.batch, cut(all.queries, 0, prompt), cut(all.keys, 0, prompt)};
  const NodeRef prompt_x = tokens_of(x, start.queries);                                      // (B, P, d_model)
  const Heads first = project(g, r, {prompt_x, prompt_x}, w, tables, start);
  NodeRef k_cache = first.k;                                                                 // (B, h_kv, P, d_k)
  NodeRef v_cache = first.v;                                                                 // (B, h_kv, P, d_v)
  mix(g, r,
      attend(g, r,
             logits(g, r, first.q, shared(g, r, "k_shared", "Keys, shared", Role::key, k_cache), w, start),
             shared(g, r, "v_shared", "Values, shared", Role::value, v_cache), w, start),
      w, start);                                                                             // (B, P, d_model)

  std::vector<NodeRef> outputs;
  for (std::int64_t s = 0; s < steps; ++s) {
    g.enter("step" + std::to_string(s) + "/");
    const std::int64_t now = prompt + s;
    const Places one{all.batch, cut(all.queries, now, 1), cut(all.keys, now, 1)};
    const Places seen{all.batch, one.queries, cut(all.keys, 0, now + 1)};
    const NodeRef token = tokens_of(x, one.queries);                                         // (B, 1, d_model)
    const Heads added = project(g, r, {token, token}, w, tables, one);
    k_cache = cached(g, "k_cache", "Cached keys", Role::key, k_cache, added.k);              // (B, h_kv, P+s+1, d_k)
    v_cache = cached(g, "v_cache", "Cached values", Role::value, v_cache, added.v);          // (B, h_kv, P+s+1, d_v)
    const NodeRef k = shared(g, r, "k_shared", "Keys, shared", Role::key, k_cache);
    const NodeRef v = shared(g, r, "v_shared", "Values, shared", Role::value, v_cache);
    const NodeRef scores = logits(g, one_by_one, added.q, k, w, seen);                       // (B, h, 1, P+s+1)
    outputs.push_back(mix(g, r, attend(g, one_by_one, scores, v, w, seen), w, seen));        // (B, 1, d_model)
  }

  g.begin_comparison();
  g.enter("recomputed/");
  const NodeRef whole = attention_layer(g, r, {x, x}, w, tables, all);                       // (B, T, d_model)
  for (std::int64_t s = 0; s < steps; ++s) {
    g.enter("step" + std::to_string(s) + "/");
    g.stage("difference", "Step less recomputing", Role::output,
            make_op("difference", {{"summary", std::string("The cache gives the same numbers as computing all tokens anew, but for the last rounding.")},
                                   {"first", prompt + s}}),
            {outputs[static_cast<std::size_t>(s)], whole});
  }
  return g;
}

}  // namespace headwise
