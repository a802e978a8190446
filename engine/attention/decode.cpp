#include <algorithm>

#include "engine/attention/feature.hpp"
#include "engine/attention/layer.hpp"
#include "engine/attention/memory.hpp"
#include "engine/attention/pipeline.hpp"
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

const std::string times = " \u00d7 ";

}  // namespace

/// The prompt at once, then token by token: each step computes what its token has of its own, adds
/// that to the cache, and reads the whole of it. Causal whatever the mask. Ends with the difference
/// to computing everything anew.
void decode(Graph& g, const Recipe& given, NodeRef x, const CachingLayer& layer) {
  const Recipe r = masked(given, true);
  const Recipe one_by_one = masked(given, false);
  const Places all = places(r);
  const std::int64_t steps = r.count("new_tokens");
  const std::int64_t prompt = r.tokens - steps;
  const auto tokens_of = [&](const Axis& some) {
    return g.stage("x", some.size == 1 ? "The new token" : "The prompt", Role::input,
                   make_op("some_tokens", {{"tokens", Axes{some}}}), {x});
  };

  g.enter_part("prefill/");
  const Places start{all.batch, cut(all.queries, 0, prompt), cut(all.keys, 0, prompt)};
  CachingLayer::Own cache = layer.own(r, tokens_of(start.queries), start);                   // x: (B, P, d_model)
  layer.look(r, cache, start);                                                               // (B, P, d_model)

  std::vector<NodeRef> outputs;
  for (std::int64_t s = 0; s < steps; ++s) {
    g.enter_part("step" + std::to_string(s) + "/");
    const std::int64_t now = prompt + s;
    const Places one{all.batch, cut(all.queries, now, 1), cut(all.keys, now, 1)};
    const Places seen{all.batch, one.queries, cut(all.keys, 0, now + 1)};
    const CachingLayer::Own added = layer.own(r, tokens_of(one.queries), one);               // x: (B, 1, d_model)
    cache.q = added.q;
    for (std::size_t i = 0; i < layer.caches.size(); ++i) {                                  // (..., P+s+1, d)
      const CachingLayer::Cache& named = layer.caches[i];
      cache.kept[i] = g.stage(named.id, named.title, named.role, make_op("append"), {cache.kept[i], added.kept[i]});
    }
    outputs.push_back(layer.look(one_by_one, cache, seen));                                  // (B, 1, d_model)
  }

  g.begin_comparison();
  g.enter_part("recomputed/");
  const NodeRef whole = layer.look(r, layer.own(r, x, all), all);                            // (B, T, d_model)
  for (std::int64_t s = 0; s < steps; ++s) {
    g.enter("step" + std::to_string(s) + "/");
    g.stage("difference", "Step less recomputing", Role::output,
            make_op("difference", {{"summary", std::string("The cache gives the same numbers as computing all tokens anew, but for the last rounding.")},
                                   {"first", prompt + s}}),
            {outputs[static_cast<std::size_t>(s)], whole});
  }
}

namespace {

/// The part of the cache that some tokens take.
Count cached(const Recipe& r, std::string what, std::int64_t tokens) {
  const Count token = kv_cache_per_token(r);
  return {Count::Kind::bytes, std::move(what), "B" + times + "tokens" + times + token.formula,
          std::to_string(r.sentences()) + times + std::to_string(tokens) + times + token.numbers,
          r.sentences() * tokens * token.value};
}

Count fetched(const std::string& step, std::int64_t parameters) {
  return {Count::Kind::bytes, step + ", the weights", "parameters" + times + "4 bytes",
          std::to_string(parameters) + times + "4", parameters * 4};
}

std::int64_t matmul_flops(const Graph& g, std::string_view path) {
  std::int64_t flops = 0;
  for (const std::size_t stage : g.stages()) {
    if (g[stage].id().starts_with(path)) flops += total(counts(g, stage), Count::Kind::matmul_flops);
  }
  return flops;
}

/// Of computing all of the first `tokens` at once.
std::int64_t recomputed_flops(Recipe r, std::int64_t tokens) {
  r.tokens = r.keys = tokens;
  for (auto& sentence : r.batch.tokens) sentence.resize(static_cast<std::size_t>(tokens));
  r.resolved["new_tokens"] = 1;
  return matmul_flops(find_pipeline(r.settings.get("pipeline")).build(r), "recomputed/");
}

}  // namespace

