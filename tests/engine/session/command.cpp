#include "engine/session/command.hpp"

#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

/// What must hold whatever a person does.
void check_sane(const Session& session, const std::string& what) {
  INFO(what << " at " << session.hash());
  const Graph& graph = session.graph();
  REQUIRE(session.cursor().node < graph.nodes().size());
  CHECK_UNARY(contains(whole(session.node().axes()), session.cursor().index));
  for (const Cell& cell : session.trail()) {
    REQUIRE(cell.node < graph.nodes().size());
    CHECK_UNARY(contains(whole(graph[cell.node].axes()), cell.index));
  }
  const Recipe& r = session.run().recipe;
  CHECK_UNARY((session.head() >= 0 && session.head() < r.num_heads));
  CHECK_UNARY((session.batch_item() >= 0 && session.batch_item() < r.sentences()));
  const StepPosition position = session.position();
  CHECK_UNARY((position.at >= -1 && position.at < position.total));
  if (const auto head = find_head_axis(session.node().axes())) {
    const std::int64_t group = r.num_heads / session.node().axes()[*head].size;
    CHECK_UNARY(session.head() / group == session.cursor().index[*head]);
  }
  if (const auto batch = find_axis(session.node().axes(), AxisKind::batch)) {
    CHECK_UNARY(session.batch_item() == session.cursor().index[*batch]);
  }
}

/// The link of a view restores it, in a session that was somewhere else.
void check_shared(const Session& session) {
  const std::string hash = session.hash();
  INFO(hash);
  Session other;
  other.load({{"num_heads", "4"}, {"stage", "scores"}, {"head", "3"}});
  REQUIRE_NOTHROW(other.load(parse_hash(hash)));
  CHECK(other.cursor() == session.cursor());
  CHECK(other.batch_item() == session.batch_item());
  CHECK(other.all_heads() == session.all_heads());
  if (!session.all_heads()) CHECK(other.head() == session.head());
  CHECK(other.state() == session.state());
  CHECK(other.hash() == hash);
}

std::string random_command(Random& random, const Session& session) {
  const std::size_t target = static_cast<std::size_t>(
      random.below(static_cast<std::int64_t>(session.graph().nodes().size())));
  const Node& node = session.graph()[target];
  std::string cell;
  for (const std::int64_t i : random.cell(node.axes())) {
    cell += (cell.empty() ? "" : ",") + std::to_string(i + (random.chance(3) ? 1 : 0));
  }
  switch (random.below(14)) {
    case 12: {
      const CellEdit edit = random_edit(random, session.graph());
      return "edit " + edit.node + " " + index_text(edit.index) + " " + code_number(static_cast<double>(edit.value));
    }
    case 13:
      return random.pick({"undo", "undo", "redo", "unedit all", "edit mask 0,1,0 0", "unedit w_q 0,0"});
    case 0:
      return "step " + std::to_string(random.range(-50, 50));
    case 1:
      return random.pick({"first", "last", "play", "back", "back 2"});
    case 2:
      return "move " + std::to_string(random.range(-3, 3)) + "," +
             std::to_string(random.range(-3, 3));
    case 3:
      return "stage " + std::to_string(random.range(-3, 3));
    case 4:
    case 5:
      return "follow " + node.id() + " " + cell;
    case 6:
      return "set head=" + random.pick({"all", "0", "1", "3", "x"});
    case 7:
      return "set step_by=" + random.pick({"cell", "row", "head", "stage", "axis"});
    case 8:
      return "change stage=" +
             random.pick({"scores", "q", "w_q", "masked_scores", "positions", "no"}) +
             random.pick({"", "&cell=1,1", "&cell=0", "&head=1"});
    case 9: {
      const Settings s =
          random_settings(random, {{"tokens", random.pick({"a b c", "a b | c", "x"})}});
      const Key& key = s.keys()[static_cast<std::size_t>(
          random.below(static_cast<std::int64_t>(s.keys().size())))];
      return "set " + key.name + "=" + s.get(key.name);
    }
    case 10:
      return "set " +
             random.pick({"num_heads=3", "num_kv_heads=2", "d_model=0", "mask=", "tokens= | ",
                          "batch_item=1", "scale=x", "lesson=none", "theme=dark", "cell=1,1"});
    default:
      return random.pick({"",
                          " ",
                          "step",
                          "step x",
                          "step 1.5",
                          "step 99999999999999999999",
                          "move 1",
                          "move a,b",
                          "move 1,2,3",
                          "stage -",
                          "follow",
                          "follow x",
                          "follow x 0",
                          "follow no 0,0,0",
                          "follow x 9,9,9",
                          "follow x -1,0,0",
                          "set",
                          "set d_model",
                          "change %",
                          "change a",
                          "jump 3",
                          "BACK",
                          "step\t1",
                          "step -9223372036854775808",
                          "move 9223372036854775807,1"});
  }
}

}  // namespace

