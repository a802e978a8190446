#include "engine/session/session.hpp"

#include <cstring>

#include "engine/tensor/error.hpp"
#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

std::string refusal(Session& session, const Assignments& assignments) {
  try {
    session.load(assignments);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

Cell at(const Session& session, const std::string& id, Index index) {
  return {node(session.trace(), id), std::move(index)};
}

}  // namespace

TEST_CASE("a new session shows the default sentence, ready to step") {
  const Session session;
  CHECK(session.trace().has_values());
  CHECK(session.node().id() == "x");
  CHECK(session.cursor().index == Index{0, 0, 0});
  CHECK(session.position().at == 0);
  CHECK(session.problem().empty());
  CHECK(session.hash() == "v=1");
  CHECK(session.previous() == nullptr);
  CHECK(session.generation() == 1);
  CHECK_FALSE(session.playing);
}

TEST_CASE("an invalid setting keeps the last valid run, and says why until it is repaired") {
  Session session;
  const Run* run = &session.run();
  CHECK_FALSE(session.set("num_heads", "3"));
  CHECK(session.problem().find("num_heads=3 does not divide d_model=8") == 0);
  CHECK(session.settings().get("num_heads") == "3");  // the control keeps what was typed
  CHECK(&session.run() == run);
  CHECK(session.state().get("num_heads") == "2");  // the link does not
  CHECK(session.hash() == "v=1");
  CHECK_FALSE(session.set("d_model", "10"));
  CHECK(&session.run() == run);
  CHECK(session.set("d_model", "9"));  // both together are valid
  CHECK(session.problem().empty());
  CHECK(session.run().recipe.num_heads == 3);
  CHECK(session.run().recipe.head_dim == 3);
  CHECK(session.previous() == run);
  CHECK_FALSE(session.set("d_model", "nine"));
  CHECK(session.problem().find("d_model=nine: must be a whole number") == 0);
  CHECK(session.settings().get("d_model") == "9");
  CHECK_FALSE(session.set("no_such_key", "1"));
  CHECK(session.problem().find("unknown key") == 0);
  CHECK(session.set("d_model", "9"));
  CHECK(session.problem().empty());
}

TEST_CASE("stepping and looking around keep an invalid draft and its message") {
  Session session;
  session.set("num_heads", "3");
  const std::string problem = session.problem();
  session.step(5);
  session.go_to_stage(node(session.trace(), "scores"));
  session.show_head(1);
  session.show_head(std::nullopt);
  CHECK(session.set("theme", "dark"));
  CHECK(session.set("stage", "q"));
  CHECK(session.node().id() == "q");
  CHECK(session.state().get("num_heads") == "2");
  CHECK(session.problem() == problem);
  CHECK(session.settings().get("num_heads") == "3");
}

TEST_CASE("changing settings keeps the place as far as it exists") {
  Session session;
  session.load({{"d_model", "8"},
                {"num_heads", "4"},
                {"tokens", "a b c d | e f"},
                {"stage", "scores"},
                {"head", "3"},
                {"cell", "3,1"},
                {"batch_item", "1"}});
  CHECK(session.cursor() == at(session, "scores", {1, 3, 3, 1}));
  CHECK(session.set("num_heads", "2"));
  CHECK(session.cursor() == at(session, "scores", {1, 1, 3, 1}));
  CHECK(session.head() == 1);
  CHECK(session.set("tokens", "a b"));
  CHECK(session.cursor() == at(session, "scores", {0, 1, 1, 1}));
  CHECK(session.batch_item() == 0);
  CHECK(session.set("seed", "5"));
  CHECK(session.cursor() == at(session, "scores", {0, 1, 1, 1}));
  session.set("mask", "causal");
  session.go_to(at(session, "masked_scores", {0, 0, 1, 0}));
  CHECK(session.set("mask", "none"));  // its stage is gone
  CHECK(session.node().id() == "x");
}

TEST_CASE("another pipeline drops the settings it does not have") {
  Session session;
  CHECK_FALSE(session.set("tile_keys", "2"));
  CHECK(session.set("tile_keys", "auto"));
  CHECK(session.set("pipeline", "flash"));
  CHECK(session.set("tile_keys", "2"));
  CHECK(session.run().recipe.count("tile_keys") == 2);
  CHECK(session.set("pipeline", "attention"));
  CHECK(session.state().is_default("tile_keys"));
  session.change({{"pipeline", "flash"}, {"tile_keys", "4"}});
  CHECK(session.run().recipe.count("tile_keys") == 4);
  session.change({{"pipeline", "attention"}});
  CHECK(session.run().settings.get("pipeline") == "attention");
}

TEST_CASE("loading takes all or nothing") {
  const struct {
    Assignments assignments;
    const char* says;
  } table[] = {
      {{{"stage", "no_such"}}, "stage=no_such: there is no such stage here; there are x w_q "},
      {{{"stage", "masked_scores"}}, "there is no such stage"},
      {{{"head", "2"}}, "head=2: num_heads=2, so heads are 0 to 1, or all"},
      {{{"batch_item", "1"}}, "batch_item=1: "},
      {{{"stage", "scores"}, {"cell", "0"}},
       "cell=0: a cell of scores is given by 2 numbers, T_q,T_kv"},
      {{{"stage", "scores"}, {"cell", "0,0,0"}}, "is given by 2 numbers"},
      {{{"stage", "scores"}, {"cell", "8,0"}}, "cell=8,0: T_q of scores goes from 0 to 7"},
      {{{"stage", "scores"}, {"head", "all"}, {"cell", "2,0,0"}}, "h of scores goes from 0 to 1"},
      {{{"num_heads", "3"}}, "num_heads=3 does not divide"},
      {{{"num_heads", "2"}, {"num_heads", "2"}}, "num_heads is given twice"},
      {{{"tokens", " | "}}, "sentence 0 is empty"},
  };
  Session session;
  session.load({{"seed", "7"}, {"stage", "q"}, {"cell", "2,3"}});
  const std::string hash = session.hash();
  const Run* run = &session.run();
  for (const auto& row : table) {
    const std::string said = refusal(session, row.assignments);
    INFO(said);
    CHECK(said.find(row.says) != said.npos);
    CHECK(session.hash() == hash);
    CHECK(&session.run() == run);
  }
  session.load({});
  CHECK(session.hash() == "v=1");
}

TEST_CASE("what changed is marked: the same stages as comparing all values finds") {
  for (int i = 0; i < samples(15, 150); ++i) {
    Random random(76000 + static_cast<std::uint64_t>(i));
    Session session;
    for (int turn = 0; turn < 4; ++turn) {
      const std::int64_t generation = session.generation();
      const Settings next = random_settings(random);
      Assignments all;
      for (const Key& key : recipe_keys()) {
        // Some keys alone, so that parts of the trace stay as they were.
        if (turn % 2 == 0 || key.name == "seed") all.emplace_back(key.name, next.get(key.name));
      }
      session.change(all);
      if (session.generation() == generation) continue;
      const Trace& before = session.previous()->trace;
      const Trace& after = session.trace();
      for (std::size_t n = 0; n < after.graph().nodes().size(); ++n) {
        const Node& now = after.graph()[n];
        INFO(now.id());
        const Change& change = session.change(n);
        const auto old = before.graph().find(now.id());
        CHECK(change.added == !old.has_value());
        if (!old) continue;
        const bool same_axes = before.graph()[*old].axes() == now.axes();
        CHECK(change.shape == !same_axes);
        if (same_axes) {
          const std::vector<float> a = values(before, now.id());
          const std::vector<float> b = values(after, now.id());
          CHECK(change.values == (std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) != 0));
        }
        CHECK(change.any() == (change.added || change.shape || change.values));
      }
    }
  }
}

