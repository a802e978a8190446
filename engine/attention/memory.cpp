#include "engine/attention/memory.hpp"

#include "engine/attention/layer.hpp"
#include "engine/attention/pipeline.hpp"

namespace headwise {

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

Count kv_cache_per_token(const Recipe& r) {
  const auto line = [](std::string what, std::string formula, std::string numbers, std::int64_t bytes) {
    return Count{Count::Kind::bytes, what + " of one more token, float32", std::move(formula), std::move(numbers), bytes};
  };
  if (uses(find_pipeline(r.settings.get("pipeline")), "kv_lora_rank")) {
    const std::int64_t rank = r.settings.count("kv_lora_rank");
    const std::int64_t rope = r.settings.count("rope_dim");
    return line("latent and rotary key", "(d_c + d_r) \u00d7 4",
                "(" + std::to_string(rank) + " + " + std::to_string(rope) + ") \u00d7 4", (rank + rope) * 4);
  }
  return line("keys and values", "h_kv \u00d7 (d_k + d_v) \u00d7 4",
              std::to_string(r.num_kv_heads) + " \u00d7 (" + std::to_string(r.head_dim) + " + " +
                  std::to_string(r.v_dim) + ") \u00d7 4",
              r.num_kv_heads * (r.head_dim + r.v_dim) * 4);
}

std::vector<Memory> decode_memory(const Recipe& r, const Graph& g) {
  const Count token = kv_cache_per_token(r);
  const std::int64_t parameters = total(g, Count::Kind::parameters);
  Memory cache{"KV cache at the end", "What is kept of all tokens so far, after each step.", 0, {}};
  Memory read{"read for the last token",
              "What a step has to fetch from memory to compute one token: the whole cache, and all weights, which many "
              "sentences at a time can share. Decoding is slow because of this, not because of arithmetic.",
              0, {}};
  const std::int64_t steps = r.count("new_tokens");
  for (std::int64_t s = 0; s < steps; ++s) {
    const std::int64_t tokens = r.tokens - steps + s + 1;
    const std::string step = "step" + std::to_string(s);
    const Count kept{Count::Kind::bytes, step + ", the cache", "B" + times + "tokens" + times + token.formula,
                     std::to_string(r.sentences()) + times + std::to_string(tokens) + times + token.numbers,
                     r.sentences() * tokens * token.value};
    cache.lines.push_back(kept);
    cache.bytes = kept.value;
    read.lines.push_back(kept);
    read.lines.push_back({Count::Kind::bytes, step + ", the weights", "parameters" + times + "4 bytes",
                          std::to_string(parameters) + times + "4", parameters * 4});
    read.bytes = kept.value + parameters * 4;
  }
  return {std::move(cache), std::move(read)};
}

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

std::vector<Memory> memory(const Recipe& r, const Graph& g) {
  Count token = kv_cache_per_token(r);
  std::vector<Memory> all{{"KV cache per token", "What generating one more token adds to memory, in one layer and one sentence.",
                           token.value, {token}}};
  if (const auto more = find_pipeline(r.settings.get("pipeline")).memory) {
    for (Memory& each : more(r, g)) all.push_back(std::move(each));
  }
  return all;
}

}  // namespace headwise
