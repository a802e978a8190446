// What must hold of each variant of attention, whatever the numbers.
#include <algorithm>
#include <cmath>

#include "engine/attention/memory.hpp"
#include "engine/ops/catalog.hpp"
#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

Settings with(std::initializer_list<std::pair<const char*, const char*>> values) {
  Settings s(recipe_keys());
  for (const auto& [key, value] : values) s.set(key, value);
  return s;
}

std::vector<double> sums_of_rows(const Tensor& tensor) {
  std::vector<double> sums(static_cast<std::size_t>(tensor.size() / tensor.axes().back().size));
  std::int64_t flat = 0;
  for (const float value : tensor.values()) {
    sums[static_cast<std::size_t>(flat++ / tensor.axes().back().size)] += static_cast<double>(value);
  }
  return sums;
}

double dot(const Tensor& a, std::int64_t i, const Tensor& b, std::int64_t j) {
  double sum = 0;
  for (std::int64_t d = 0; d < a.axes()[3].size; ++d) {
    sum += static_cast<double>(a.at({0, 0, i, d})) * static_cast<double>(b.at({0, 0, j, d}));
  }
  return sum;
}

}  // namespace

TEST_CASE("RoPE depends on relative position only") {
  over_seeds(80000, 2 * 2.9e-6, [](Random& random) {
    const std::int64_t pairs = random.range(1, 8);
    const std::int64_t shift = 1000;
    const Axes heads{{"B", 1}, {"h", 1}, {"T_q", 6}, {"d_k", 2 * pairs}};
    const Tensor q = random.tensor(heads);
    const Tensor k = random.tensor(heads);
    const auto table = [&](std::int64_t cosine) {
      const Axes axes{{"T", shift + 6}, {"pairs", pairs}};
      return make_op("rotary_table", {{"axes", axes}, {"base", 10000.0}, {"cosine", cosine}})->compute({}, axes);
    };
    const Tensor cosines = table(1);
    const Tensor sines = table(0);
    const std::int64_t half = random.below(2);
    const auto turned = [&](const Tensor& x, std::int64_t first) {
      return make_op("rotate", {{"half", half}, {"start", std::int64_t{0}}, {"first", first}})
          ->compute({x, cosines, sines}, heads);
    };
    const Tensor q_here = turned(q, 0), k_here = turned(k, 0);
    const Tensor q_there = turned(q, shift), k_there = turned(k, shift);
    double most = 0;
    double size = 1;
    for (std::int64_t i = 0; i < 6; ++i) {
      for (std::int64_t j = 0; j < 6; ++j) {
        most = std::max(most, std::fabs(dot(q_here, i, k_here, j) - dot(q_there, i, k_there, j)));
        size = std::max(size, std::fabs(dot(q_here, i, k_here, j)));
      }
    }
    return most / size;
  });
}

TEST_CASE("decoding with a cache gives what recomputing gives") {
  const auto differs = [](const char* pipeline, const char* cache, const auto& recomputed) {
    return [=](Random& random) {
      Settings s = random_variant(random);
      while (s.get("pipeline") != pipeline) s = random_variant(random);
      if (uses(find_pipeline(pipeline), "qk_norm")) s.set("qk_norm", "0");  // enlarges the rounding of small vectors
      const Trace trace = run(s);
      const Tensor all = tensor(trace, recomputed(s));
      double most = 0;
      for (std::int64_t step = 0; step < make_recipe(s).count("new_tokens"); ++step) {
        const std::string path = "step" + std::to_string(step) + "/";
        most = std::max(most, largest(values(trace, path + "difference")) /
                                  std::max(1.0, largest(values(trace, path + "output"))));
        const Tensor kept = tensor(trace, path + cache);
        for (std::int64_t f = 0; f < kept.size(); ++f) {
          const Index at = index_at(kept.axes(), f);
          most = std::max(most, std::fabs(static_cast<double>(kept.at(at) - all.at(at))) / std::max(1.0, largest(all.values())));
        }
      }
      return most;
    };
  };
  over_seeds(81000, 2 * 6.6e-7, differs("decode", "k_cache", [](const Settings& s) {
               return s.get("position") == "rope" ? "recomputed/k_rot" : "recomputed/k_heads";
             }));
  over_seeds(84000, 2 * 6.6e-7, differs("latent_decode", "latent_cache", [](const Settings&) { return "recomputed/latent_kv_norm"; }));
}

TEST_CASE("a context that is the sentence itself is self-attention: exactly") {
  over_seeds(82000, 0, [](Random& random) {
    Settings s = random_settings(random, {{"mask", random.pick({"none", "causal", "padding"})}});
    const Trace self = run(s);
    s.set("context_tokens", s.get("tokens"));
    const Trace cross = run(s);
    return worst_for_size(values(cross, "output"), values(self, "output"));
  });
}

