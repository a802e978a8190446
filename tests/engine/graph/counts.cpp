// Parameters, FLOPs and bytes against formulas written down here, apart from the ops'.
#include "engine/attention/memory.hpp"
#include "engine/ops/catalog.hpp"
#include "engine/tensor/error.hpp"
#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;
using K = Count::Kind;

namespace {

Settings heads(std::int64_t d_model, std::int64_t num_heads) {
  Settings s(recipe_keys());
  s.set("d_model", std::to_string(d_model));
  s.set("num_heads", std::to_string(num_heads));
  return s;
}

}  // namespace

TEST_CASE("parameters, matmul FLOPs, other FLOPs and cache bytes follow the formulas") {
  for (int i = 0; i < samples(100, 3000); ++i) {
    Random random(50000 + static_cast<std::uint64_t>(i));
    const Settings s = random_settings(random);
    INFO(describe(s));
    const Recipe r = make_recipe(s);
    const Graph graph = graph_of(s);
    const std::int64_t B = r.sentences();
    const std::int64_t T = r.tokens;
    const std::int64_t q = r.num_heads * r.head_dim;
    const std::int64_t kv = r.num_kv_heads * (r.head_dim + r.v_dim);
    const std::int64_t o = r.num_heads * r.v_dim;
    const std::int64_t biases = r.on("bias") ? q + kv + r.d_model : 0;
    CHECK(total(graph, K::parameters) == r.d_model * (q + kv + o) + biases);

    const std::int64_t pairs = B * r.num_heads * T * T;
    CHECK(total(graph, K::matmul_flops) ==
          2 * B * T * r.d_model * (q + kv + o) + 2 * pairs * (r.head_dim + r.v_dim));
    if (s.get("pipeline") == "attention") {
      CHECK(total(graph, K::other_flops) ==
            B * T * biases + pairs + 5 * pairs + (r.is("position", "sinusoidal") ? B * T * r.d_model : 0));
    }
    CHECK(kv_cache_per_token(r).value == 4 * kv);

    std::int64_t cells = 0;
    for (const Node& node : graph.nodes()) {
      const bool tiles_read_it = s.get("pipeline") == "flash" && !(node.id() == "scaled_scores" && graph.find("masked_scores"));
      const bool on_the_way = !tiles_read_it && (node.id() == "scaled_scores" || node.id() == "masked_scores");
      if (!node.op->is_view() && !on_the_way) cells += cell_count(node.axes());
    }
    CHECK(memory_needed(graph) == 4 * cells);
  }
}

TEST_CASE("parameters and matmul FLOPs do not change with the number of heads, others do") {
  const Graph one = graph_of(heads(48, 1));
  std::int64_t before = total(one, K::other_flops);
  for (const std::int64_t h : {2, 3, 4, 6, 8, 12, 16, 24, 48}) {
    const Graph graph = graph_of(heads(48, h));
    CHECK(total(graph, K::parameters) == total(one, K::parameters));
    CHECK(total(graph, K::matmul_flops) == total(one, K::matmul_flops));
    CHECK(total(graph, K::other_flops) > before);
    before = total(graph, K::other_flops);
  }
}

TEST_CASE("well-known models") {
  CHECK(total(graph_of(heads(768, 12)), K::parameters) == 2359296);      // GPT-2, without biases
  CHECK(total(graph_of(heads(12288, 96)), K::parameters) == 603979776);  // GPT-3
  CHECK(total(graph_of(heads(512, 8)), K::parameters) == 1048576);       // the paper's base model
  Settings gpt2 = heads(768, 12);
  gpt2.set("bias", "1");
  CHECK(total(graph_of(gpt2), K::parameters) == 2362368);
  Settings llama =
      heads(4096, 32);  // Llama-3.1-8B: 41,943,040 a layer, 131,072 bytes at 2 bytes, 32 layers
  llama.set("num_kv_heads", "8");
  CHECK(total(graph_of(llama), K::parameters) == 41943040);
  CHECK(kv_cache_per_token(make_recipe(llama)).value / 2 * 32 == 131072);
  Settings gemma = heads(3072, 16);  // Gemma-7B: heads of 256, wider than d_model together
  gemma.set("head_dim", "256");
  CHECK(total(graph_of(gemma), K::parameters) == 50331648);
  CHECK(kv_cache_per_token(make_recipe(gemma)).value / 2 * 28 == 458752);
}

