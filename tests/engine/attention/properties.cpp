// What must hold of attention whatever the numbers: each over many seeds, with at most twice the
// error that good float32 code shows.
#include <cmath>

#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

const std::map<std::string, std::string> plain{{"scale", "auto"}, {"position", "none"}};

std::map<std::string, std::string> and_also(std::map<std::string, std::string> all,
                                            const std::map<std::string, std::string>& more) {
  for (const auto& [key, value] : more) all[key] = value;
  return all;
}

std::int64_t size_of(const Trace& trace, const char* id, std::size_t axis) {
  return trace.graph()[node(trace, id)].axes()[axis].size;
}

/// The tensor with its entries along an axis taken in another order.
Tensor reordered(const Tensor& from, std::size_t axis, const std::vector<std::int64_t>& order) {
  Tensor out(from.axes());
  std::int64_t flat = 0;
  for (float& value : out.mutable_values()) {
    Index index = index_at(out.axes(), flat++);
    index[axis] = order[static_cast<std::size_t>(index[axis])];
    value = from.at(index);
  }
  return out;
}

/// Adds noise[last index] to every cell.
Tensor shifted(const Tensor& from, const Tensor& noise) {
  Tensor out(from.axes(), from.values());
  std::int64_t flat = 0;
  for (float& value : out.mutable_values()) {
    value += noise.at({index_at(out.axes(), flat++).back()});
  }
  return out;
}

double row_sums(const std::vector<float>& weights, std::int64_t keys) {
  double most = 0;
  for (std::size_t r = 0; r < weights.size(); r += static_cast<std::size_t>(keys)) {
    double sum = 0;
    for (std::size_t j = r; j < r + static_cast<std::size_t>(keys); ++j) {
      sum += static_cast<double>(weights[j]);
    }
    most = std::max(most, std::fabs(sum - 1));
  }
  return most;
}

}  // namespace

TEST_CASE("every row of weights sums to 1") {
  over_seeds(30000, 2 * 2.4e-7, [](Random& random) {
    const Trace trace = run(random_settings(random, {{"pipeline", "attention"}}));
    return row_sums(values(trace, "attn_weights"), size_of(trace, "attn_weights", 3));
  });
}

TEST_CASE("permuting the tokens permutes the outputs") {
  over_seeds(31000, 2 * 3.9e-7, [](Random& random) {
    const Settings s = random_settings(random, and_also(plain, {{"mask", "none"}}));
    const Trace trace = run(s);
    const auto order = random.permutation(size_of(trace, "x", 1));
    const Trace other = run(s, {{"x", reordered(tensor(trace, "x"), 1, order)}});
    return worst_for_size(values(other, "output"),
                          reordered(tensor(trace, "output"), 1, order).values());
  });
}

TEST_CASE("the same constant added to every key changes no weight") {
  over_seeds(32000, 2 * 3.4e-7, [](Random& random) {
    const Settings s = random_settings(random, and_also(plain, {{"pipeline", "attention"}}));
    const Trace trace = run(s);
    const Tensor k = tensor(trace, "k");
    const Trace other = run(s, {{"k", shifted(k, random.tensor({k.axes().back()}))}});
    return worst_for_size(values(other, "attn_weights"), values(trace, "attn_weights"));
  });
}

TEST_CASE("a constant added to every value comes out added") {
  over_seeds(33000, 2 * 1.9e-6, [](Random& random) {
    const Settings s = random_settings(random, plain);
    const Trace trace = run(s);
    const Tensor v = tensor(trace, "v");
    const Tensor c = random.tensor({v.axes().back()});
    const Trace other = run(s, {{"v", shifted(v, c)}});
    const std::int64_t d_v = size_of(trace, "v_heads", 3);
    const std::int64_t group = size_of(trace, "scores", 1) / size_of(trace, "v_heads", 1);
    Tensor expected = tensor(trace, "head_outputs");
    std::int64_t flat = 0;
    for (float& value : expected.mutable_values()) {
      const Index at = index_at(expected.axes(), flat++);
      value += c.at({at[1] / group * d_v + at[3]});
    }
    return worst_for_size(values(other, "head_outputs"), expected.values());
  });
}

