#include <algorithm>

#include "engine/attention/feature.hpp"
#include "engine/attention/layer.hpp"
#include "engine/attention/memory.hpp"
#include "engine/attention/picture.hpp"
#include "engine/ops/catalog.hpp"

namespace headwise {

/// Flash attention's tiles.
std::vector<Key> flash_keys() {
  using Type = Key::Type;
  return {
      {"tile_keys", Type::auto_count, "auto", 1, 65536, {}, "keys per tile",
       "Flash attention: how many keys a tile holds. auto: a third of them, so three tiles."},
      {"tile_queries", Type::auto_count, "auto", 1, 65536, {}, "queries per tile",
       "Flash attention: how many queries share one pass over the keys. Changes the memory traffic, not the result. "
       "auto: as many as keys."},
  };
}

void check_flash(Recipe& r) {
  r.resolve("tile_keys", (r.keys + 2) / 3);
  std::int64_t& keys = r.resolved["tile_keys"];
  keys = std::min(keys, r.keys);
  r.resolve("tile_queries", keys);
  std::int64_t& queries = r.resolved["tile_queries"];
  queries = std::min(queries, r.tokens);
}

/// The same attention as a loop over tiles of keys (Dao et al. 2022, algorithm 1): each tile reads
/// its columns of the scores, and keeps a running maximum, sum and weighted sum. The scores are
/// kept here so that they can be looked at; a real kernel holds one tile of them. Ends with the
/// standard result and the difference.
Graph build_flash(const Recipe& r) {
  Graph g;
  const Places at = places(r);
  const Inputs in = inputs(g, r);
  const PositionTables tables = position_tables(g, r);
  const LayerWeights w = layer_weights(g, r);
  const Heads heads = project(g, r, in, w, tables, at);
  const NodeRef k = shared(g, r, "k_shared", "Keys, shared", Role::key, heads.k);      // (B, h, T_kv, d_k)
  const NodeRef v = shared(g, r, "v_shared", "Values, shared", Role::value, heads.v);  // (B, h, T_kv, d_v)
  const NodeRef scores = logits(g, r, heads.q, k, w, at);                              // (B, h, T_q, T_kv)
  const std::int64_t tile_keys = r.count("tile_keys");
  const std::int64_t count = (r.keys + tile_keys - 1) / tile_keys;
  const Attributes tiles{{"tiles", Axes{{"tile", count, AxisKind::step}}}, {"tile_keys", tile_keys}};

  const NodeRef m = g.stage("running_max", "Running maximum", Role::scores, make_op("running_max", tiles),
                            {scores});                                                 // (tile, B, h, T_q)
  const NodeRef shrink = g.stage("rescale", "Rescaling", Role::weights, make_op("rescale"), {m});
  const NodeRef l = g.stage("running_sum", "Running sum", Role::weights, make_op("running_sum", tiles),
                            {scores, m, shrink});                                      // (tile, B, h, T_q)
  const NodeRef acc = g.stage("accumulator", "Accumulator", Role::output, make_op("accumulate", tiles),
                              {scores, v, m, shrink});                                 // (tile, B, h, T_q, d_v)
  const NodeRef head_outputs = g.stage("head_outputs", "Head outputs", Role::output,
                                       make_op("normalise"), {acc, l});                 // (B, h, T_q, d_v)
  mix(g, r, head_outputs, w, at);                                                      // (B, T_q, d_model)

  g.begin_comparison();
  const NodeRef weights = g.stage("standard_weights", "Weights, the standard way", Role::weights, make_op("softmax"), {scores});
  g.stands_for(weights, "attn_weights");
  const NodeRef standard = g.stage("standard_outputs", "Head outputs, the standard way", Role::output,
                                   make_op("weighted_sum"), {weights, v});             // (B, h, T_q, d_v)
  g.stage("difference", "Flash less standard", Role::output,
          make_op("difference", {{"summary", std::string("The two ways give the same numbers but for the last rounding: flash attention is exact.")},
                                 {"first", std::int64_t{0}}}),
          {head_outputs, standard});
  return g;
}

TilesPicture tiles_picture(const Recipe& r, const Graph& g) {
  TilesPicture picture;
  picture.maximum = g.find("running_max").value();
  picture.sum = g.find("running_sum").value();
  picture.accumulator = g.find("accumulator").value();
  picture.scores = g[picture.maximum].inputs[0];
  picture.tile_queries = r.count("tile_queries");
  picture.tile_keys = r.count("tile_keys");
  return picture;
}

std::optional<TilesPicture::Place> TilesPicture::place(const Graph& g, const Cell& cell) const {
  const Axes& axes = g[cell.node].axes();
  if (cell.node < maximum || cell.node > accumulator || axes[0].kind != AxisKind::step) return std::nullopt;
  return Place{cell.index[3] / tile_queries, cell.index[0]};
}

namespace {

const std::string times = " \u00d7 ";

Count moved(const std::string& what, const Axes& axes, const std::string& repeats = {}, std::int64_t repeated = 1) {
  Count count = bytes_of(what, axes);
  if (repeats.empty()) return count;
  count.formula = repeats + times + count.formula;
  count.numbers = std::to_string(repeated) + times + count.numbers;
  count.value *= repeated;
  return count;
}

Memory sum(std::string what, std::string help, std::vector<Count> lines) {
  const std::int64_t bytes = total(lines, Count::Kind::bytes);
  return {std::move(what), std::move(help), bytes, std::move(lines)};
}

}  // namespace

/// What flash and standard attention read and write (Dao et al. 2022, algorithms 0 and 1).
std::vector<Memory> flash_memory(const Recipe& r, const Graph&) {
  const Places at = places(r);
  const Axis h = head_axis(r);
  const Axes q{at.batch, h, at.queries, entry_axis(r)};
  const Axes k{at.batch, h, at.keys, entry_axis(r)};
  const Axes v{at.batch, h, at.keys, value_axis(r)};
  const Axes scores{at.batch, h, at.queries, at.keys};
  const Axes out{at.batch, h, at.queries, value_axis(r)};
  const std::int64_t tile = r.count("tile_queries");
  const std::int64_t passes = (r.tokens + tile - 1) / tile;
  const std::string repeats = "\u2308T_q / tile_queries\u2309";
  return {
      sum("moved by flash",
          "What travels between memory and the chip: queries and outputs once, keys and values once for each tile of "
          "queries. Scores and weights never leave the chip.",
          {moved("queries read", q), moved("keys read", k, repeats, passes), moved("values read", v, repeats, passes),
           moved("head outputs written", out)}),
      sum("moved by standard",
          "What travels between memory and the chip where softmax is a step of its own: scores and weights are written "
          "and read back. They grow with T_q \u00b7 T_kv.",
          {moved("queries read", q), moved("keys read", k), moved("scores written", scores), moved("scores read", scores),
           moved("weights written", scores), moved("weights read", scores), moved("values read", v),
           moved("head outputs written", out)}),
  };
}

}  // namespace headwise
