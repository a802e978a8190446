#include "engine/tensor/random.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <set>

#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

TEST_CASE("splitmix64's published stream") {
  // The first outputs for seed 0 (Vigna's splitmix64.c).
  CHECK(mix(0x9e3779b97f4a7c15U) == 0xe220a8397b1dcdafU);
  CHECK(mix(2 * 0x9e3779b97f4a7c15U) == 0x6e789e6aa1b965f4U);
  CHECK(mix(3 * 0x9e3779b97f4a7c15U) == 0x06c45d188009454fU);
}

TEST_CASE("texts make different keys, the same ones everywhere") {
  CHECK(hash_text("") == mix(0xcbf29ce484222325U));
  CHECK(hash_text("a") == mix(0xaf63dc4c8601ec8cU));       // FNV-1a of "a", as published
  CHECK(hash_text("foobar") == mix(0x85944171f73967e8U));  // and of "foobar"
  std::set<std::uint64_t> keys;
  for (const char* word : {"bank", "Bank", "bank ", "river", "", "\u00e9", "b", "ba"}) {
    CHECK(keys.insert(hash_text(word)).second);
  }
}

TEST_CASE("about normal: mean 0, variance 1, neighbours unrelated, bounded") {
  constexpr int n = 100000;
  double mean = 0;
  double square = 0;
  double fourth = 0;
  double neighbours = 0;
  double before = 0;
  for (int i = 0; i < n; ++i) {
    const double value = random_normal(hash_text("some stream"), static_cast<std::uint64_t>(i));
    CHECK_UNARY(std::fabs(value) <= std::sqrt(12.0));
    mean += value / n;
    square += value * value / n;
    fourth += value * value * value * value / n;
    neighbours += value * before / n;
    before = value;
  }
  CHECK(std::fabs(mean) < 0.015);
  CHECK(std::fabs(square - 1) < 0.02);
  CHECK(std::fabs(fourth - 2.7) < 0.06);  // of a sum of four uniforms: 3 - 1.2 / 4
  CHECK(std::fabs(neighbours) < 0.015);
}

TEST_CASE("readable numbers have few decimals and the deviation asked for") {
  for (const double deviation : {1.0, 0.5, 1 / std::sqrt(8.0), 0.1, 0.01, 1 / std::sqrt(65536.0)}) {
    INFO(deviation);
    double decimals = 10;
    while (deviation * decimals < 9.5) decimals *= 10;
    double square = 0;
    for (std::uint64_t i = 0; i < 20000; ++i) {
      const float value = random_readable(42, i, deviation);
      square += static_cast<double>(value) * static_cast<double>(value) / 20000;
      const double scaled = static_cast<double>(value) * decimals;
      CHECK_UNARY(std::fabs(scaled - std::round(scaled)) < 1e-4);
      CHECK_UNARY(!(value == 0 && std::signbit(value)));
    }
    CHECK(std::sqrt(square) == doctest::Approx(deviation).epsilon(0.03));
  }
}

TEST_CASE("the same bits natively and in WebAssembly") {
  const auto bits = [](float value) {
    std::uint32_t out = 0;
    std::memcpy(&out, &value, sizeof out);
    return out;
  };
  std::uint64_t all = 0;
  for (std::uint64_t i = 0; i < 10000; ++i) {
    const double normal = random_normal(hash_text("w_q"), i);
    std::uint64_t as_integer = 0;
    std::memcpy(&as_integer, &normal, sizeof as_integer);
    all = mix(all ^ as_integer) + bits(random_readable(hash_text("w_q"), i, 1 / std::sqrt(7.0)));
  }
  CHECK(all == 0xd7674f26560bccbaU);
  const Trace trace = run(Settings(recipe_keys()));
  const std::array<float, 4> x{-1.6F, -1.2F, 0.8F, 1.0F};
  const std::vector<float> first = values(trace, "x");
  CHECK(std::equal(x.begin(), x.end(), first.begin()));
  const std::array<float, 4> w{0.03F, -0.32F, 0.17F, -0.45F};
  const std::vector<float> weights = values(trace, "w_q");
  CHECK(std::equal(w.begin(), w.end(), weights.begin()));
}

TEST_CASE("random weights have variance 1/fan_in, embeddings about 1") {
  Settings settings(recipe_keys());
  settings.set("d_model", "96");
  settings.set("num_heads", "4");
  settings.set("bias", "1");
  settings.set("tokens", "every one of these words has a vector of its own , and so on");
  const auto variance = [](const std::vector<float>& all) {
    double sum = 0;
    for (const float value : all) sum += static_cast<double>(value) * static_cast<double>(value);
    return sum / static_cast<double>(all.size());
  };
  const Trace trace = run(settings);
  for (const char* id : {"w_q", "w_k", "w_v", "w_o"}) {
    CHECK(variance(values(trace, id)) == doctest::Approx(1.0 / 96).epsilon(0.06));
  }
  CHECK(variance(values(trace, "b_q")) < 3.0 / 96);
  CHECK(variance(values(trace, "x")) == doctest::Approx(1).epsilon(0.1));
  CHECK(values(trace, "w_q") != values(trace, "w_k"));
  settings.set("seed", "1");
  const Trace other = run(settings);
  CHECK(values(other, "w_q") != values(trace, "w_q"));
  CHECK(values(other, "x") == values(trace, "x"));
}
