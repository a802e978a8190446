#include <cmath>

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

Count latent_cache_per_token(const Recipe& r) {
  const std::int64_t rank = r.settings.count("kv_lora_rank");
  const std::int64_t rope = r.settings.count("rope_dim");
  return {Count::Kind::bytes, "latent and rotary key of one more token, float32", "(d_c + d_r) \u00d7 4",
          "(" + std::to_string(rank) + " + " + std::to_string(rope) + ") \u00d7 4", (rank + rope) * 4};
}

/// Keys and values of all heads come from one small latent vector, which is all that is cached,
/// beside one rotary key for all heads (decoupled, since turning and compressing do not commute).
Graph build_latent(const Recipe& r) {
  Graph g;
  const Places at = places(r);
  const Axis h = head_axis(r);
  const Axis d_c{"d_c", r.settings.count("kv_lora_rank")};
  const Axis d_r{"d_r", r.settings.count("rope_dim")};
  const Axis whole{"d_k+d_r", r.head_dim + d_r.size};
  const Axis all_q{"h*(d_k+d_r)", r.num_heads * whole.size, AxisKind::feature, whole.size};
  const Axis all_k{"h*d_k", r.num_heads * r.head_dim, AxisKind::feature, r.head_dim};
  const Axis all_v{"h*d_v", r.num_heads * r.v_dim, AxisKind::feature, r.v_dim};
  const Attributes epsilon{{"epsilon", 1e-6}};
  const std::int64_t q_rank = r.settings.count("q_lora_rank");
  const bool bias = r.on("bias");
  const NodeRef x = inputs(g, r).x;                                                                       // (B, T, d_model)
  const auto table = [&](const char* id, const char* title, bool cosine) {
    return g.add(NodeKind::input, id, title, Role::input,
                 make_op("rotary_table", {{"axes", Axes{at.queries, {"pairs", d_r.size / 2}}},
                                          {"base", r.settings.number("latent_rope_base")}, {"cosine", std::int64_t{cosine}}}), {});
  };
  const NodeRef cosines = table("rotary_cos", "Cosines of positions", true);
  const NodeRef sines = table("rotary_sin", "Sines of positions", false);
  const auto turn = [&](const char* id, const char* title, Role role, NodeRef heads, std::int64_t start) {
    return g.stage(id, title, role, make_op("rotate", {{"half", std::int64_t{0}}, {"start", start}, {"first", std::int64_t{0}}}),
                   {heads, cosines, sines});
  };
  NodeRef from = x;
  if (q_rank > 0) {
    const Axis rank{"d_q", q_rank};
    const NodeRef latent = linear(g, "latent_q", "Queries, compressed", Role::query, x, at.queries,
                                  projection(g, r, "dq", "Queries, compressed", Role::query, model_axis(r), rank, bias));
    from = g.stage("latent_q_norm", "Compressed queries, normalised", Role::query, make_op("rms_norm", epsilon),
                   {latent, gain(g, r, "g_latent_q", "Gain of compressed queries", Role::query, rank)});  // (B, T, d_q)
  }
  const NodeRef q = linear(g, "q", "Queries", Role::query, from, at.queries,
                           projection(g, r, "q", "Queries", Role::query, g.axes(from).back(), all_q, bias));
  const NodeRef q_heads = split(g, "q_heads", "Queries by head", Role::query, q, h, whole);               // (B, h, T_q, d_k+d_r)
  const NodeRef q_rot = turn("q_rot", "Queries, rotary part turned", Role::query, q_heads, r.head_dim);

  const NodeRef latent = linear(g, "latent_kv", "Keys and values, compressed", Role::key, x, at.keys,
                                projection(g, r, "dkv", "Keys and values, compressed", Role::key, model_axis(r), d_c, bias));
  const NodeRef latent_norm = g.stage("latent_kv_norm", "The latent, normalised: what is cached", Role::key,
                                      make_op("rms_norm", epsilon),
                                      {latent, gain(g, r, "g_latent_kv", "Gain of the latent", Role::key, d_c)});  // (B, T, d_c)
  const NodeRef k_rope = linear(g, "k_rope", "The rotary key of all heads", Role::key, x, at.keys,
                                projection(g, r, "kr", "Rotary key", Role::key, model_axis(r), {"d_r", d_r.size, AxisKind::feature, d_r.size}, bias));
  const NodeRef k_rope_head = split(g, "k_rope_head", "Rotary key as one head", Role::key, k_rope, {"h_kv", 1, AxisKind::kv_head}, d_r);
  const NodeRef k_rope_rot = turn("k_rope_rot", "Rotary key, turned: cached too", Role::key, k_rope_head, 0);      // (B, 1, T, d_r)

  const NodeRef k = linear(g, "k", "Keys without position", Role::key, latent_norm, at.keys,
                           projection(g, r, "uk", "Keys from the latent", Role::key, d_c, all_k, bias));
  const NodeRef v = linear(g, "v", "Values", Role::value, latent_norm, at.keys,
                           projection(g, r, "uv", "Values from the latent", Role::value, d_c, all_v, bias));
  const NodeRef k_heads = split(g, "k_heads", "Keys by head, without position", Role::key, k, h, entry_axis(r));
  const NodeRef v_heads = split(g, "v_heads", "Values by head", Role::value, v, h, value_axis(r));                 // (B, h, T_kv, d_v)
  const NodeRef k_rope_shared = shared(g, r, "k_rope_shared", "Rotary key, shared", Role::key, k_rope_rot);
  const NodeRef k_whole = g.stage("k_whole", "Keys: content and position", Role::key,
                                  make_op("concat_features", {{"last", Axes{whole}}}), {k_heads, k_rope_shared});  // (B, h, T_kv, d_k+d_r)

  LayerWeights w;
  const NodeRef scores = logits(g, r, q_rot, k_whole, w, at);                                             // (B, h, T_q, T_kv)
  const NodeRef head_outputs = attend(g, r, scores, v_heads, w, at);                                      // (B, h, T_q, d_v)
  w.o = projection(g, r, "o", "Output", Role::output, all_v, model_axis(r), bias);
  mix(g, r, head_outputs, w, at);                                                                         // (B, T_q, d_model)
  return g;
}

}  // namespace headwise