TEST_CASE("marks of single settings") {
  Session session;
  const auto change = [&](const char* id) { return session.change(node(session.trace(), id)); };
  session.set("seed", "1");
  CHECK_FALSE(change("x").any());
  CHECK(change("w_q").values);
  CHECK(change("output").values);
  session.set("mask", "causal");
  CHECK(change("masked_scores").added);
  CHECK(change("mask").added);
  CHECK_FALSE(change("scores").any());
  CHECK(change("attn_weights").values);
  session.set("num_heads", "4");
  CHECK_FALSE(change("x").any());
  CHECK(change("scores").shape);
  session.set("theme", "dark");  // not a computation
  CHECK(change("scores").shape);
  session.load({});
  CHECK_FALSE(change("output").any());
}

TEST_CASE("locked keys cannot be set, and can still be linked to") {
  Session session;
  session.load({{"lock", "d_model,seed"}, {"hide", "counts"}});
  CHECK(session.is_locked("d_model"));
  CHECK_FALSE(session.is_locked("num_heads"));
  CHECK(session.is_hidden("counts"));
  CHECK_FALSE(session.set("d_model", "16"));
  CHECK(session.problem() == "d_model is locked in this lesson");
  CHECK(session.run().recipe.d_model == 8);
  CHECK(session.set("num_heads", "4"));
  session.change({{"d_model", "16"}});
  CHECK(session.run().recipe.d_model == 16);
}