TEST_CASE("commands do what they say") {
  Session session;
  perform(session, "set d_model=16");
  CHECK(session.run().recipe.d_model == 16);
  perform(session, "set tokens=a = b");
  CHECK(session.run().recipe.tokens == 3);
  perform(session, "change stage=scores&cell=2,1&head=1");
  CHECK(session.node().id() == "scores");
  CHECK(session.cursor().index == Index{0, 1, 2, 1});
  perform(session, "move -1,1");
  CHECK(session.cursor().index == Index{0, 1, 1, 2});
  perform(session, "move -9,9");
  CHECK(session.cursor().index == Index{0, 1, 0, 2});
  perform(session, "stage 1");
  CHECK(session.node().id() == "scaled_scores");
  CHECK(session.cursor().index == Index{0, 1, 0, 0});
  perform(session, "stage -100");
  CHECK(session.node().id() == "x");
  perform(session, "stage 100");
  CHECK(session.node().id() == "output");
  perform(session, "first");
  CHECK(session.position().at == 0);
  perform(session, "step 3");
  CHECK(session.position().at == 3);
  perform(session, "step -1");
  CHECK(session.position().at == 2);
  perform(session, "last");
  CHECK(session.position().at == session.position().total - 1);
  perform(session, "play");
  CHECK(session.playing);
  perform(session, "play");
  CHECK_FALSE(session.playing);
  perform(session, "follow w_q 3,2");
  CHECK(session.node().id() == "w_q");
  perform(session, "stage 1");  // from a weight to the stage that comes next
  CHECK(session.node().id() == "q");
  perform(session, "follow w_q 3,2");
  perform(session, "stage -1");
  CHECK(session.node().id() == "x");
  perform(session, "follow scores 0,0,1,1");
  perform(session, "back");
  CHECK(session.node().id() == "x");
  perform(session, "follow scores 0,0,1,1");
  perform(session, "follow w_q 3,2");
  perform(session, "follow x 0,0,0");
  perform(session, "back 2");
  CHECK(session.node().id() == "scores");
  perform(session, "back");
  CHECK(session.node().id() == "x");
  perform(session, "word tokens 0,1 big = bad");
  CHECK(session.state().get("tokens") == "a big = bad b");
  perform(session, "undo");
  perform(session, "edit x 0,1,4 1");
  perform(session, "edit x 0,0,0 1");
  perform(session, "edit w_q 0,0 1");
  perform(session, "unedit x");
  CHECK(session.state().get("edits") == "w_q:0,0=1");
  perform(session, "undo");
  CHECK(session.edits().size() == 3);
  perform(session, "unedit all");
  perform(session, "edit w_q 3,2 -1.5e0");
  perform(session, "edit x 0,1,4 1");
  CHECK(session.state().get("edits") == "w_q:3,2=-1.5;x:0,1,4=1");
  perform(session, "edit w_q 3,2 2");
  CHECK(session.state().get("edits") == "w_q:3,2=2;x:0,1,4=1");
  perform(session, "unedit x 0,1,4");
  CHECK(session.state().get("edits") == "w_q:3,2=2");
  perform(session, "undo");
  CHECK(session.state().get("edits") == "w_q:3,2=2;x:0,1,4=1");
  perform(session, "redo");
  perform(session, "redo");
  CHECK(session.state().get("edits") == "w_q:3,2=2");
  perform(session, "unedit all");
  perform(session, "unedit all");
  CHECK(session.state().get("edits").empty());
  CHECK(session.problem().empty());
}

