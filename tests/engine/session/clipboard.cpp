#include "engine/session/clipboard.hpp"

#include "engine/session/command.hpp"
#include "engine/tensor/error.hpp"
#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

std::vector<float> values(const Session& session, const std::string& id) {
  const auto node = session.graph().find(id);
  REQUIRE(node);
  return session.trace().read(*node, whole(session.graph()[*node].axes()));
}

std::size_t count(const std::string& text, char c) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), c));
}

std::string after(Session& session, const std::string& text) {
  perform(session, "paste " + text);
  return session.problem();
}

}  // namespace

TEST_CASE("what is copied has every number to the bit, and is pasted again") {
  Session session;
  session.load({{"stage", "w_q"}});
  const Copied slice = copied(session, "slice");
  CHECK(count(slice.text, '\n') == 8);
  CHECK(count(slice.text, '\t') == 8 * 7);
  CHECK(slice.what == "8 x 8 numbers of w_q");
  const std::vector<float> before = values(session, "w_q");
  REQUIRE(before != values(session, "w_k"));
  session.set("stage", "w_k");
  CHECK(after(session, slice.text) == "");
  CHECK(values(session, "w_k") == before);
  CHECK(session.edits().size() <= 64);
  session.undo();
  CHECK(session.edits().empty());
}

TEST_CASE("a cell, and a whole tensor matrix by matrix") {
  Session session;
  session.load({{"num_heads", "4"}, {"mask", "causal"}, {"stage", "masked_scores"}, {"head", "2"}, {"cell", "1,3"}});
  const Copied cell = copied(session, "cell");
  CHECK(cell.text == "-inf");
  CHECK(cell.what == session.trace().cell_name(session.cursor()) + " = -inf");
  const auto tokens = static_cast<std::size_t>(session.node().axes().back().size);
  const Copied all = copied(session, "tensor");
  CHECK(count(all.text, '\n') == 4 * tokens + 3);  // and an empty line between two
  CHECK(count(all.text, '\t') == 4 * tokens * (tokens - 1));
  CHECK(all.text.find(copied(session, "slice").text) != all.text.npos);
  CHECK_THROWS_AS(copied(session, "row"), Error);
}

TEST_CASE("numbers go to the right and down from the cursor, however they are separated") {
  for (const char* text : {"1\t2\n3\t4\n", "1,2;3,4", "1 2\r\n3 4", "1, 2 ; 3, 4"}) {
    CAPTURE(text);
    Session session;
    session.load({{"stage", "w_v"}, {"cell", "2,5"}});
    CHECK(after(session, text) == "");
    CHECK(to_text(session.edits()) == "w_v:2,5=1;w_v:2,6=2;w_v:3,5=3;w_v:3,6=4");
  }
}

TEST_CASE("what cannot be pasted says why and changes nothing") {
  const auto problem = [](const Assignments& state, const std::string& text) {
    Session session;
    session.load(state);
    const std::string before = session.hash();
    const std::string said = after(session, text);
    session.discard_draft();
    CHECK(session.hash() == before);
    return said;
  };
  const Assignments corner{{"stage", "w_v"}, {"cell", "7,6"}};
  CHECK(problem(corner, "1 2;3 4") == "paste: 2 x 2 numbers (rows x columns); from this cell of w_v on there are 1 x 2 cells");
  CHECK(problem(corner, "1 2;3") == "paste: row 0 has 2 numbers and row 1 has 1; all rows must be equally long");
  CHECK(problem(corner, "0,5\t1") == "paste: '0,5' is not a number; numbers have a point: 0.5");
  CHECK(problem(corner, " \n") == "paste: there is no text to paste");
  CHECK(problem({{"stage", "scores"}}, "1").find("is computed from other tensors") != std::string::npos);
  CHECK(problem({{"stage", "w_v"}, {"lock", "edits"}}, "1").find("does not let cells be set") != std::string::npos);
  CHECK(problem({{"lock", "tokens"}}, "Some words.").find("does not let the sentence") != std::string::npos);
  CHECK(problem({{"stage", "w_v"}}, "1e99").find("finite float32") != std::string::npos);
}

TEST_CASE("other text becomes the sentence, in one line") {
  Session session;
  CHECK(after(session, "  Cats chase\r\n 3 mice.\n") == "");
  CHECK(session.settings().get("tokens") == "Cats chase 3 mice.");
}

TEST_CASE("too many numbers are not copied, and it says what takes them") {
  Session session;
  session.load({{"d_model", "2048"}, {"tokens", "a b"}, {"stage", "w_q"}});
  CHECK_THROWS_WITH_AS(copied(session, "slice"), doctest::Contains("4,194,304 numbers; at most 1,048,576"), Error);
}
