#include "engine/session/sweep.hpp"

#include "engine/attention/pipeline.hpp"
#include "engine/session/session.hpp"
#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

constexpr std::size_t parameters = 0, matmul_flops = 1, other_flops = 2, activations = 3, cache = 4;

Sweeps swept(const Settings& settings, std::int64_t bytes = 4) {
  Sweeps sweeps(settings, bytes);
  while (!sweeps.compute(std::chrono::hours(1))) continue;
  return sweeps;
}

const Sweep& over(const Sweeps& sweeps, const std::string& symbol) {
  for (const Sweep& sweep : sweeps.all()) {
    if (sweep.swept->symbol == symbol) return sweep;
  }
  FAIL(symbol);
  return sweeps.all().front();
}

Settings with(const Assignments& assignments) {
  Session session;
  session.load(assignments);
  return session.settings();
}

}  // namespace

TEST_CASE("parameters and matmul FLOPs do not change with h, other FLOPs do") {
  const Sweeps sweeps = swept(with({{"d_model", "768"}, {"num_heads", "12"}}));
  const Sweep& h = over(sweeps, "h");
  REQUIRE(h.points.size() > 5);
  CHECK(h.is_flat(parameters));
  CHECK(h.trend(parameters) == "does not change with h");
  CHECK(h.trend(parameters, true) == "does not change");
  CHECK(h.is_flat(matmul_flops));
  CHECK(h.trend(other_flops) == "in proportion to h");
  for (const SweepPoint& point : h.points) {
    CHECK(768 % point.value == 0);
    CHECK(point.tallies[parameters].value == 4 * 768 * 768);
  }
}

TEST_CASE("the KV cache is in proportion to h_kv, T, B and the bytes of a number") {
  const Assignments state{{"d_model", "64"}, {"num_heads", "8"}, {"num_kv_heads", "2"}, {"tokens", "a b c d | e f g h | i j k l"}};
  for (const char* type : {"float32", "float16", "bfloat16", "int8"}) {
    const std::int64_t bytes = bytes_of_type(type);
    CHECK(bytes == (std::string(type) == "float32" ? 4 : std::string(type) == "int8" ? 1 : 2));
    const Sweeps sweeps = swept(with(state), bytes);
    for (const Sweep& sweep : sweeps.all()) {
      for (const SweepPoint& point : sweep.points) {
        const auto size = [&](const std::string& symbol, std::int64_t now) { return sweep.swept->symbol == symbol ? point.value : now; };
        const std::int64_t head_dim = size("d_model", 64) / size("h", 8);
        CHECK(point.tallies[cache].value == size("B", 3) * size("T", 4) * size("h_kv", 2) * 2 * head_dim * bytes);
      }
    }
    CHECK(over(sweeps, "h_kv").trend(cache) == "in proportion to h_kv");
    CHECK(over(sweeps, "T").trend(cache, true) == "like T");
    CHECK(over(sweeps, "T").trend(cache) == "in proportion to T");
    CHECK(over(sweeps, "B").trend(cache) == "in proportion to B");
    CHECK(over(sweeps, "B").trend(parameters) == "does not change with B");
    CHECK(over(sweeps, "d_model").points.size() > 4);
  }
}

TEST_CASE("every point is what a session set to it counts, and its terms add up to it") {
  for (int i = 0; i < samples(4, 25); ++i) {
    Random random(91000 + static_cast<std::uint64_t>(i));
    const Settings settings = random_variant(random);
    INFO(describe(settings));
    const Sweeps sweeps = swept(settings);
    for (const Sweep& sweep : sweeps.all()) {
      CAPTURE(sweep.swept->symbol);
      std::size_t now = 0;
      for (std::size_t p = 0; p < sweep.points.size(); ++p) {
        const SweepPoint& point = sweep.points[p];
        CAPTURE(point.value);
        if (p > 0) CHECK(sweep.points[p - 1].value < point.value);
        now += point.value == sweep.now;
        Settings other = settings;
        other.reset("edits");
        other.set(sweep.swept->key, point.setting);
        const Recipe recipe = make_recipe(other);
        CHECK(sweep.swept->of(recipe) == point.value);
        const Graph graph = find_pipeline(other.get("pipeline")).build(recipe);
        for (std::size_t m = 0; m < measures().size(); ++m) {
          if (m != cache) CHECK(point.tallies[m].value == total(graph, measures()[m].kind));
          std::int64_t sum = 0;
          for (const Tally::Term& term : point.tallies[m].terms) {
            sum += term.times * term.count.value;
            CHECK(print_term(term).find(term.count.formula) != std::string::npos);
          }
          CHECK(sum == point.tallies[m].value);
        }
      }
      CHECK(now == 1);
    }
  }
}

TEST_CASE("counting in small pieces ends where counting at once does") {
  const Settings settings = with({{"d_model", "48"}, {"num_heads", "4"}});
  const Sweeps whole = swept(settings);
  Sweeps pieces(settings, 4);
  int calls = 0;
  while (!pieces.compute(std::chrono::nanoseconds(1))) ++calls;
  CHECK(calls > 50);
  REQUIRE(pieces.all().size() == whole.all().size());
  for (std::size_t s = 0; s < whole.all().size(); ++s) {
    REQUIRE(pieces.all()[s].points.size() == whole.all()[s].points.size());
    for (std::size_t p = 0; p < whole.all()[s].points.size(); ++p) {
      CHECK(pieces.all()[s].points[p].setting == whole.all()[s].points[p].setting);
      CHECK(pieces.all()[s].points[p].tallies[activations].value == whole.all()[s].points[p].tallies[activations].value);
    }
  }
}

TEST_CASE("a batch of another size keeps its words") {
  const Recipe recipe = make_recipe(with({{"tokens", "the cat sat | a dog"}}));
  CHECK(resized_batch(recipe, 2, 2) == "the cat | a dog");
  CHECK(resized_batch(recipe, 3, 4) == "the cat sat the | a dog a dog | the cat sat the");
  const std::string longest(static_cast<std::size_t>(60), 'x');
  const Recipe wide = make_recipe(with({{"tokens", longest}}));
  const auto most = wide.settings.key("tokens").highest;
  const std::int64_t tokens = most / 3;
  CHECK(static_cast<std::int64_t>(resized_batch(wide, 1, tokens).size()) <= most);
}
