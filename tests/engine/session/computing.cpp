#include <chrono>

#include "engine/session/command.hpp"
#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

constexpr Session::Duration none{0};
constexpr Session::Duration moment{1e-4};

void finish(Session& session) {
  int slices = 0;
  while (session.is_computing()) {
    session.compute(moment);
    REQUIRE(++slices < 1000000);
  }
}

bool same(const Session& a, const Session& b) {
  bool all = a.graph().nodes().size() == b.graph().nodes().size();
  for (std::size_t n = 0; all && n < a.graph().nodes().size(); ++n) {
    const Change &x = a.change(n), &y = b.change(n);
    all = a.trace().same_values(n, b.trace(), n) && x.any() == y.any() && x.at == y.at && x.largest == y.largest;
  }
  return all;
}

}  // namespace

TEST_CASE("slices give what computing at once gives, whatever is done in between") {
  for (int i = 0; i < samples(12, 200); ++i) {
    Random random(7700 + static_cast<std::uint64_t>(i));
    Session at_once;
    Session sliced;
    sliced.set_patience(none);
    for (int k = 0; k < 8; ++k) {
      std::string command;
      switch (random.below(6)) {
        case 0: command = "undo"; break;
        case 1: command = "redo"; break;
        case 2: command = "edit x 0,0," + std::to_string(random.below(4)) + " " + std::to_string(random.below(9)); break;
        case 3: command = "set mask=" + random.pick({"none", "causal"}); break;
        case 4: command = "set tokens=" + random_sentences(random, 1, 2, 9); break;
        default: command = "set d_model=" + random.pick({"8", "16", "64"});
      }
      INFO(command);
      perform(at_once, command);
      perform(sliced, command);
      CHECK(sliced.hash() == at_once.hash());
      if (random.chance(50)) sliced.compute(moment);
      if (random.chance(30)) {
        finish(sliced);
        CHECK(sliced.trace().has_values());
      }
    }
    finish(sliced);
    for (std::size_t n = 0; n < sliced.graph().nodes().size(); ++n) {
      CHECK(sliced.trace().same_values(n, at_once.trace(), n));
    }
    // From here on they compare with the same run, and find the same changes.
    for (Session* session : {&at_once, &sliced}) session->set("seed", "77");
    finish(sliced);
    CHECK(same(sliced, at_once));
  }
}

TEST_CASE("a long computation has shapes at once, can be stopped, and goes on") {
  Session session;
  session.set_patience(none);
  REQUIRE(session.set("d_model", "256"));
  CHECK(session.is_computing());
  CHECK_FALSE(session.trace().has_values());
  CHECK(session.settings().get("d_model") == "256");
  CHECK(session.graph()[*session.graph().find("q")].axes().back().size == 256);
  CHECK(session.why_no_values().starts_with("Computing"));
  session.compute(moment);
  const double before = session.progress();
  CHECK(before >= 0);
  perform(session, "stop");
  CHECK(session.is_stopped());
  CHECK(session.why_no_values().starts_with("Stopped"));
  session.compute(std::chrono::seconds(10));
  CHECK(session.progress() == before);
  CHECK_FALSE(session.trace().has_values());
  perform(session, "stage 2");
  perform(session, "go");
  double last = before;
  while (session.is_computing()) {
    session.compute(moment);
    CHECK(session.progress() >= last);
    last = session.progress();
  }
  CHECK(last == 1);
  CHECK(session.trace().has_values());
  CHECK(session.why_no_values().empty());
  const std::int64_t generation = session.generation();
  session.compute(moment);
  CHECK(session.generation() == generation);
  // What is undone while it was computed is the state before, and redo computes again.
  session.set("d_model", "320");
  session.undo();
  CHECK(session.trace().has_values());
  CHECK(session.settings().get("d_model") == "256");
  session.redo();
  finish(session);
  CHECK(session.settings().get("d_model") == "320");
  CHECK(session.trace().has_values());
}