TEST_CASE("commands that cannot be done leave a reason, and everything else as it was") {
  for (const char* bad : {"",
                          " ",
                          "no",
                          "no 1",
                          "STEP 1",
                          "step",
                          "step ",
                          "step x",
                          "step 1x",
                          "step 1.5",
                          "step +1",
                          "step --1",
                          "step 1 1",
                          "step 9223372036854775807",
                          "step -9223372036854775808",
                          "step 99999999999999999999",
                          "stage",
                          "stage x",
                          "move",
                          "move 1",
                          "move 1,",
                          "move 1,2,3",
                          "move x,y",
                          "move 9223372036854775807,0",
                          "follow",
                          "follow scores",
                          "follow scores ",
                          "follow scores 0,0,0",
                          "follow scores 0,0,0,8",
                          "follow scores 0,0,0,-1",
                          "follow scores a,b,c,d",
                          "follow nothing 0,0",
                          "follow scores 0,0,0,0,0",
                          "set",
                          "set d_model",
                          "set =3",
                          "set d_model=",
                          "set head=2",
                          "set head=-1",
                          "set stage=nothing",
                          "set cell=0,0,0",
                          "set batch_item=1",
                          "edit",
                          "edit x",
                          "edit x 0,0,0",
                          "edit x 0,0,0 ",
                          "edit x 0,0,0 x",
                          "edit x 0,0,0 nan",
                          "edit x 0,0,0 1e39",
                          "edit x 0,0 1",
                          "edit x 0,0,8 1",
                          "edit x 0,0,0 1 1",
                          "edit x 0,0,0 1;w_q:0,0=1",
                          "edit X 0,0,0 1",
                          "edit scores 0,0,0,0 1",
                          "edit mask 0,0,0 1",
                          "back 0",
                          "back -1",
                          "back x",
                          "back ",
                          "word",
                          "word tokens",
                          "word tokens 0,1",
                          "word tokens 0 a",
                          "word tokens 0,99 a",
                          "word tokens 1,0 a",
                          "word tokens -1,0 a",
                          "word seed 0,0 1",
                          "word context_tokens 0,0 a",
                          "unedit",
                          "unedit x",
                          "unedit x 0,0,0",
                          "unedit everything",
                          "change edits=x:0,0,8=1",
                          "set edits=x",
                          "change",
                          "change d_model",
                          "change d_model=16&d_model=16",
                          "change d_model=%zz",
                          "change d_model=16&num_heads=3",
                          "change stage=scores&cell=9,9",
                          "change v=1"}) {
    INFO(bad);
    Session session;
    session.load({{"stage", "scores"}, {"cell", "3,4"}, {"head", "1"}});
    const std::string hash = session.hash();
    perform(session, bad);
    if (std::string(bad) == "change") continue;  // nothing to change
    CHECK_FALSE(session.problem().empty());
    CHECK(session.problem().size() < 400);
    CHECK(session.hash() == hash);
    check_sane(session, bad);
    perform(session, "set seed=1");
    CHECK(session.problem().empty());
  }
}

TEST_CASE("nothing a person does breaks the session, and every view can be shared") {
  for (int i = 0; i < samples(8, 200); ++i) {
    Random random(77000 + static_cast<std::uint64_t>(i));
    Session session;
    session.load(
        {{"d_model", "4"}, {"num_heads", "4"}, {"num_kv_heads", "2"}, {"tokens", "a b | c d e"}});
    for (int turn = 0; turn < 150; ++turn) {
      const std::string command = random_command(random, session);
      const std::int64_t generation = session.generation();
      perform(session, command);
      check_sane(session, command);
      if (turn % 10 == 0) check_shared(session);
      CHECK(session.generation() >= generation);
      if (!session.trace().has_values()) break;
    }
  }
}