TEST_CASE("what each head adds sums to the output, and a head switched off is W_O without its rows") {
  over_seeds(83000, 2 * 4.8e-7, [](Random& random) {
    Settings s = random_settings(random, {{"pipeline", "attention"}, {"bias", "1"}});
    const Trace whole_output = run(s);
    s.set("contributions", "1");
    const Trace parts = run(s);
    double most = worst_for_size(values(parts, "output"), values(whole_output, "output"));
    s.set("contributions", "0");
    const Recipe r = make_recipe(s);
    const std::int64_t off = random.below(r.num_heads);
    s.set("heads_off", std::to_string(off));
    Tensor w_o = tensor(whole_output, "w_o");
    std::int64_t flat = 0;
    for (float& value : w_o.mutable_values()) {
      if (index_at(w_o.axes(), flat++)[0] / r.v_dim == off) value = 0;
    }
    const Trace gated = run(s);
    s.reset("heads_off");
    return std::max(most, worst_for_size(values(gated, "output"), values(run(s, {{"w_o", w_o}}), "output")));
  });
}

TEST_CASE("dropout drops exactly what its mask says, keeps the mean, and is off in evaluation") {
  double kept = 0;
  double all = 0;
  for (int i = 0; i < samples(30, 300); ++i) {
    Random random(84000 + static_cast<std::uint64_t>(i));
    Settings s = random_settings(random, {{"pipeline", "attention"}, {"training", "1"}, {"dropout", "0.25"}});
    s.set("dropout_seed", std::to_string(i));
    const Trace trace = run(s);
    const std::vector<float> before = values(trace, "attn_weights");
    const std::vector<float> mask = values(trace, "dropout_mask");
    const std::vector<float> after = values(trace, "dropped_weights");
    for (std::size_t n = 0; n < before.size(); ++n) {
      CHECK_UNARY(after[n] == (mask[n] == 0 ? 0 : before[n] / 0.75F));
      kept += static_cast<double>(mask[n]);
      ++all;
    }
    s.reset("dropout");
    s.reset("dropout_seed");
    s.reset("training");
    CHECK_FALSE(graph_of(s).find("dropped_weights").has_value());
  }
  CHECK(std::fabs(kept / all - 0.75) < 5 * std::sqrt(0.75 * 0.25 / all));
}

TEST_CASE("masking after softmax leaves rows that do not sum to 1; before it they do") {
  int below_one = 0;
  for (int i = 0; i < samples(20, 200); ++i) {
    Random random(85000 + static_cast<std::uint64_t>(i));
    Settings s = random_settings(random, {{"pipeline", "attention"}, {"tokens", "one two three four"}, {"mask", "causal"}});
    for (const double sum : sums_of_rows(tensor(run(s), "attn_weights"))) CHECK(std::fabs(sum - 1) < 5e-7);
    s.set("mask_when", "after");
    const Trace wrong = run(s);
    const std::vector<float> sums = values(wrong, "row_sums");
    const std::vector<float> weights = values(wrong, "attn_weights");
    for (std::size_t row = 0; row < sums.size(); ++row) {
      double forbidden = 0;  // what later keys took; the last query sees every key
      for (std::size_t key = row % 4 + 1; key < 4; ++key) forbidden += static_cast<double>(weights[row * 4 + key]);
      CHECK(std::fabs(static_cast<double>(sums[row]) + forbidden - 1) < 5e-7);
      below_one += forbidden > 1e-3;
    }
  }
  CHECK(below_one > 100);
}

TEST_CASE("a sink takes what the rows lack") {
  for (int i = 0; i < samples(20, 200); ++i) {
    Random random(86000 + static_cast<std::uint64_t>(i));
    const Trace trace = run(random_settings(random, {{"pipeline", "attention"}, {"sink", "1"}}));
    const Tensor weights = tensor(trace, "attn_weights");
    const bool masked = trace.graph().find("masked_scores").has_value();
    const Tensor scores = tensor(trace, masked ? "masked_scores" : "scaled_scores");
    const Tensor sink = tensor(trace, "sink");
    const std::vector<double> sums = sums_of_rows(weights);
    for (std::size_t row = 0; row < sums.size(); ++row) {
      Index at = index_at(weights.axes(), static_cast<std::int64_t>(row) * weights.axes()[3].size);
      const auto logit = static_cast<double>(sink.at({at[1]}));
      double total = std::exp(logit);
      for (at[3] = 0; at[3] < weights.axes()[3].size; ++at[3]) total += std::exp(static_cast<double>(scores.at(at)));
      CHECK(std::fabs(sums[row] + std::exp(logit) / total - 1) < 1e-6);
    }
  }
}

TEST_CASE("queries that may see no key get zeros, and say why") {
  // Bottom-right aligned, more queries than keys: the first queries stand before the first key.
  for (const char* pipeline : {"attention", "flash"}) {
    const Settings s = with({{"pipeline", pipeline}, {"tokens", "a b c d e"}, {"context_tokens", "x y"},
                             {"mask", "causal"}, {"align", "bottom-right"}});
    const Trace trace = run(s);
    const std::size_t heads = node(trace, "head_outputs");
    for (std::int64_t i = 0; i < 5; ++i) CHECK((trace.value({heads, {0, 0, i, 0}}) == 0) == (i < 3));
    if (std::string(pipeline) == "attention") {
      const Expression why = trace.explain({node(trace, "attn_weights"), {0, 0, 0, 0}});
      REQUIRE(why.kind() == Expression::Kind::lookup);  // by the row's largest, minus infinity
      CHECK(why.term(0).evaluate() == -infinity);
      CHECK(why.term(1).note().find("every key of this row is masked") == 0);
    }
  }
}

