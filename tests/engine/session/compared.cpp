// Two runs side by side, against subtracting cell by cell.
#include "engine/session/compared.hpp"

#include <algorithm>
#include <cmath>

#include "engine/session/command.hpp"
#include "engine/session/presets.hpp"
#include "engine/session/session.hpp"
#include "engine/session/suggest.hpp"
#include "engine/tensor/error.hpp"
#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

std::string compare_refusal(const std::string& compare, const Assignments& state = {}) {
  Session session;
  session.load(state);
  perform(session, "set compare=" + compare);
  CHECK(session.settings().get("compare").empty());
  return session.problem();
}

/// One setting, chosen at random among those that can be another.
std::string one_change(Random& random, const Run& run) {
  Assignments all;
  for (const Key& key : recipe_keys()) {
    for (const std::string& value : other_values(run, key)) all.emplace_back(key.name, value);
  }
  return to_text({random.pick(all)});
}

void finish_both(Session& session) {
  while (session.is_computing()) session.compute(std::chrono::microseconds(50));
}

}  // namespace

TEST_CASE("compare holds settings in one text, in one way of writing them") {
  const Key& key = Settings(state_keys()).key("compare");
  CHECK(parse_value(key, "") == "");
  CHECK(parse_value(key, "mask=causal;num_kv_heads=01") == "num_kv_heads=1;mask=causal");
  CHECK(parse_value(key, "tokens=a%3bb%25=c") == "tokens=a%3Bb%25=c");
  CHECK(parse_assignments("tokens=a%3Bb%25=c") == Assignments{{"tokens", "a;b%=c"}});
  CHECK(parse_assignments("edits=w_q:0,1=0.5%3Bw_k:0,0=1")[0].second == "w_k:0,0=1;w_q:0,1=0.5");
  for (int i = 0; i < samples(100, 1000); ++i) {
    Random random(93000 + static_cast<std::uint64_t>(i));
    const Settings a = random_variant(random);
    Settings b = random_variant(random);
    b.set("tokens", random.pick({"a;b", "100% of %3B", "x = y; z", "one two"}));
    const std::string text = compare_text(a, b);
    Settings back = a;
    for (const auto& [name, value] : parse_assignments(text)) back.set(name, value);
    CHECK(back == b);
    CHECK(to_text(parse_assignments(text)) == text);
  }
}

TEST_CASE("what cannot be compared with is refused by name") {
  CHECK(compare_refusal("wat=1") == "compare=wat=1: unknown key 'wat'; the nearest keys are bias, mask, scale, seed");
  CHECK(compare_refusal("theme=dark").find("compare=theme=dark: unknown key 'theme'") == 0);
  CHECK(compare_refusal("mask") == "compare=mask: 'mask' is not KEY=VALUE, like d_model=16");
  CHECK(compare_refusal("mask=causal;").find("is not KEY=VALUE") != std::string::npos);
  CHECK(compare_refusal("mask=sideways").find("compare=mask=sideways: mask=sideways: must be none") == 0);
  CHECK(compare_refusal("seed=1;seed=1") == "compare=seed=1;seed=1: seed is given twice; give it once");
  CHECK(compare_refusal("tokens=100%").find("'%' stands only in %25") != std::string::npos);
  CHECK(compare_refusal("num_kv_heads=4").find("compare=num_kv_heads=4: num_kv_heads=4 does not divide num_heads=2") == 0);
  CHECK(compare_refusal("tile_keys=2").find("compare=tile_keys=2: tile_keys=2: pipeline=attention has no such setting") == 0);
  CHECK(compare_refusal("edits=mask:0,0,1=0").find("compare=edits=mask:0,0,1=0: ") == 0);
  CHECK(compare_refusal("num_kv_heads=1", {{"lock", "compare"}}) == "compare is locked in this lesson");
}

