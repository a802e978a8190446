#include "engine/attention/recipe.hpp"

#include <cmath>
#include <cstdlib>
#include <string>

#include "engine/tensor/error.hpp"
#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

std::string refusal(const std::map<std::string, std::string>& values) {
  Settings settings(recipe_keys());
  for (const auto& [key, value] : values) settings.set(key, value);
  try {
    make_recipe(settings);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

/// `KEY=6 or 8`, `KEY=4`: the nearest divisors of `whole` on either side, by trying all.
std::string nearest(const std::string& key, std::int64_t whole, std::int64_t value) {
  std::string text;
  for (std::int64_t d = value; d >= 1 && text.empty(); --d) {
    if (whole % d == 0) text = std::to_string(d);
  }
  for (std::int64_t d = value; d <= whole; ++d) {
    if (whole % d != 0) continue;
    text += (text.empty() ? "" : " or ") + std::to_string(d);
    break;
  }
  return key + "=" + text;
}

}  // namespace

TEST_CASE("heads that do not divide d_model: the rule and the nearest that do") {
  for (std::int64_t d = 1; d <= 40; ++d) {
    for (std::int64_t h = 1; h <= 42; ++h) {
      const std::string said =
          refusal({{"d_model", std::to_string(d)}, {"num_heads", std::to_string(h)}});
      INFO(said);
      CHECK(said.empty() == (d % h == 0));
      if (said.empty()) continue;
      CHECK(said.find("num_heads=" + std::to_string(h) +
                      " does not divide d_model=" + std::to_string(d)) == 0);
      CHECK(said.find("use " + nearest("num_heads", d, h) + ", or set head_dim") != said.npos);
      CHECK(
          refusal(
              {{"d_model", std::to_string(d)}, {"num_heads", std::to_string(h)}, {"head_dim", "3"}})
              .empty());
    }
  }
}

TEST_CASE("KV heads that do not divide the heads: likewise") {
  for (std::int64_t h = 1; h <= 16; ++h) {
    for (std::int64_t kv = 1; kv <= 18; ++kv) {
      const std::string said = refusal({{"num_heads", std::to_string(h)},
                                        {"num_kv_heads", std::to_string(kv)},
                                        {"head_dim", "2"}});
      INFO(said);
      CHECK(said.empty() == (h % kv == 0));
      if (said.empty()) continue;
      CHECK(said.find("num_kv_heads=" + std::to_string(kv) +
                      " does not divide num_heads=" + std::to_string(h)) == 0);
      const std::string use = "use " + nearest("num_kv_heads", h, kv);
      REQUIRE(said.size() > use.size());
      CHECK(said.substr(said.size() - use.size()) == use);
    }
  }
}

TEST_CASE("a setting that the pipeline does not have is refused") {
  const std::string said = refusal({{"tile_keys", "4"}});
  CHECK(said.find("tile_keys=4: pipeline=attention has no such setting") == 0);
  CHECK(refusal({{"tile_keys", "4"}, {"pipeline", "flash"}}).empty());
  CHECK(refusal({{"tile_keys", "auto"}}).empty());
}

TEST_CASE("sizes that cannot be counted are refused") {
  const std::string said = refusal({{"d_model", "65536"},
                                    {"num_heads", "4096"},
                                    {"head_dim", "65536"},
                                    {"tokens", std::string(30000, '!')}});
  CHECK(said.find("more operations than can be counted") != said.npos);
  CHECK(said.find("make some of them smaller") != said.npos);
}

TEST_CASE("defaults are filled in from each other") {
  Settings s(recipe_keys());
  s.set("d_model", "12");
  s.set("num_heads", "3");
  Recipe r = make_recipe(s);
  CHECK(r.tokens == 8);
  CHECK(r.num_kv_heads == 3);
  CHECK(r.head_dim == 4);
  CHECK(r.v_dim == 4);
  CHECK(r.scale == 0.5);
  CHECK(r.scale_meaning == "1/\u221a4");
  CHECK_FALSE((r.on("bias") || !r.is("mask", "none") || !r.is("position", "none")));
  CHECK(r.seed() == 0);
  s.set("head_dim", "5");
  s.set("mask", "padding");
  s.set("scale", "0.125");
  s.set("tokens", "one | two three");
  r = make_recipe(s);
  CHECK(r.head_dim == 5);
  CHECK(r.v_dim == 5);
  CHECK(r.scale == 0.125);
  CHECK(r.scale_meaning == "set by hand");
  CHECK((r.is("mask", "padding") && !r.is("mask", "causal")));
  CHECK(r.batch.lengths == std::vector<std::int64_t>{1, 2});
  CHECK(labels(r).key[0][1] == "<pad>");
  for (std::int64_t n = 1; n < 30; ++n) {
    Settings flash(recipe_keys());
    flash.set("pipeline", "flash");
    flash.set("tokens", std::string(static_cast<std::size_t>(n), '!'));
    const std::int64_t keys = make_recipe(flash).count("tile_keys");
    CHECK(keys * 3 >= n);
    CHECK((keys - 1) * 3 < n);
    flash.set("tile_keys", "1000");
    CHECK(make_recipe(flash).count("tile_keys") == n);
  }
}

TEST_CASE("the causal and padding masks, cell by cell") {
  for (int i = 0; i < samples(30, 300); ++i) {
    Random random(61000 + static_cast<std::uint64_t>(i));
    const Settings s =
        random_settings(random, {{"mask", random.pick({"causal", "padding", "causal,padding"})}});
    const Recipe r = make_recipe(s);
    const Trace trace = run(s);
    const Tensor mask = tensor(trace, "mask");
    const Tensor masked = tensor(trace, "masked_scores");
    const Tensor scaled = tensor(trace, "scaled_scores");
    for (std::int64_t f = 0; f < masked.size(); ++f) {
      const Index at = index_at(masked.axes(), f);
      const bool hidden = (r.is("mask", "causal") && at[3] > at[2]) ||
                          (r.is("mask", "padding") && at[3] >= r.batch.lengths[static_cast<std::size_t>(at[0])]);
      CHECK_UNARY(mask.at({at[0], at[2], at[3]}) == (hidden ? 0.0F : 1.0F));
      CHECK_UNARY(masked.at(at) == (hidden ? -infinity : scaled.at(at)));
    }
  }
}

TEST_CASE("sinusoidal positions follow the paper's formula for any width") {
  for (const std::int64_t d : {1, 2, 3, 7, 8, 33}) {
    Settings s(recipe_keys());
    s.set("d_model", std::to_string(d));
    s.set("num_heads", "1");
    s.set("position", "sinusoidal");
    s.set("tokens", std::string(50, '!'));
    const Trace trace = run(s);
    const Tensor positions = tensor(trace, "positions");
    const Tensor x = tensor(trace, "x");
    const Tensor embeddings = tensor(trace, "embeddings");
    for (std::int64_t t = 0; t < 50; ++t) {
      for (std::int64_t c = 0; c < d; ++c) {
        const double frequency =
            std::exp(-std::log(10000.0) * static_cast<double>(c - c % 2) / static_cast<double>(d));
        const double angle = static_cast<double>(t) * frequency;
        const double exact = c % 2 == 0 ? std::sin(angle) : std::cos(angle);
        CHECK_UNARY(std::fabs(static_cast<double>(positions.at({t, c})) - exact) < 1e-7);
        CHECK_UNARY(x.at({0, t, c}) == embeddings.at({0, t, c}) + positions.at({t, c}));
      }
    }
  }
}