TEST_CASE("causal masks of unequal lengths: top-left and bottom-right") {
  for (const bool bottom : {false, true}) {
    Settings s = with({{"tokens", "a b"}, {"context_tokens", "u v w x y"}, {"mask", "causal"}});
    if (bottom) s.set("align", "bottom-right");
    const Tensor mask = tensor(run(s), "mask");
    for (std::int64_t i = 0; i < 2; ++i) {
      for (std::int64_t j = 0; j < 5; ++j) CHECK((mask.at({0, i, j}) == 1) == (j <= i + (bottom ? 3 : 0)));
    }
  }
}

TEST_CASE("ALiBi's slopes are the paper's") {
  const auto slopes = [](const char* heads) {
    return values(run(with({{"d_model", "48"}, {"num_heads", heads}, {"position", "alibi"}})), "slopes");
  };
  const std::vector<float> eight = slopes("8");
  for (std::size_t h = 0; h < 8; ++h) CHECK(eight[h] == std::ldexp(1.0F, -static_cast<int>(h) - 1));
  const std::vector<float> twelve = slopes("12");
  for (std::size_t h = 0; h < 8; ++h) CHECK(twelve[h] == eight[h]);
  for (std::size_t h = 8; h < 12; ++h) {
    CHECK(twelve[h] == doctest::Approx(std::pow(2.0, -0.5 - static_cast<double>(h - 8))));
  }
}

TEST_CASE("the wrong reshape has the right shape and the wrong numbers; the way back is exact") {
  for (int i = 0; i < samples(20, 200); ++i) {
    Random random(87000 + static_cast<std::uint64_t>(i));
    Settings s = with({{"pipeline", "storage"}, {"num_heads", "2"}, {"d_model", "6"}});
    s.set("tokens", random_sentences(random, random.range(1, 2), 2, 5));
    s.set("seed", std::to_string(i));
    const Trace trace = run(s);
    const Tensor right = tensor(trace, "q_heads");
    const Tensor wrong = tensor(trace, "wrong_heads");
    std::vector<float> a = right.values(), b = wrong.values();
    CHECK(a.size() == b.size());
    CHECK(a != b);
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    CHECK(a == b);
    CHECK(values(trace, "concat") == values(trace, "q"));
  }
}

TEST_CASE("one head and many cost the same and differ") {
  const Trace trace = run(with({{"pipeline", "one_head"}, {"d_model", "12"}, {"num_heads", "3"}}));
  const auto flops_below = [&](const std::string& path) {
    std::int64_t sum = 0;
    for (const std::size_t stage : trace.graph().stages()) {
      if (trace.graph()[stage].id().find(path) == 0) sum += total(counts(trace.graph(), stage), Count::Kind::matmul_flops);
    }
    return sum;
  };
  CHECK(flops_below("one/") == flops_below("many/"));
  CHECK(total(trace.graph(), Count::Kind::parameters) == 4 * 12 * 12);
  CHECK(largest(values(trace, "difference")) > 0.01);
}

TEST_CASE("experts: as many as asked for, in shares that sum to 1; layers times heads") {
  for (int i = 0; i < samples(10, 100); ++i) {
    Random random(88000 + static_cast<std::uint64_t>(i));
    Settings s = with({{"pipeline", "block"}, {"layers", "1"}, {"experts", "5"}});
    const std::int64_t k = random.range(1, 5);
    s.set("top_k", std::to_string(k));
    s.set("seed", std::to_string(i));
    const Trace trace = run(s);
    for (const double n : sums_of_rows(tensor(trace, "block0/ffn/router_choice"))) CHECK(n == static_cast<double>(k));
    for (const double n : sums_of_rows(tensor(trace, "block0/ffn/router_weights"))) CHECK(std::fabs(n - 1) < 5e-7);
  }
  const Graph deep = graph_of(with({{"pipeline", "block"}, {"layers", "12"}, {"d_model", "768"}, {"num_heads", "12"}, {"tokens", "a b"}}));
  std::int64_t heads = 0;
  for (const Node& n : deep.nodes()) heads += n.id().ends_with("attn_weights") ? n.axes()[1].size : 0;
  CHECK(heads == 144);
}

TEST_CASE("latent attention caches the latent and one rotary key") {
  const Recipe r = make_recipe(with({{"pipeline", "latent"}, {"kv_lora_rank", "512"}, {"rope_dim", "64"}, {"d_model", "7168"},
                                     {"num_heads", "128"}, {"head_dim", "128"}, {"q_lora_rank", "1536"}}));
  CHECK(kv_cache_per_token(r).value == (512 + 64) * 4);
  // DeepSeek-V3's attention, one layer.
  CHECK(total(find_pipeline("latent").build(r), Count::Kind::parameters) == 187107328);
}