TEST_CASE("following a term and coming back") {
  Session session;
  session.go_to(at(session, "scores", {0, 1, 2, 3}));
  session.follow(at(session, "q_heads", {0, 1, 2, 0}));
  session.follow(at(session, "q", {0, 2, 4}));
  session.follow(at(session, "w_q", {5, 4}));
  CHECK(session.trail().size() == 3);
  session.back();
  CHECK(session.cursor() == at(session, "q", {0, 2, 4}));
  session.back();
  session.back();
  CHECK(session.cursor() == at(session, "scores", {0, 1, 2, 3}));
  CHECK(session.trail().empty());
  session.back();
  CHECK(session.cursor() == at(session, "scores", {0, 1, 2, 3}));
  session.follow(at(session, "k_heads", {0, 1, 3, 0}));
  session.follow(at(session, "w_k", {2, 4}));
  session.follow(at(session, "x", {0, 0, 0}));
  CHECK(session.trail_text() == "scores[1,2,3] < k_heads[1,3,0]; w_k[2,4]; x[0,0]");
  session.set("edits", "w_k:2,4=1");  // another run of the same shapes
  CHECK(session.trail().size() == 3);
  session.set("mask", "causal");  // more tensors before them
  CHECK(session.trail_text() == "scores[1,2,3] < k_heads[1,3,0]; w_k[2,4]; x[0,0]");
  session.back(2);
  CHECK(session.cursor() == at(session, "k_heads", {0, 1, 3, 0}));
  CHECK(session.trail_text() == "scores[1,2,3] < k_heads[1,3,0]");
  session.back(7);
  CHECK(session.cursor() == at(session, "scores", {0, 1, 2, 3}));
  CHECK(session.trail_text().empty());
  session.follow(at(session, "k_heads", {0, 1, 6, 0}));
  session.follow(at(session, "w_k", {2, 4}));
  session.set("tokens", "a b");  // the first link's cell is gone
  CHECK(session.trail().empty());
  session.follow(at(session, "x", {0, 0, 0}));
  session.load({});
  CHECK(session.trail().empty());
}

TEST_CASE("heads and sentences to look at") {
  Session session;
  session.load(
      {{"num_heads", "4"}, {"num_kv_heads", "2"}, {"tokens", "a b | c"}, {"stage", "k_heads"}});
  session.show_head(3);
  CHECK(session.cursor() == at(session, "k_heads", {0, 1, 0, 0}));  // the KV head of its group
  CHECK(session.head() == 3);
  session.show_sentence(1);
  CHECK(session.cursor() == at(session, "k_heads", {1, 1, 0, 0}));
  session.go_to_stage(node(session.trace(), "scores"));
  CHECK(session.cursor() == at(session, "scores", {1, 3, 0, 0}));
  session.show_head(std::nullopt);
  CHECK(session.all_heads());
  session.go_to(at(session, "scores", {0, 2, 1, 1}));
  CHECK(session.head() == 2);
  CHECK(session.batch_item() == 0);
  session.go_to(at(session, "k_heads", {0, 0, 1, 1}));
  CHECK(session.head() == 0);
}

TEST_CASE("a choice that brings others sets them too, unless one of them is locked") {
  Session session;
  CHECK(session.set("weights", "constructed"));
  CHECK(session.settings().get("d_model") == "32");
  CHECK(session.run().recipe.num_heads == 5);
  CHECK_FALSE(session.set("d_model", "16"));
  CHECK(session.problem().find("weights=constructed are made for d_model=32") == 0);
  session.undo();
  CHECK(session.set("weights", "random"));
  CHECK(session.set("d_model", "16"));
  session.change(parse_query("weights=constructed&stage=attn_weights&head=2&cell=1,0"));
  CHECK(session.settings().get("d_model") == "32");
  session.undo();
  CHECK(session.settings().get("weights") == "random");
  CHECK(session.settings().get("d_model") == "16");
  session.load({{"lock", "num_heads"}});
  CHECK_FALSE(session.set("weights", "constructed"));
  CHECK(session.problem() == "weights=constructed sets num_heads=5, which is locked in this lesson");
  session.load(parse_query("num_heads=5&d_model=32&head_dim=16&v_dim=4&lock=num_heads"));
  CHECK(session.set("weights", "constructed"));
}

TEST_CASE("from all heads to one of them, by its key alone, stays at the row and column") {
  Session session;
  session.load({{"stage", "attn_weights"}, {"head", "all"}, {"cell", "1,2,3"}});
  CHECK(session.set("head", "0"));
  CHECK(session.cursor().index == Index{0, 0, 2, 3});
  CHECK(session.set("head", "all"));
  CHECK(session.cursor().index == Index{0, 0, 2, 3});
  session.change({{"head", "1"}, {"cell", "4,5"}});
  CHECK(session.cursor().index == Index{0, 1, 4, 5});
  session.change({{"head", "all"}, {"stage", "scores"}, {"cell", "1,2,3"}});
  session.change({{"head", "0"}, {"stage", "x"}});
  CHECK(session.cursor().index == Index{0, 0, 0});
}