TEST_CASE("the second run is there while the view shows it, and its differences are those of every cell") {
  int met = 0;
  for (int i = 0; i < samples(25, 250); ++i) {
    Random random(94000 + static_cast<std::uint64_t>(i));
    const Settings first = random_variant(random);
    Session session;
    if (random.chance(50)) session.set_patience(Session::Duration(0));
    Assignments state;
    for (const Key& key : recipe_keys()) state.emplace_back(key.name, first.get(key.name));
    session.load(state);
    const std::string compare = random.chance(20) ? compare_text(first, random_variant(random)) : one_change(random, session.run());
    INFO(describe(first) << " against " << compare);
    CHECK(session.set("compare", compare));
    CHECK(session.compared() == nullptr);
    perform(session, "set view=compare");
    REQUIRE(session.compared());
    finish_both(session);
    const Compared& compared = *session.compared();
    REQUIRE(compared.has_values());
    const Trace b = run(compared.settings());
    for (std::size_t n = 0; n < b.graph().nodes().size(); ++n) CHECK(compared.second()->trace.same_values(n, b, n));
    for (std::size_t n = 0; n < session.graph().nodes().size(); ++n) {
      const Change& change = *compared.difference(n);
      const Axes& axes = session.graph()[n].axes();
      double largest = 0, sum = 0;
      std::int64_t infinite = 0;
      for (std::int64_t k = 0; compared.counterpart(n).exists() && k < cell_count(axes); ++k) {
        const auto there = cell_there(compared.counterpart(n), index_at(axes, k));
        if (!there) continue;
        const double x = static_cast<double>(session.trace().value({n, index_at(axes, k)}));
        const double y = static_cast<double>(b.value(*there));
        if (x == y) continue;
        if (!std::isfinite(x - y)) ++infinite;
        else sum += std::fabs(x - y);
        largest = std::max(largest, std::isfinite(x - y) ? std::fabs(x - y) : INFINITY);
      }
      CHECK(change.largest == largest);
      CHECK(change.infinite == infinite);
      CHECK(change.sum == doctest::Approx(sum));
      met += largest > 0;
      if (!compared.counterpart(n).exists()) continue;
      // A slice of it, by subtracting again.
      const Slice slice = slice_at(axes, random.cell(axes));
      const std::vector<float> others = compared.read_second(n, slice.region(axes));
      const std::vector<float> differences = compared.read_difference(n, slice.region(axes));
      for (std::int64_t r = 0; r < slice.rows(axes); ++r) {
        for (std::int64_t c = 0; c < slice.columns(axes); ++c) {
          const auto k = static_cast<std::size_t>(r * slice.columns(axes) + c);
          const auto there = cell_there(compared.counterpart(n), slice.index(r, c));
          CHECK(std::isnan(differences[k]) == !there.has_value());
          if (!there) continue;
          const float x = session.trace().value({n, slice.index(r, c)});
          CHECK(others[k] == b.value(*there));
          CHECK(differences[k] == (x == b.value(*there) ? 0 : b.value(*there) - x));
        }
      }
    }
    perform(session, "set view=stage");
    CHECK(session.compared() == nullptr);
  }
  CHECK(met > 100);
}

TEST_CASE("standard and flash, recomputing and the cache: the same up to rounding, everywhere") {
  for (const Assignments& state :
       {Assignments{{"compare", "pipeline=flash"}}, Assignments{{"compare", "pipeline=decode"}, {"mask", "causal"}}}) {
    Session session;
    session.load(state);
    perform(session, "set view=compare");
    const Compared& compared = *session.compared();
    int compared_stages = 0;
    for (const std::size_t stage : session.graph().stages()) {
      if (!compared.counterpart(stage).exists()) continue;
      ++compared_stages;
      CHECK(compared.difference(stage)->largest <= rounding_tolerance(static_cast<double>(compared.largest_value(stage))));
    }
    CHECK(compared_stages >= 10);
    CHECK(compared.counterpart(*session.graph().find("output")).exists());
  }
}

