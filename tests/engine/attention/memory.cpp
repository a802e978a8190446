// What is cached and moved, against formulas written down here.
#include "engine/attention/memory.hpp"

#include <algorithm>
#include <cctype>

#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

std::int64_t bytes(const std::vector<Memory>& all, const std::string& what) {
  for (const Memory& each : all) {
    if (each.what == what) return each.bytes;
  }
  FAIL("nothing is called " << what);
  return 0;
}

Settings variant(Random& random, const std::string& pipeline) {
  Settings s = random_variant(random);
  while (s.get("pipeline") != pipeline) s = random_variant(random);
  return s;
}

/// `2 \u00d7 (3 + 4) \u00d7 5` as a number.
std::int64_t evaluated(std::string numbers) {
  std::int64_t product = 1;
  std::int64_t sum = 0;
  bool inside = false;
  numbers.erase(std::remove(numbers.begin(), numbers.end(), ','), numbers.end());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] == '(') inside = true;
    if (numbers[i] == ')') {
      product *= sum;
      sum = 0;
      inside = false;
    }
    if (!std::isdigit(static_cast<unsigned char>(numbers[i]))) continue;
    std::size_t digits = 0;
    const std::int64_t number = std::stoll(numbers.substr(i), &digits);
    i += digits - 1;
    inside ? sum += number : product *= number;
  }
  return product;
}

}  // namespace

TEST_CASE("flash attention reads keys and values once for each tile of queries, and never writes scores") {
  for (int i = 0; i < samples(20, 200); ++i) {
    Random random(87000 + static_cast<std::uint64_t>(i));
    Settings s = variant(random, "flash");
    s.set("tile_queries", random.pick({"auto", "1", "2", "3"}));
    INFO(describe(s));
    const Recipe r = make_recipe(s);
    const std::vector<Memory> all = memory(r, graph_of(s));
    const std::int64_t heads = r.sentences() * r.num_heads * 4;
    const std::int64_t tile = r.count("tile_queries");
    const std::int64_t tiles = (r.tokens + tile - 1) / tile;
    const std::int64_t ends = heads * r.tokens * (r.head_dim + r.v_dim);
    const std::int64_t keys = heads * r.keys * (r.head_dim + r.v_dim);
    CHECK(bytes(all, "moved by flash") == ends + tiles * keys);
    CHECK(bytes(all, "moved by standard") == ends + keys + 4 * heads * r.tokens * r.keys);
    for (std::size_t m = 1; m < all.size(); ++m) {
      for (const Count& line : all[m].lines) CHECK(evaluated(line.numbers) == line.value);
    }
  }
}

TEST_CASE("each decoded token reads the whole cache and all weights") {
  for (const char* pipeline : {"decode", "latent_decode"}) {
    for (int i = 0; i < samples(20, 200); ++i) {
      Random random(88000 + static_cast<std::uint64_t>(i));
      const Settings s = variant(random, pipeline);
      INFO(describe(s));
      const Recipe r = make_recipe(s);
      const Graph graph = graph_of(s);
      const std::vector<Memory> all = memory(r, graph);
      CHECK(all.front().bytes == kv_cache_per_token(r).value);
      CHECK(bytes(all, "KV cache at the end") == r.sentences() * r.tokens * all.front().bytes);
      CHECK(bytes(all, "read for the last token") ==
            bytes(all, "KV cache at the end") + 4 * total(graph, Count::Kind::parameters));
      CHECK(all[1].lines.size() == static_cast<std::size_t>(r.count("new_tokens")));
      for (const Memory& each : all) {
        for (const Count& line : each.lines) {
          CHECK(evaluated(line.numbers) == line.value);
        }
      }
    }
  }
}
