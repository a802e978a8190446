#include <cmath>
#include <optional>

#include "engine/attention/feature.hpp"
#include "engine/attention/layer.hpp"
#include "engine/ops/catalog.hpp"
#include "engine/tensor/error.hpp"

namespace headwise {

/// Multi-head latent attention (DeepSeek-V2 2024, section 2.1).
std::vector<Key> latent_keys() {
  using Type = Key::Type;
  return {
      {"kv_lora_rank", Type::count, "4", 1, 65536, {}, "latent d_c", "Numbers that keys and values are compressed to, for all heads together."},
      {"q_lora_rank", Type::count, "0", 0, 65536, {}, "query latent", "Numbers that queries are compressed to. 0: not compressed."},
      {"rope_dim", Type::count, "2", 2, 65536, {}, "RoPE d_r", "Numbers of the rotary key that all heads share, and of each query's rotary part (even)."},
      {"latent_rope_base", Type::number, "10000", 1, 100000000, {}, "RoPE base", "Larger turns more slowly."},
  };
}

void check_latent(Recipe& r) {
  const std::int64_t rope = r.settings.count("rope_dim");
  if (rope % 2 != 0) {
    throw Error("rope_dim=" + std::to_string(rope) + " is odd, and rotary positions turn pairs: use " +
                std::to_string(rope - 1) + " or " + std::to_string(rope + 1));
  }
  if (r.settings.is_auto("scale")) {
    r.scale = 1 / std::sqrt(static_cast<double>(r.head_dim + rope));
    r.scale_meaning = "1/\u221a(" + std::to_string(r.head_dim) + " + " + std::to_string(rope) + ")";
  }
}

/// The latent and the rotary key.
Count latent_cache_per_token(const Recipe& r, std::int64_t bytes) {
  const std::int64_t rank = r.settings.count("kv_lora_rank");
  const std::int64_t rope = r.settings.count("rope_dim");
  return {Count::Kind::bytes, "latent and rotary key of one more token", "(d_c + d_r) \u00d7 " + std::to_string(bytes),
          "(" + std::to_string(rank) + " + " + std::to_string(rope) + ") \u00d7 " + std::to_string(bytes), (rank + rope) * bytes};
}

namespace {

Axis latent_axis(const Recipe& r) { return {"d_c", r.settings.count("kv_lora_rank")}; }
Axis rotary_axis(const Recipe& r) { return {"d_r", r.settings.count("rope_dim")}; }
/// d_k entries of content and d_r of position.
Axis whole_axis(const Recipe& r) { return {"d_k+d_r", r.head_dim + r.settings.count("rope_dim")}; }

struct LatentWeights {
  std::optional<Projection> compress_q;
  std::optional<NodeRef> q_gain;
  Projection q, compress_kv, rotary, k, v;
  NodeRef kv_gain;
  LayerWeights layer;  // W_O alone
  NodeRef cosines, sines;
};

LatentWeights latent_weights(Graph& g, const Recipe& r, const Places& at) {
  const Axis d_r = rotary_axis(r);
  const Axis all_q{"h*(d_k+d_r)", r.num_heads * whole_axis(r).size, AxisKind::feature, whole_axis(r).size};
  const Axis all_k{"h*d_k", r.num_heads * r.head_dim, AxisKind::feature, r.head_dim};
  const Axis all_v{"h*d_v", r.num_heads * r.v_dim, AxisKind::feature, r.v_dim};
  const std::int64_t q_rank = r.settings.count("q_lora_rank");
  const bool bias = r.on("bias");
  const auto table = [&](const char* id, const char* title, bool cosine) {
    return g.add(NodeKind::input, id, title, Role::input,
                 make_op("rotary_table", {{"axes", Axes{at.queries, {"pairs", d_r.size / 2}}},
                                          {"base", r.settings.number("latent_rope_base")}, {"cosine", std::int64_t{cosine}}}), {});
  };
  LatentWeights w;
  w.cosines = table("rotary_cos", "Cosines of positions", true);
  w.sines = table("rotary_sin", "Sines of positions", false);
  Axis from = model_axis(r);
  if (q_rank > 0) {
    const Axis rank{"d_q", q_rank};
    w.compress_q = projection(g, r, "dq", "Queries, compressed", Role::query, from, rank, bias);
    w.q_gain = gain(g, r, "g_latent_q", "Gain of compressed queries", Role::query, rank);
    from = rank;
  }
  w.q = projection(g, r, "q", "Queries", Role::query, from, all_q, bias);
  w.compress_kv = projection(g, r, "dkv", "Keys and values, compressed", Role::key, model_axis(r), latent_axis(r), bias);
  w.kv_gain = gain(g, r, "g_latent_kv", "Gain of the latent", Role::key, latent_axis(r));
  w.rotary = projection(g, r, "kr", "Rotary key", Role::key, model_axis(r), {"d_r", d_r.size, AxisKind::feature, d_r.size}, bias);
  w.k = projection(g, r, "uk", "Keys from the latent", Role::key, latent_axis(r), all_k, bias);
  w.v = projection(g, r, "uv", "Values from the latent", Role::value, latent_axis(r), all_v, bias);
  w.layer.o = projection(g, r, "o", "Output", Role::output, all_v, model_axis(r), bias);
  return w;
}

/// Queries; and of keys and values no more than is cached: the latent, and one rotary key for all
/// heads (decoupled, since turning and compressing do not commute).
CachingLayer::Own own(Graph& g, const Recipe& r, const LatentWeights& w, NodeRef x, const Places& at) {
  const Attributes epsilon{{"epsilon", 1e-6}};
  const auto turn = [&](const char* id, const char* title, Role role, NodeRef heads, std::int64_t start, const Axis& tokens) {
    return g.stage(id, title, role, make_op("rotate", {{"half", std::int64_t{0}}, {"start", start}, {"first", tokens.first}}),
                   {heads, w.cosines, w.sines});
  };
  NodeRef from = x;
  if (w.compress_q) {
    const NodeRef latent = linear(g, "latent_q", "Queries, compressed", Role::query, x, at.queries, *w.compress_q);
    from = g.stage("latent_q_norm", "Compressed queries, normalised", Role::query, make_op("rms_norm", epsilon),
                   {latent, *w.q_gain});                                                                  // (B, T, d_q)
  }
  const NodeRef q = linear(g, "q", "Queries", Role::query, from, at.queries, w.q);
  const NodeRef q_heads = split(g, "q_heads", "Queries by head", Role::query, q, head_axis(r), whole_axis(r));
  const NodeRef q_rot = turn("q_rot", "Queries, rotary part turned", Role::query, q_heads, r.head_dim, at.queries);  // (B, h, T_q, d_k+d_r)

  const NodeRef latent = linear(g, "latent_kv", "Keys and values, compressed", Role::key, x, at.keys, w.compress_kv);
  const NodeRef latent_norm = g.stage("latent_kv_norm", "The latent, normalised: what is cached", Role::key,
                                      make_op("rms_norm", epsilon), {latent, w.kv_gain});                 // (B, T, d_c)
  const NodeRef k_rope = linear(g, "k_rope", "The rotary key of all heads", Role::key, x, at.keys, w.rotary);
  const NodeRef k_rope_head = split(g, "k_rope_head", "Rotary key as one head", Role::key, k_rope, {"h_kv", 1, AxisKind::kv_head},
                                    rotary_axis(r));
  const NodeRef k_rope_rot = turn("k_rope_rot", "Rotary key, turned: cached too", Role::key, k_rope_head, 0, at.keys);  // (B, 1, T, d_r)
  return {q_rot, {latent_norm, k_rope_rot}};
}

/// Keys and values of all heads, from the latent; then attention as ever.
NodeRef look(Graph& g, const Recipe& r, const LatentWeights& w, const CachingLayer::Own& of, const Places& at) {
  const NodeRef k = linear(g, "k", "Keys without position", Role::key, of.kept[0], at.keys, w.k);
  const NodeRef v = linear(g, "v", "Values", Role::value, of.kept[0], at.keys, w.v);
  const NodeRef k_heads = split(g, "k_heads", "Keys by head, without position", Role::key, k, head_axis(r), entry_axis(r));
  const NodeRef v_heads = split(g, "v_heads", "Values by head", Role::value, v, head_axis(r), value_axis(r));     // (B, h, T_kv, d_v)
  const NodeRef k_rope_shared = shared(g, r, "k_rope_shared", "Rotary key, shared", Role::key, of.kept[1]);
  const NodeRef k_whole = g.stage("k_whole", "Keys: content and position", Role::key,
                                  make_op("concat_features", {{"last", Axes{whole_axis(r)}}}),
                                  {k_heads, k_rope_shared});                                              // (B, h, T_kv, d_k+d_r)
  const NodeRef scores = logits(g, r, of.q, k_whole, w.layer, at);                                        // (B, h, T_q, T_kv)
  return mix(g, r, attend(g, r, scores, v_heads, w.layer, at), w.layer, at);                              // (B, T_q, d_model)
}

}  // namespace

/// Keys and values of all heads come from one small latent vector, which is all that is cached,
/// beside the rotary key.
Graph build_latent(const Recipe& r) {
  Graph g;
  const Places at = places(r);
  const NodeRef x = inputs(g, r).x;                                                                       // (B, T, d_model)
  const LatentWeights w = latent_weights(g, r, at);
  look(g, r, w, own(g, r, w, x, at), at);
  return g;
}

Graph build_latent_decode(const Recipe& r) {
  Graph g;
  const NodeRef x = inputs(g, r).x;                                                                       // (B, T, d_model)
  const LatentWeights w = latent_weights(g, r, places(r));
  decode(g, r, x,
         {{{"latent_cache", "Cached latents", Role::key}, {"k_rope_cache", "Cached rotary keys", Role::key}},
          [&](const Recipe& one, NodeRef tokens, const Places& at) { return own(g, one, w, tokens, at); },
          [&](const Recipe& one, const CachingLayer::Own& of, const Places& at) { return look(g, one, w, of, at); }});
  return g;
}

}  // namespace headwise
