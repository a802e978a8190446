// Undo and redo: any changes, taken back one by one, are the states that were there, to the bit.
#include "engine/session/history.hpp"

#include <cstring>

#include "engine/session/command.hpp"
#include "engine/session/session.hpp"
#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

/// Everything that a state is: its link, and the bits of every tensor.
struct Picture {
  std::string hash;
  std::vector<std::uint64_t> tensors;

  bool operator==(const Picture&) const = default;
};

std::uint64_t digest(const std::vector<float>& values) {
  std::uint64_t hash = 1469598103934665603U;
  for (const float value : values) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    hash = (hash ^ bits) * 1099511628211U;
  }
  return hash;
}

Picture picture(const Session& session, bool with_view = true) {
  Settings state = session.state();
  if (!with_view) {
    for (const char* key : {"stage", "head", "batch_item", "cell"}) state.reset(key);
  }
  Picture now{to_hash(state), {}};
  for (std::size_t n = 0; n < session.graph().nodes().size(); ++n) {
    now.tensors.push_back(digest(session.trace().read(n, whole(session.graph()[n].axes()))));
  }
  return now;
}

/// A setting, an edit, several settings at once, or something that is refused.
void change_something(Session& session, Random& random) {
  switch (random.below(8)) {
    case 0:
    case 1:
    case 2: {
      const CellEdit edit = random_edit(random, session.graph());
      perform(session, "edit " + edit.node + " " + index_text(edit.index) + " " +
                           code_number(static_cast<double>(edit.value)));
      break;
    }
    case 3: perform(session, random.pick({"unedit all", "set num_heads=3", "set edits=nothing:0=1"})); break;
    case 4: {
      const Settings s = random_settings(random);
      Assignments all;
      for (const Key& key : recipe_keys()) all.emplace_back(key.name, s.get(key.name));
      session.change(all);
      break;
    }
    default:
      perform(session, "set " + random.pick({"d_model=8", "d_model=16", "num_heads=1", "num_heads=2", "num_heads=4",
                                             "num_kv_heads=1", "mask=causal", "mask=none", "position=sinusoidal",
                                             "position=none", "bias=1", "pipeline=flash", "pipeline=attention",
                                             "tokens=a b", "tokens=a b c d e", "seed=5", "seed=6", "scale=1"}));
  }
}

}  // namespace

TEST_CASE("what is typed letter by letter is one change") {
  Session session;
  session.load({{"tokens", "a"}});
  const std::string first = session.hash();
  for (const char* text : {"a b", "a b ", "a b c", "a b c d"}) CHECK(session.type("tokens", text));
  CHECK(session.run().recipe.tokens == 4);
  REQUIRE(session.previous());
  CHECK(session.previous()->recipe.tokens == 1);
  perform(session, "typed");
  for (const char* text : {"a b c", "a b"}) perform(session, std::string("type tokens=") + text);
  perform(session, "set seed=2");
  perform(session, "type tokens=x");
  const std::string last = session.hash();
  for (const int tokens : {2, 2, 4, 1}) {
    session.undo();
    CHECK(session.run().recipe.tokens == tokens);
  }
  CHECK(session.hash() == first);
  CHECK_FALSE(session.can_undo());
  for (int i = 0; i < 4; ++i) session.redo();
  CHECK(session.hash() == last);
  CHECK_FALSE(session.can_redo());

  SUBCASE("and none where it is taken back") {
    for (const char* text : {"x y", "x"}) session.type("tokens", text);
    CHECK(session.hash() == last);
    session.undo();
    CHECK(session.run().recipe.tokens == 2);
    session.redo();
    CHECK(session.hash() == last);
  }
  SUBCASE("an impossible sentence between is passed over") {
    const std::string tokens = session.settings().get("tokens");
    CHECK(session.type("tokens", "x y"));
    CHECK_FALSE(session.type("tokens", ""));
    CHECK(session.type("tokens", "x y z"));
    CHECK(session.run().recipe.tokens == 3);
    session.undo();
    CHECK(session.settings().get("tokens") == tokens);
  }
}