TEST_CASE("swap and take move settings over, undo brings them back, and locks hold") {
  Session session;
  session.load({{"mask", "causal"}, {"mask_when", "after"}, {"edits", "w_k:0,7=2"}, {"view", "compare"}, {"compare", "mask=none;num_kv_heads=1"}});
  REQUIRE(session.compared());
  CHECK(session.compared()->settings().get("mask_when") == "before");
  CHECK(session.compared()->settings().get("edits").empty());  // w_k has four columns there
  const Settings a = session.state();
  const Settings b = session.compared()->settings();
  const Run* second = session.compared()->second();
  perform(session, "compare swap");
  CHECK(session.problem().empty());
  CHECK(same_recipe(session.state(), b));
  CHECK(&session.run() == second);  // not computed again
  REQUIRE(session.compared());
  CHECK(same_recipe(session.compared()->settings(), a));
  CHECK(session.settings().get("compare") == "num_kv_heads=auto;mask=causal;mask_when=after;edits=w_k:0,7=2");
  perform(session, "compare swap");
  CHECK(same_recipe(session.state(), a));
  CHECK(same_recipe(session.compared()->settings(), b));
  perform(session, "compare take");
  CHECK(same_recipe(session.state(), b));
  CHECK(session.compared() == nullptr);
  CHECK(session.settings().get("compare").empty());
  session.undo();
  CHECK(same_recipe(session.state(), a));
  CHECK(session.compared());
  session.set("lock", "mask");
  perform(session, "compare take");
  CHECK(session.problem() == "mask is locked in this lesson");
  CHECK(same_recipe(session.state(), a));
  perform(session, "set compare=");
  perform(session, "compare swap");
  CHECK(session.problem().find("compare: there is no second run") == 0);
}

TEST_CASE("a comparison follows the recipe, and says when it no longer fits") {
  Session session;
  session.load({{"num_heads", "4"}, {"view", "compare"}, {"compare", "num_kv_heads=2"}});
  const std::int64_t generation = session.generation();
  CHECK(session.set("num_heads", "2"));
  REQUIRE(session.compared());
  CHECK(session.compared()->second()->recipe.num_heads == 2);
  CHECK(session.generation() > generation);
  CHECK(session.set("num_heads", "1"));
  CHECK(session.compared() == nullptr);
  CHECK(session.problem().empty());
  CHECK(session.compare_problem().find("compare=num_kv_heads=2: num_kv_heads=2 does not divide num_heads=1") == 0);
  // The link still opens.
  Session other;
  other.load(parse_hash(session.hash()));
  CHECK(other.compare_problem() == session.compare_problem());
  CHECK(session.set("num_heads", "8"));
  CHECK(session.compare_problem().empty());
  CHECK(session.compared());
}

TEST_CASE("the second run shares what the settings leave as it was, and both stay within the memory of one") {
  Session session;
  session.load({{"view", "compare"}, {"compare", "position=alibi"}});
  const Trace& a = session.trace();
  const Trace& b = session.compared()->second()->trace;
  for (const char* id : {"x", "w_q", "q", "k_heads", "scores"}) CHECK(a.shares(*a.graph().find(id), b, *b.graph().find(id)));
  for (const Assignments& state : {Assignments{{"compare", "d_model=8192"}}, {{"d_model", "8192"}, {"compare", "d_model=8"}}}) {
    session.load(state);
    perform(session, "set view=compare");
    REQUIRE(session.compared());
    CHECK_FALSE(session.is_computing());
    CHECK_FALSE(session.compared()->has_values());
    REQUIRE(session.compared()->second());  // its shapes and counts
    CHECK(session.compared()->why_no_values().find("Too large to run side by side: both together need ") == 0);
    CHECK(session.compared()->difference(0) == nullptr);
  }
}

TEST_CASE("a long comparison comes in slices that can be stopped") {
  Session session;
  session.set_patience(Session::Duration(0));
  session.load({{"d_model", "256"}, {"view", "compare"}, {"compare", "seed=1"}});
  while (!session.trace().has_values()) session.compute(std::chrono::microseconds(50));
  CHECK(session.is_computing());
  CHECK(session.compared()->why_no_values() == "Computing the second run.");
  perform(session, "stop");
  CHECK(session.is_stopped());
  perform(session, "go");
  finish_both(session);
  CHECK(session.compared()->has_values());
  CHECK(session.compared()->progress() == 1);
  CHECK(session.compared()->difference(0));
}