TEST_CASE("counts show how they came about") {
  Settings s = heads(8, 2);
  s.set("num_kv_heads", "1");
  const Graph graph = graph_of(s);
  const std::vector<Count> all = counts(graph, *graph.find("k"));
  REQUIRE(all.size() == 3);
  CHECK(all[0].what == "w_k");
  CHECK(all[0].formula == "d_model \u00d7 (h_kv*d_k)");
  CHECK(all[0].numbers == "8 \u00d7 (1 \u00d7 4)");
  CHECK(all[0].value == 32);
  CHECK(all[1].kind == K::matmul_flops);
  CHECK(all[1].numbers == "2 \u00d7 1 \u00d7 8 \u00d7 8 \u00d7 4");
  CHECK(all[1].value == 512);
  CHECK(all[2].kind == K::bytes);
  CHECK(all[2].value == 8 * 4 * 4);
  CHECK(kv_cache_per_token(make_recipe(s)).numbers == "1 \u00d7 (4 + 4) \u00d7 4");
}

TEST_CASE("a weight that two stages read is counted once") {
  const Axes axes{{"B", 1, AxisKind::batch}, {"T_q", 2, AxisKind::query}, {"d_model", 3}};
  const auto linear = [&] { return make_op("linear", {{"tokens", Axes{axes[1]}}}); };
  Graph g;
  const NodeRef x =
      g.stage("x", "Input", Role::input,
              make_op("given", {{"values", Tensor(axes)}, {"origin", std::string("given")}}));
  const NodeRef w = g.add(NodeKind::weight, "w", "Weight", Role::query,
                          make_op("given", {{"values", Tensor(Axes{axes[2], axes[2]})},
                                            {"origin", std::string("given")}}),
                          {});
  const NodeRef once = g.stage("once", "Once", Role::query, linear(), {x, w});
  g.stage("twice", "Twice", Role::query, linear(), {once, w});
  CHECK(total(g, K::parameters) == 9);
  CHECK(total(counts(g, *g.find("once")), K::parameters) == 9);
  CHECK(total(counts(g, *g.find("twice")), K::parameters) == 0);
  CHECK(total(g, K::matmul_flops) == 2 * (2 * 2 * 3 * 3));
}

TEST_CASE("what is too large to run still has shapes and counts, and allocates nothing") {
  // Terabytes: allocating any of it would fail.
  Settings huge = heads(65536, 4096);
  huge.set("head_dim", "4096");
  const Recipe recipe = make_recipe(huge);
  CHECK(memory_needed(graph_of(huge)) > std::int64_t{1} << 42);
  const Trace trace = run(huge);
  CHECK_FALSE(trace.has_values());
  CHECK(trace.graph()[node(trace, "w_q")].axes()[1].size == 4096 * 4096);
  CHECK(total(trace.graph(), K::parameters) == std::int64_t{4} * 65536 * 4096 * 4096);

  const Settings gpt3 = heads(12288, 96);
  const Trace limited(graph_of(gpt3), labels(make_recipe(gpt3)), std::int64_t{1} << 30);
  CHECK_FALSE(limited.has_values());
  CHECK(limited.graph().stages().size() == run(heads(8, 2)).graph().stages().size());

  const Graph small = graph_of(heads(8, 2));
  const std::int64_t needed = memory_needed(small);
  CHECK(Trace(small, labels(make_recipe(heads(8, 2))), needed).has_values());
  CHECK_FALSE(Trace(small, labels(make_recipe(heads(8, 2))), needed - 1).has_values());
}

TEST_CASE("no valid settings overflow a count") {
  for (const char* pipeline : {"attention", "flash"}) {
    for (int i = 0; i < samples(80, 2000); ++i) {
      Random random(51000 + static_cast<std::uint64_t>(i));
      Settings s(recipe_keys());
      const auto power = [&](std::int64_t most) {
        return std::to_string(std::int64_t{1} << random.below(most + 1));
      };
      s.set("pipeline", pipeline);
      s.set("d_model", power(16));
      s.set("num_heads", power(12));
      s.set("head_dim", power(16));
      s.set("v_dim", power(16));
      s.set("bias", "1");
      s.set("tokens", std::string(static_cast<std::size_t>(1) << random.below(15), '!'));
      if (pipeline == std::string("flash")) {
        s.set("tile_keys", power(10));
        s.set("tile_queries", power(6));
      }
      INFO(pipeline << " " << s.get("d_model") << " " << s.get("num_heads") << " "
                    << s.get("head_dim") << " " << s.get("v_dim"));
      try {
        const Graph graph = graph_of(s);  // the sanitizers see an overflow
        CHECK(total(graph, K::matmul_flops) > 0);
        CHECK(total(graph, K::other_flops) > 0);
        CHECK(total(graph, K::bytes) > 0);
        CHECK(memory_needed(graph) > 0);
        for (const Memory& each : memory(make_recipe(s), graph)) CHECK(each.bytes > 0);
      } catch (const Error& error) {
        CHECK(std::string(error.what()).find("make some of them smaller") != std::string::npos);
      }
    }
  }
}