TEST_CASE("n changes and n undos are the same states and the same bits, and so are n redos") {
  std::size_t taken_back = 0;
  for (int i = 0; i < samples(6, 120); ++i) {
    Random random(84000 + static_cast<std::uint64_t>(i));
    const bool looks_around = i % 3 == 2;  // then the view is its own affair
    const bool few_runs = i % 3 == 1;      // then undo computes again
    Session session;
    session.load({{"tokens", "a b c | d"}, {"stage", "scores"}, {"cell", "1,2"}});
    if (few_runs) session.history().limit_memory(5000);
    std::vector<Picture> seen{picture(session, !looks_around)};
    for (int turn = 0; turn < 25; ++turn) {
      const std::int64_t generation = session.generation();
      change_something(session, random);
      if (session.generation() == generation) {
        if (!session.problem().empty()) session.discard_draft();
      } else {
        seen.push_back(picture(session, !looks_around));
      }
      if (looks_around) perform(session, random.pick({"step 3", "stage 2", "last", "move 1,1", "set head=all"}));
      if (looks_around) perform(session, "set head=0");
    }
    REQUIRE(seen.size() > 5);
    if (few_runs) CHECK(session.history().runs_kept() < seen.size());
    for (int round = 0; round < 2; ++round) {
      for (std::size_t k = seen.size(); k-- > 0;) {
        INFO("undo to " << k << " of seed " << i);
        REQUIRE((picture(session, !looks_around) == seen[k]));
        CHECK(session.can_undo() == (k > 0));
        session.undo();
        ++taken_back;
      }
      CHECK_FALSE(session.can_undo());
      for (std::size_t k = 0; k < seen.size(); ++k) {
        INFO("redo to " << k << " of seed " << i);
        REQUIRE((picture(session, !looks_around) == seen[k]));
        CHECK(session.can_redo() == (k + 1 < seen.size()));
        session.redo();
      }
    }
  }
  CHECK(taken_back > 200);
}

TEST_CASE("edits come back from a link") {
  for (int i = 0; i < samples(8, 150); ++i) {
    Random random(85000 + static_cast<std::uint64_t>(i));
    const Settings s = with_random_edits(random, random_settings(random));
    Session session;
    Assignments all;
    for (const Key& key : recipe_keys()) all.emplace_back(key.name, s.get(key.name));
    session.load(all);
    Session other;
    other.load(parse_hash(session.hash()));
    CHECK((picture(other) == picture(session)));
    CHECK(other.edits() == session.edits());
  }
}

TEST_CASE("a change after undo drops what could be redone; looking around does not") {
  Session session;
  session.set("seed", "1");
  session.set("seed", "2");
  session.undo();
  session.go_to_stage(node(session.trace(), "scores"));
  session.set("theme", "dark");
  CHECK(session.can_redo());
  session.set("bias", "1");
  CHECK_FALSE(session.can_redo());
  session.redo();
  CHECK(session.state().get("bias") == "1");
  session.undo();
  CHECK(session.state().get("seed") == "1");
  session.undo();
  CHECK(session.state().get("seed") == "0");
  session.undo();
  CHECK(session.state().get("seed") == "0");
  CHECK(session.state().get("theme") == "dark");  // how it looks is no change
}

TEST_CASE("undo takes the cursor back only where the change had moved it") {
  Session session;
  session.load({{"stage", "scores"}, {"cell", "6,5"}});
  session.set("tokens", "a b");
  CHECK(session.cursor().index == Index{0, 0, 1, 1});
  session.undo();
  CHECK(session.cursor().index == Index{0, 0, 6, 5});
  session.redo();
  CHECK(session.cursor().index == Index{0, 0, 1, 1});
  session.undo();
  session.go_to({session.cursor().node, {0, 0, 0, 7}});
  session.redo();
  CHECK(session.cursor().index == Index{0, 0, 0, 1});
  session.undo();
  CHECK(session.cursor().index == Index{0, 0, 0, 7});
  session.redo();
  session.go_to_stage(node(session.trace(), "output"));
  session.undo();
  CHECK(session.node().id() == "output");
  session.redo();
  CHECK(session.node().id() == "output");
  // A lesson's link that moved the view too is undone as a whole.
  session.change({{"seed", "9"}, {"stage", "q"}, {"head", "1"}});
  session.undo();
  CHECK(session.node().id() == "output");
  CHECK(session.head() == 0);
}