TEST_CASE("what is counted of both is what each counts alone") {
  Session session;
  session.load({{"view", "compare"}, {"compare", "num_kv_heads=1"}});
  const auto counted = counted_twice(session.run(), *session.compared()->second());
  const auto find = [&](const std::string& what) {
    for (const CountedTwice& each : counted) {
      if (each.what == what) return each;
    }
    FAIL("no " << what);
    return CountedTwice{};
  };
  // w_q and w_o stay 8 x 8; w_k and w_v have 4 of 8 columns.
  CHECK(find("parameters").first == 4 * 64);
  CHECK(find("parameters").second == 2 * 64 + 2 * 32);
  CHECK(find("KV cache per token").first == 2 * (4 + 4) * 4);
  CHECK(find("KV cache per token").second == 1 * (4 + 4) * 4);
  const auto settings = settings_that_differ(session.run(), *session.compared()->second());
  REQUIRE(settings.size() == 1);
  CHECK(settings[0].first == "auto (2)");
  CHECK(settings[0].second == "1");
  session.load({{"view", "compare"}, {"compare", "pipeline=flash"}});
  for (const CountedTwice& each : counted_twice(session.run(), *session.compared()->second())) {
    CHECK(each.first.has_value() == (each.what.find("moved by") != 0));
    CHECK(each.second.has_value());
  }
}

TEST_CASE("every preset that is offered makes a difference, and each does what its title says") {
  std::vector<std::string> titles;
  for (const char* pipeline : {"attention", "flash", "decode", "block", "latent", "storage"}) {
    Session session;
    session.load({{"pipeline", pipeline}});
    for (const Preset& preset : presets(session.state())) {
      CAPTURE(pipeline);
      CAPTURE(preset.title);
      titles.push_back(preset.title);
      Session other;
      other.load({{"pipeline", pipeline}});
      perform(other, preset.command());
      CHECK(other.problem().empty());
      REQUIRE(other.compared());
      CHECK(other.compared()->has_values());
      CHECK_FALSE(same_recipe(other.state(), other.compared()->settings()));
      for (const auto& [key, value] : preset.second) CHECK(other.compared()->settings().get(key) == value);
      for (const auto& [key, value] : preset.first) CHECK(other.settings().get(key) == value);
      CHECK(other.node().id() == preset.stage);
    }
  }
  for (const char* title : {"MHA vs MQA", "MHA vs GQA", "MHA vs MLA", "no mask vs causal", "mask before vs after softmax",
                            "no positions vs RoPE", "RoPE vs ALiBi", "scaled vs unscaled", "standard vs flash", "recompute vs cache",
                            "pre-norm vs post-norm"}) {
    CHECK_MESSAGE(std::find(titles.begin(), titles.end(), title) != titles.end(), title);
  }
  Session locked;
  locked.load({{"lock", "position"}});
  for (const Preset& preset : presets(locked.state())) CHECK(preset.title != "RoPE vs ALiBi");
  for (const Preset& preset : presets(locked.state())) {
    for (const auto& [key, value] : preset.first) CHECK(key != "position");
  }
}

TEST_CASE("other values are valid, and other ones") {
  for (int i = 0; i < samples(20, 200); ++i) {
    Random random(95000 + static_cast<std::uint64_t>(i));
    Session session;
    const Settings s = random_variant(random);
    Assignments state;
    for (const Key& key : recipe_keys()) state.emplace_back(key.name, s.get(key.name));
    session.load(state);
    for (const Key& key : recipe_keys()) {
      for (const std::string& value : other_values(session.run(), key)) {
        CHECK(value != session.run().settings.get(key.name));
        CHECK(compared_settings(session.run().settings, to_text(Assignments{{key.name, value}})).get(key.name) == parse_value(key, value));
      }
    }
  }
}
