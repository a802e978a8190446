#include <algorithm>

#include "engine/attention/constructed.hpp"
#include "engine/attention/feature.hpp"
#include "engine/attention/layer.hpp"
#include "engine/ops/catalog.hpp"
#include "engine/tensor/error.hpp"

namespace headwise {

/// How positions enter. Sinusoidal: Vaswani et al. 2017; learned: Gehring et al. 2017; relative:
/// Shaw et al. 2018; RoPE: Su et al. 2021; ALiBi: Press et al. 2022.
std::vector<Key> positions_keys() {
  using Type = Key::Type;
  return {
      {"position", Type::choice, "none", 0, 0, {"none", "sinusoidal", "learned", "shaw", "rope", "alibi"}, "position",
       "How positions enter. sinusoidal: fixed waves added to embeddings; learned: a learned vector for each; shaw: "
       "learned vectors of distances in the scores; rope: queries and keys turned; alibi: far keys score lower."},
      {"max_positions", Type::auto_count, "auto", 1, 65536, {}, "positions",
       "Rows of the table. auto: as many as the longest sentence needs.", "position=learned"},
      {"clip_distance", Type::count, "2", 1, 4096, {}, "clip k",
       "Distances beyond k share one vector, so there are 2k+1.", "position=shaw"},
      {"shaw_values", Type::toggle, "0", 0, 1, {}, "for values", "Distances add to the values too.", "position=shaw"},
      {"rope_base", Type::number, "10000", 1, 100000000, {}, "RoPE base", "Larger turns more slowly.", "position=rope"},
      {"rotary_dim", Type::auto_count, "auto", 2, 65536, {}, "RoPE entries",
       "How many entries of each head are turned (even). auto: all of head_dim.", "position=rope"},
      {"rope_pairs", Type::choice, "interleaved", 0, 0, {"interleaved", "half"}, "RoPE pairs",
       "Neighbouring entries (the paper, GPT-J) or entries half the width apart (GPT-NeoX, Llama).", "position=rope"},
  };
}

namespace {

/// The embeddings of one side, plus positions where they are added to the input.
NodeRef embedded(Graph& g, const Recipe& r, const Batch& batch, const Axis& tokens, const Axis& width,
                 const std::string& suffix, const std::string& title) {
  const Axes axes{places(r).batch, tokens, width};
  std::vector<std::string> all;
  for (const auto& sentence : batch.tokens) all.insert(all.end(), sentence.begin(), sentence.end());
  const bool constructed = is_constructed(r);
  auto embed = constructed ? constructed_embeddings(batch, axes)
                           : make_op("token_embeddings", {{"axes", axes}, {"tokens", std::move(all)},
                                                          {"padding", std::string(padding_token)}});
  const bool learned = r.is("position", "learned") || constructed;
  if (!learned && !r.is("position", "sinusoidal")) return g.stage("x" + suffix, title, Role::input, std::move(embed));
  const NodeRef embeddings = g.stage("embeddings" + suffix, "Embeddings", Role::input, std::move(embed));
  std::optional<NodeRef> positions;
  if (learned) {
    const NodeRef table = weight(g, r, "position_table" + suffix, "Table of positions", Role::input,
                                 {{"max_positions", constructed ? constructed_places() : r.count("max_positions")}, width}, 1);
    positions = g.stage("positions" + suffix, "Positions", Role::input, make_op("rows_of", {{"rows", Axes{tokens}}}), {table});
  } else {
    positions = g.stage("positions" + suffix, "Positions", Role::input,
                        make_op("sinusoidal_positions", {{"axes", Axes{tokens, width}}}));
  }
  return g.stage("x" + suffix, title, Role::input,
                 make_op("add", {{"summary", std::string("What a token is plus where it stands: the input to the projections.")}}),
                 {embeddings, *positions});
}

}  // namespace

void check_positions(Recipe& r) {
  const std::int64_t longest = std::max(r.tokens, r.keys);
  r.resolve("max_positions", longest);
  if (r.count("max_positions") < longest) {
    throw Error("max_positions=" + r.settings.get("max_positions") + " is fewer than the " + std::to_string(longest) +
                " tokens of the longest sentence: use at least " + std::to_string(longest));
  }
  r.resolve("rotary_dim", r.head_dim);
  if (!r.is("position", "rope")) return;
  const std::int64_t rotary = r.count("rotary_dim");
  if (rotary % 2 != 0) {
    throw Error((r.settings.is_auto("rotary_dim") ? "head_dim=" : "rotary_dim=") + std::to_string(rotary) +
                " is odd, and position=rope turns pairs: use an even number, like " + std::to_string(rotary + 1) +
                (r.settings.is_auto("rotary_dim") && rotary > 1 ? ", or set rotary_dim=" + std::to_string(rotary - 1) : ""));
  }
  if (rotary > r.head_dim) {
    throw Error("rotary_dim=" + std::to_string(rotary) + " is more than head_dim=" + std::to_string(r.head_dim) +
                ": use at most " + std::to_string(r.head_dim / 2 * 2));
  }
}

Inputs inputs(Graph& g, const Recipe& r) {
  const Places at = places(r);
  const NodeRef x = embedded(g, r, r.batch, at.queries, model_axis(r), "", "Input");
  if (!r.context) return {x, x};
  return {x, embedded(g, r, *r.context, at.keys, {"d_context", r.d_context}, "_kv", "Context")};
}

PositionTables position_tables(Graph& g, const Recipe& r) {
  PositionTables tables;
  if (!r.is("position", "rope")) return tables;
  const Axis pairs{"pairs", r.count("rotary_dim") / 2};
  const auto table = [&](const std::string& id, const Axis& tokens, bool cosine) {
    return g.add(NodeKind::input, id, cosine ? "Cosines of positions" : "Sines of positions", Role::input,
                 make_op("rotary_table", {{"axes", Axes{tokens, pairs}}, {"base", r.settings.number("rope_base")},
                                          {"cosine", std::int64_t{cosine}}}), {});
  };
  const Places at = places(r);
  tables.cosines = table("rotary_cos", at.queries, true);
  tables.sines = table("rotary_sin", at.queries, false);
  if (r.context) {
    tables.key_cosines = table("rotary_cos_kv", at.keys, true);
    tables.key_sines = table("rotary_sin_kv", at.keys, false);
  }
  return tables;
}

NodeRef rotated(Graph& g, const Recipe& r, const std::string& id, const std::string& title, Role role, NodeRef heads,
                std::optional<NodeRef> cosines, std::optional<NodeRef> sines, std::int64_t start, std::int64_t first) {
  if (!cosines) return heads;
  return g.stage(id, title, role,
                 make_op("rotate", {{"half", std::int64_t{r.is("rope_pairs", "half")}}, {"start", start}, {"first", first}}),
                 {heads, *cosines, *sines});
}

}  // namespace headwise