TEST_CASE("under a causal mask nothing comes from the future: exactly") {
  over_seeds(34000, 0, [](Random& random) {
    const Settings s = random_settings(
        random, {{"mask", random.pick({"causal", "causal,padding"})}, {"position", "none"}});
    const Trace trace = run(s);
    const std::int64_t now = random.below(size_of(trace, "x", 1));
    Tensor x = tensor(trace, "x");
    std::int64_t flat = 0;
    for (float& value : x.mutable_values()) {
      if (index_at(x.axes(), flat++)[1] > now) value = static_cast<float>(1000 * random.normal());
    }
    const Trace other = run(s, {{"x", x}});
    Region past = whole(trace.graph()[node(trace, "output")].axes());
    past[1].end = now + 1;
    return worst_for_size(other.read(node(other, "output"), past),
                          trace.read(node(trace, "output"), past));
  });
}

TEST_CASE("flash attention equals the standard one") {
  over_seeds(35000, 2 * 1.1e-6, [](Random& random) {
    Settings s = random_settings(random, {{"pipeline", "flash"}, {"scale", "auto"}});
    const Trace flash = run(s);
    s.set("pipeline", "attention");
    s.reset("tile_keys");
    const Trace standard = run(s);
    return std::max(worst_for_size(values(flash, "head_outputs"), values(standard, "head_outputs")),
                    worst_for_size(values(flash, "output"), values(standard, "output")));
  });
}

TEST_CASE("the same word has the same vector, wherever and in whatever session") {
  Random random(36000);
  for (int i = 0; i < samples(20, 200); ++i) {
    const Settings s =
        random_settings(random, {{"position", "none"}, {"tokens", "a bank | the bank"}});
    const Tensor x = tensor(run(s), "x");
    Settings plain_settings(recipe_keys());
    plain_settings.set("tokens", "bank");
    const Tensor alone = tensor(run(plain_settings), "x");
    for (std::int64_t c = 0; c < x.axes()[2].size; ++c) {
      CHECK(x.at({0, 1, c}) == x.at({1, 1, c}));
      if (c < alone.axes()[2].size) CHECK(x.at({0, 1, c}) == alone.at({0, 0, c}));
    }
    CHECK(x.read({{0, 1}, {0, 1}, {0, x.axes()[2].size}}) !=
          x.read({{0, 1}, {1, 2}, {0, x.axes()[2].size}}));
  }
}

TEST_CASE("a padded sentence under a padding mask comes out as it does alone: exactly") {
  over_seeds(37000, 0, [](Random& random) {
    const std::string text = random_sentences(random, 1, 1, 6);
    const std::string other = random_sentences(random, 1, 7, 9);
    // Tiles must not depend on how long the longest sentence is.
    std::map<std::string, std::string> fixed{{"mask", random.pick({"padding", "causal,padding"})},
                                             {"tokens", other + " | " + text}};
    Settings s = random_settings(random, fixed);
    if (s.get("pipeline") == "flash") s.set("tile_keys", std::to_string(random.range(1, 3)));
    const Trace batch = run(s);
    s.set("tokens", text);
    if (s.get("pipeline") == "flash") {
      const std::int64_t length = static_cast<std::int64_t>(make_recipe(s).batch.lengths[0]);
      if (length < s.count("tile_keys")) return 0.0;  // another tile
    }
    const Trace alone = run(s);
    Region part = whole(batch.graph()[node(batch, "output")].axes());
    part[0] = {1, 2};
    part[1].end = size_of(alone, "output", 1);
    return worst_for_size(batch.read(node(batch, "output"), part), values(alone, "output"));
  });
}
