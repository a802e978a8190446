#include "engine/graph/windows.hpp"

#include <array>

#include <doctest/doctest.h>

#include "engine/session/session.hpp"
#include "engine/tensor/error.hpp"
#include "tests/engine/support.hpp"

using namespace headwise;
using headwise::test::Random;

TEST_CASE("windows come back from their text, and what is none is refused") {
  for (const char* text : {"", "T_q:0-15", "T_q:3-3,h*d_k:0-7,d_model:12-12287"}) CHECK(to_text(parse_windows(text)) == text);
  for (const char* text : {"T_q", "T_q:", "T_q:3", "T_q:3-", "T_q:-3", "T_q:5-4", ":0-3", "T_q:0-3,", "T_q:0-3,T_q:4-5",
                           "T_q:0x1-3", "T_q:0-99999999999999", ",", "T_q:a-b", "T_q:1--2"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_windows(text), Error);
  }
}

TEST_CASE("a link whose window is not there is refused; a change of size drops it") {
  Session session;
  CHECK_THROWS_WITH_AS(session.load({{"zoom", "T_x:0-1"}}), doctest::Contains("T_x"), Error);
  CHECK_THROWS_WITH_AS(session.load({{"zoom", "T_q:0-99"}}), doctest::Contains("0 to 7"), Error);
  session.load({{"zoom", "T_q:2-6"}, {"tokens", "a b c d e f g h"}});
  CHECK(session.settings().get("zoom") == "T_q:2-6");
  session.set("tokens", "a b c");
  CHECK(session.settings().get("zoom").empty());
  Session again;
  again.load(parse_hash(session.hash()));
}

TEST_CASE("zooming keeps the cell in sight and in its place, panning the size, and stepping what it steps to") {
  Random random(7);
  Session session;
  session.load({{"tokens", "a b c d e f g h i j k l m n o p q r s t"}, {"stage", "scores"}});
  const std::size_t scores = session.cursor().node;
  const Axes& axes = session.graph()[scores].axes();
  for (int i = 0; i < 500; ++i) {
    const Range rows = window_of(session.windows(), axes[2]);
    const Range columns = window_of(session.windows(), axes[3]);
    const Cell at{scores, {0, 0, random.range(rows.begin, rows.end - 1), random.range(columns.begin, columns.end - 1)}};
    if (random.chance(70)) {
      session.zoom(at, std::array{1.25, 0.8, 2.0, 0.5}[static_cast<std::size_t>(random.below(4))]);
      CHECK(window_of(session.windows(), axes[2]).contains(at.index[2]));
      CHECK(window_of(session.windows(), axes[3]).contains(at.index[3]));
    } else if (random.chance(50)) {
      session.pan(scores, random.range(0, 10) - 5, random.range(0, 10) - 5);
      CHECK(window_of(session.windows(), axes[2]).size() == rows.size());
    } else {
      session.step(random.range(0, 40) - 20);
      for (std::size_t a = 0; a < session.node().axes().size(); ++a) {
        CHECK(window_of(session.windows(), session.node().axes()[a]).contains(session.cursor().index[a]));
      }
      session.go_to(Cell{scores, {0, 0, session.cursor().index[2 % session.cursor().index.size()] % 20, 3}});
    }
    CHECK(session.windows() == fitting_windows(session.windows(), session.graph()));
    Session linked;
    linked.load(parse_hash(session.hash()));
    CHECK(linked.windows() == session.windows());
  }
}