std::vector<DecodeStep> decode_steps(const Recipe& r, const Graph& g) {
  const std::int64_t parameters = total(g, Count::Kind::parameters);
  const std::int64_t count = r.count("new_tokens");
  std::vector<DecodeStep> all;
  for (std::int64_t s = -1; s < count; ++s) {
    DecodeStep step;
    step.name = s < 0 ? "prefill" : "step" + std::to_string(s);
    step.after = r.tokens - count + s + 1;
    step.before = s < 0 ? 0 : step.after - 1;
    step.read = cached(r, step.name + ", the cache", step.after);
    step.written = cached(r, step.name + ", new in the cache", step.after - step.before);
    step.weights = fetched(step.name, parameters);
    step.flops = matmul_flops(g, step.name + "/");
    step.recomputed = s < 0 ? step.flops : recomputed_flops(r, step.after);
    for (const std::size_t stage : g.stages()) {
      const Node& node = g[stage];
      if (!node.id().starts_with(step.name + "/")) continue;
      if (step.last == 0) step.first = stage;
      step.last = stage;
      if (node.op->name() != "append") continue;
      step.caches.push_back(stage);
      if (s == 0) all[0].caches.push_back(node.inputs[0]);
    }
    all.push_back(std::move(step));
  }
  return all;
}

/// The cache after each step, and what each step reads.
std::vector<Memory> decode_memory(const Recipe& r, const Graph& g) {
  Memory cache{"KV cache at the end", "What is kept of all tokens so far, after each step.", 0, {}};
  Memory read{"read for the last token",
              "What a step has to fetch from memory to compute one token: the whole cache, and all weights, which many "
              "sentences at a time can share. Decoding is slow because of this, not because of arithmetic.",
              0, {}};
  const std::int64_t parameters = total(g, Count::Kind::parameters);
  const std::int64_t count = r.count("new_tokens");
  for (std::int64_t s = 0; s < count; ++s) {
    const std::string step = "step" + std::to_string(s);
    const Count kept = cached(r, step + ", the cache", r.tokens - count + s + 1);
    const Count weights = fetched(step, parameters);
    cache.lines.push_back(kept);
    cache.bytes = kept.value;
    read.lines.push_back(kept);
    read.lines.push_back(weights);
    read.bytes = kept.value + weights.value;
  }
  return {std::move(cache), std::move(read)};
}

Graph build_decode(const Recipe& given) {
  Graph g;
  const NodeRef x = inputs(g, given).x;                                                      // (B, T, d_model)
  const PositionTables tables = position_tables(g, given);
  const LayerWeights w = layer_weights(g, given);
  decode(g, given, x,
         {{{"k_cache", "Cached keys", Role::key}, {"v_cache", "Cached values", Role::value}},
          [&](const Recipe& r, NodeRef tokens, const Places& at) {
            const Heads heads = project(g, r, {tokens, tokens}, w, tables, at);
            return CachingLayer::Own{heads.q, {heads.k, heads.v}};
          },
          [&](const Recipe& r, const CachingLayer::Own& of, const Places& at) {
            const NodeRef k = shared(g, r, "k_shared", "Keys, shared", Role::key, of.kept[0]);
            const NodeRef v = shared(g, r, "v_shared", "Values, shared", Role::value, of.kept[1]);
            const NodeRef scores = logits(g, r, of.q, k, w, at);                             // (B, h, T_q, T_kv)
            return mix(g, r, attend(g, r, scores, v, w, at), w, at);                         // (B, T_q, d_model)
          }});
  return g;
}

}  // namespace headwise