TEST_CASE("undo discards an invalid draft first, and no edit is left as one") {
  Session session;
  session.set("seed", "1");
  session.set("num_heads", "3");
  CHECK_FALSE(session.problem().empty());
  session.undo();
  CHECK(session.problem().empty());
  CHECK(session.settings().get("num_heads") == "2");
  CHECK(session.state().get("seed") == "1");
  perform(session, "edit w_q 0,99 1");
  CHECK(session.problem().find("edits=w_q:0,99=1: h*d_k of w_q goes from 0 to 7") == 0);
  CHECK(session.settings().get("edits").empty());
  CHECK(session.set("bias", "1"));
}

TEST_CASE("a link starts a history of its own, with nothing marked as changed") {
  Session session;
  session.set("seed", "1");
  session.load({{"seed", "2"}, {"edits", "w_q:0,1=0.5"}});
  CHECK_FALSE(session.can_undo());
  CHECK(session.previous() == nullptr);
  session.undo();
  CHECK(session.state().get("seed") == "2");
  CHECK(session.edits().size() == 1);
}

TEST_CASE("edits that lose their cell go, undo brings them back, and the session says so") {
  Session session;
  session.set("mask", "causal");
  perform(session, "edit mask 0,1,0 0");
  perform(session, "edit w_q 7,7 1");
  perform(session, "edit w_k 0,0 1");
  const Picture before = picture(session);
  session.set("mask", "none");
  CHECK(session.state().get("edits") == "w_k:0,0=1;w_q:7,7=1");
  CHECK(session.notice().find("1 cell set by hand went") == 0);
  session.set("d_model", "4");
  CHECK(session.state().get("edits") == "w_k:0,0=1");
  session.set("seed", "3");
  CHECK(session.notice().empty());
  for (int i = 0; i < 3; ++i) session.undo();
  CHECK((picture(session) == before));
  // A link means what it says.
  CHECK_THROWS(session.change({{"mask", "none"}, {"edits", "mask:0,1,0=0"}}));
  CHECK((picture(session) == before));
}

TEST_CASE("edits can be locked") {
  Session session;
  session.load({{"lock", "edits"}});
  perform(session, "edit w_q 0,0 1");
  CHECK(session.problem() == "edits is locked in this lesson");
  CHECK(session.edits().empty());
}

TEST_CASE("an edit shares what it does not touch with the run before") {
  Session session;
  perform(session, "edit w_k 0,0 1");
  const auto shared = [&](const char* id) {
    const Trace& before = session.previous()->trace;
    return session.trace().shares(node(session.trace(), id), before, node(before, id));
  };
  CHECK(shared("x"));
  CHECK(shared("q_heads"));
  CHECK(shared("v"));
  CHECK_FALSE(shared("w_k"));
  CHECK_FALSE(shared("scores"));
}

TEST_CASE("a setting shares what it leaves as it was") {
  Session session;
  const auto shared = [&](const char* id) {
    const Trace& before = session.previous()->trace;
    return session.trace().shares(node(session.trace(), id), before, node(before, id));
  };
  perform(session, "set mask=causal");
  for (const char* id : {"x", "w_q", "q_heads", "scores", "scaled_scores", "v_heads"}) CHECK_MESSAGE(shared(id), id);
  for (const char* id : {"attn_weights", "output"}) CHECK_MESSAGE(!shared(id), id);
  perform(session, "set tokens=The river by the bank was flooded today");
  for (const char* id : {"w_q", "w_k", "w_v", "w_o", "mask"}) CHECK_MESSAGE(shared(id), id);
  for (const char* id : {"x", "q", "scores", "output"}) CHECK_MESSAGE(!shared(id), id);
  perform(session, "set bias=1");
  CHECK(shared("x"));
  CHECK(shared("w_q"));
  CHECK_FALSE(shared("q"));
  const std::int64_t generation = session.generation();
  perform(session, "set head=1");  // a view: nothing is computed
  perform(session, "stage 3");
  CHECK(session.generation() == generation);
}
