// What must hold when heads are permuted, shared, taken apart or left out.
#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

std::vector<std::int64_t> up_to(std::int64_t n) {
  std::vector<std::int64_t> all;
  for (std::int64_t i = 0; i < n; ++i) all.push_back(i);
  return all;
}

/// Each of `heads`' blocks of the projections' columns, and of W_O's rows, in a new order (or with
/// some left out or repeated). `q` orders query heads, `kv` KV heads.
Given rearranged(const Trace& from, const Settings& to, const std::vector<std::int64_t>& q,
                 const std::vector<std::int64_t>& kv) {
  const Graph graph = graph_of(to);
  const Recipe r = make_recipe(to);
  Given given;
  const auto put = [&](const std::string& id, bool columns, std::int64_t width,
                       const std::vector<std::int64_t>& order) {
    const auto at = graph.find(id);
    if (at) given[id] = blocks(tensor(from, id), columns, width, order, graph[*at].axes());
  };
  for (const char* kind : {"w_", "b_"}) {
    put(std::string(kind) + "q", true, r.head_dim, q);
    put(std::string(kind) + "k", true, r.head_dim, kv);
    put(std::string(kind) + "v", true, r.v_dim, kv);
  }
  put("w_o", false, r.v_dim, q);
  put("b_o", true, r.d_model, {0});
  return given;
}

}  // namespace

TEST_CASE("permuting the heads with W_O's row blocks changes nothing") {
  over_seeds(40000, 2 * 5.4e-7, [](Random& random) {
    const Settings s = random_settings(random, {{"scale", "auto"}});
    const Trace trace = run(s);
    const Recipe r = make_recipe(s);
    const std::int64_t group = r.num_heads / r.num_kv_heads;
    const std::vector<std::int64_t> kv = random.permutation(r.num_kv_heads);
    std::vector<std::int64_t> q;  // groups move together, each in an order of its own
    for (const std::int64_t g : kv) {
      for (const std::int64_t member : random.permutation(group)) q.push_back(g * group + member);
    }
    const Trace other = run(s, rearranged(trace, s, q, kv));
    return worst_for_size(values(other, "output"), values(trace, "output"));
  });
}

TEST_CASE("grouped-query attention is multi-head attention with repeated weights: exactly") {
  over_seeds(41000, 0, [](Random& random) {
    Settings s = random_settings(random);
    const Trace shared = run(s);
    const Recipe r = make_recipe(s);
    s.reset("num_kv_heads");
    std::vector<std::int64_t> kv;
    for (std::int64_t h = 0; h < r.num_heads; ++h) {
      kv.push_back(h / (r.num_heads / r.num_kv_heads));
    }
    const Trace repeated = run(s, rearranged(shared, s, up_to(r.num_heads), kv));
    return std::max(worst_for_size(values(repeated, "scores"), values(shared, "scores")),
                    worst_for_size(values(repeated, "output"), values(shared, "output")));
  });
}

TEST_CASE("the output is the sum of what each head contributes") {
  over_seeds(42000, 2 * 4.8e-7, [](Random& random) {
    const Settings s = random_settings(random, {{"bias", "0"}});
    const Trace trace = run(s);
    const Recipe r = make_recipe(s);
    std::vector<double> sum(values(trace, "output").size());
    for (std::int64_t h = 0; h < r.num_heads; ++h) {
      Tensor concat = tensor(trace, "concat");
      std::int64_t flat = 0;
      for (float& value : concat.mutable_values()) {
        if (index_at(concat.axes(), flat++)[2] / r.v_dim != h) value = 0;
      }
      const std::vector<float> part = values(run(s, {{"concat", concat}}), "output");
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += static_cast<double>(part[i]);
    }
    return worst_for_size(std::vector<float>(sum.begin(), sum.end()), values(trace, "output"));
  });
}

TEST_CASE("pruning a head is zeroing its rows of W_O") {
  bool matters = false;
  over_seeds(43000, 2 * 3.6e-7, [&](Random& random) {
    const std::int64_t heads = random.range(2, 6);
    const std::string d_k = std::to_string(random.range(1, 5));
    Settings s = random_settings(
        random,
        {{"num_kv_heads", "auto"}, {"num_heads", std::to_string(heads)}, {"head_dim", d_k}});
    const Trace trace = run(s);
    const Recipe r = make_recipe(s);
    const std::int64_t pruned = random.below(heads);
    Tensor w_o = tensor(trace, "w_o");
    std::int64_t flat = 0;
    for (float& value : w_o.mutable_values()) {
      if (index_at(w_o.axes(), flat++)[0] / r.v_dim == pruned) value = 0;
    }
    const Trace zeroed = run(s, {{"w_o", w_o}});
    std::vector<std::int64_t> left = up_to(heads);
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(pruned));
    s.set("num_heads", std::to_string(heads - 1));
    const Trace smaller = run(s, rearranged(trace, s, left, left));
    matters |= worst(values(zeroed, "output"), values(trace, "output")) > 0;
    return worst_for_size(values(smaller, "output"), values(zeroed, "output"));
  });
  CHECK(matters);
}

TEST_CASE("query heads of a group read the same KV head") {
  Settings s(recipe_keys());
  s.set("num_heads", "4");
  s.set("num_kv_heads", "2");
  const Trace trace = run(s);
  const Tensor shared = tensor(trace, "k_shared");
  const Tensor heads = tensor(trace, "k_heads");
  for (std::int64_t h = 0; h < 4; ++h) {
    for (std::int64_t j = 0; j < 8; ++j)
      CHECK(shared.at({0, h, j, 1}) == heads.at({0, h / 2, j, 1}));
  }
  CHECK(heads.at({0, 0, 0, 1}) != heads.at({0, 1, 0, 1}));
}
