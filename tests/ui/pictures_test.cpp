// The views that show where numbers lie and what a pipeline's picture is: used as a learner does.
#include <algorithm>
#include <string>

#include "engine/attention/head_split.hpp"
#include "engine/attention/pipeline.hpp"
#include "engine/tensor/print.hpp"
#include "tests/ui/screen.hpp"

using namespace headwise;

namespace {

std::string text(Screen& screen, const std::string& id) {
  const Description all = screen.ui.describe();
  const Block* found = block(all, id);
  REQUIRE_MESSAGE(found, id);
  return found->text;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

}  // namespace

TEST_CASE(
    "memory: the cell at the cursor, its address by index times stride, and what stands there when reshaped wrongly") {
  Screen screen;
  screen.session.load({{"view", "memory"}, {"stage", "q_heads"}, {"head", "1"}, {"cell", "2,3"}});
  screen.frames(3);
  // 8 tokens of 2 heads of 4: token 2 begins at 16, its head 1 at 20.
  std::string told = text(screen, "memory-arithmetic");
  CHECK(has(told, "address 23: token 2 \"by\" at feature 7 (head 1, entry 3)"));
  CHECK(has(told, "0\u00b764 + 2\u00b78 + 1\u00b74 + 3\u00b71 = 23"));  // as stored
  CHECK(has(told, "0\u00b764 + 1\u00b74 + 2\u00b78 + 3\u00b71 = 23"));  // transposed
  CHECK(has(told, "token 5 \"was\" at feature 3 (head 0, entry 3)"));     // wrong: 1*32 + 2*4 + 3 = 43
  CHECK(has(told, "0\u00b764 + 1\u00b732 + 2\u00b74 + 3\u00b71 = 43"));
  const float value = screen.session.trace().value(screen.session.cursor());
  CHECK(has(told, "value " + print_number(static_cast<double>(value), 4)));

  screen.press(ImGuiKey_RightArrow);  // one cell on: token 3, entry 0
  CHECK(has(text(screen, "memory-arithmetic"), "address 28: token 3"));
  screen.click("memory:stored:0:0,9");
  CHECK(screen.session.node().id() == "q");
  CHECK(screen.session.cursor().index == Index{0, 1, 1});
  screen.click("memory:right:1:6,2");
  CHECK(screen.session.node().id() == "q_heads");
  CHECK(screen.session.cursor().index == Index{0, 1, 6, 2});
  // In the wrong one, head 1's row 0 begins with address 32: token 4.
  screen.click("memory:wrong:1:0,0");
  CHECK(screen.session.node().id() == "q");
  CHECK(screen.session.cursor().index == Index{0, 4, 0});
  screen.click("memory:concat");
  CHECK(has(text(screen, "memory-about"), "The way back: concat"));
}

TEST_CASE("memory: hovering lights the same number everywhere and does not move the cursor") {
  Screen screen;
  screen.session.load({{"view", "memory"}, {"stage", "q"}});
  screen.frames(3);
  const Cell before = screen.session.cursor();
  screen.point_at("memory:wrong:0:1,2");
  CHECK(has(text(screen, "memory-arithmetic"), "address 6: token 0 \"The\" at feature 6 (head 1, entry 2)"));
  CHECK(screen.session.cursor() == before);
}

TEST_CASE("memory: the pipeline with the wrong reshape as a stage shows its value") {
  Screen screen;
  screen.session.load({{"view", "memory"}, {"stage", "q_heads"}, {"head", "1"}, {"cell", "2,3"}});
  screen.frames(3);
  screen.click("memory:open");
  CHECK(screen.session.settings().get("pipeline") == "storage");
  CHECK(screen.session.settings().get("view") == "memory");
  const auto stage = screen.session.graph().find("q_heads");
  const auto wrong = screen.session.graph().find("wrong_heads");
  REQUIRE(stage);
  REQUIRE(wrong);
  screen.session.go_to({*stage, {0, 1, 2, 3}});
  screen.frames(3);
  const float value = screen.session.trace().value({*wrong, {0, 1, 2, 3}});
  CHECK(value != screen.session.trace().value(screen.session.cursor()));
  CHECK(has(text(screen, "memory-arithmetic"), "= 43,value " + print_number(static_cast<double>(value), 4)));
  screen.click("memory:wrong:1:2,3");
  CHECK(screen.session.cursor() == Cell{*wrong, {0, 1, 2, 3}});
}

TEST_CASE("memory: colours tell heads or tokens apart, as the link says") {
  Screen screen;
  screen.session.load({{"view", "memory"}});
  screen.frames(3);
  screen.click("control:memory_colors:token");
  CHECK(has(screen.session.hash(), "memory_colors=token"));
}

TEST_CASE("the described grids are the strides' own: right keeps tokens, wrong mixes them") {
  Screen screen;
  screen.session.load({{"view", "memory"}, {"tokens", "a b c"}, {"d_model", "4"}, {"num_heads", "2"}});
  const Description all = screen.ui.describe();
  const Block* right = block(all, "memory-right");
  const Block* wrong = block(all, "memory-wrong");
  REQUIRE(right);
  REQUIRE(wrong);
  CHECK(right->rows[1] == std::vector<std::string>{"4: token 1", "5: token 1", "6: token 1", "7: token 1"});
  CHECK(wrong->rows[1] == std::vector<std::string>{"2: token 0", "3: token 0", "8: token 2", "9: token 2"});
  const Block* strides = block(all, "memory-strides");
  REQUIRE(strides);
  CHECK(strides->rows[2] == std::vector<std::string>{"(B, h, T_q, d_k)", "(1, 2, 3, 2)", "(12, 2, 4, 1)", "no"});
}

TEST_CASE("flash: the tile follows the steps, and a clicked score brings its tile") {
  Screen screen;
  screen.session.load({{"view", "picture"}, {"pipeline", "flash"}, {"mask", "causal"}, {"stage", "running_max"}});
  screen.frames(3);
  const Landmark first = screen.place("tiles:now");
  CHECK(has(text(screen, "tiles-where"), "Tile 0 of 3 (keys 0 to 2), query block 0 of 3"));
  screen.click("tiles:scores:4,3");
  CHECK(screen.session.node().id() == "running_max");
  CHECK(screen.session.cursor().index == Index{1, 0, 0, 4});
  CHECK(screen.place("tiles:now").x > first.x);
  CHECK(screen.place("tiles:now").y > first.y);
  CHECK(has(text(screen, "tiles-where"),
            "Tile 1 of 3 (keys 3 to 5), query block 1 of 3 (queries 3 to 5); 4 of 9 tiles done."));
  screen.click("tiles:l:4");
  CHECK(screen.session.node().id() == "running_sum");
  CHECK(screen.session.cursor().index == Index{1, 0, 0, 4});
  const Description all = screen.ui.describe();
  const Block* running = block(all, "tiles-running");
  REQUIRE(running);
  const auto sum = screen.session.graph().find("running_sum");
  for (std::int64_t t = 0; t < 3; ++t) {
    CHECK(running->rows[static_cast<std::size_t>(t)][2] ==
          print_number(static_cast<double>(screen.session.trace().value({*sum, {t, 0, 0, 4}}))));
  }
  // Causal: the last tile has no key that query 4 may see.
  CHECK(running->rows[2][3] == "skipped");
}

TEST_CASE("decoding: a step later the cache holds one token more, and reads so many bytes more") {
  Screen screen;
  screen.session.load({{"view", "picture"}, {"pipeline", "decode"}, {"stage", "step0/x"}, {"step_by", "stage"}});
  screen.frames(3);
  CHECK(has(text(screen, "cache-where"), "attention reads all 7 rows, 448 B"));  // 2 caches of 7 x 8 x 4 bytes
  screen.click("cache:step1");
  CHECK(screen.session.node().id() == "step1/x");
  CHECK(has(text(screen, "cache-where"), "attention reads all 8 rows, 512 B"));
  screen.click("cache:0:2,7");
  CHECK(screen.session.node().id() == "step1/k_cache");
  CHECK(screen.session.cursor().index == Index{0, 0, 7, 0});
  const Description all = screen.ui.describe();
  const Block* steps = block(all, "cache-steps");
  REQUIRE(steps);
  CHECK(steps->rows.size() == 3);
  CHECK(steps->rows[2].back() == "now");
}

TEST_CASE("a transformer: a head leads to its weights, a square to its layer, a token to its routes") {
  Screen screen;
  screen.session.load({{"view", "picture"},
                       {"pipeline", "block"},
                       {"layers", "3"},
                       {"experts", "4"},
                       {"stage", "block0/ffn/router_weights"}});
  screen.frames(3);
  CHECK(has(text(screen, "layers-product"), "3 layers \u00d7 2 heads = 6 attention computations"));
  screen.click("layers:block0:token3");
  CHECK(screen.session.node().id() == "block0/ffn/router_weights");
  CHECK(screen.session.cursor().index == Index{0, 3, 0});
  screen.click("layers:all:2,1");
  CHECK(screen.session.node().id() == "block2/attn/attn_weights");
  CHECK(screen.session.head() == 1);
  CHECK(has(text(screen, "layers-where"), "block2, attention"));
  screen.click("layers:block2:head0");
  CHECK(screen.session.head() == 0);
}

TEST_CASE("where a pipeline has no picture, the view offers those that have one") {
  for (const Pipeline& pipeline : pipelines()) {
    if (pipeline.picture == PictureKind::none) continue;
    CAPTURE(pipeline.name);
    Screen screen;
    screen.session.load({{"view", "picture"}});
    screen.frames(3);
    screen.click("picture:" + std::string(pipeline.name));
    CHECK(screen.session.settings().get("pipeline") == pipeline.name);
    CHECK(screen.session.problem() == "");
    const Description all = screen.ui.describe();
    CHECK(!block(all, "picture-none"));
  }
}

TEST_CASE("every split and every picture is drawn without values, and at sizes beyond the screen") {
  Screen screen;
  for (const char* view : {"memory", "picture"}) {
    for (const Pipeline& pipeline : pipelines()) {
      CAPTURE(pipeline.name);
      for (const bool large : {false, true}) {
        Assignments state{{"view", view}, {"pipeline", std::string(pipeline.name)}};
        if (large) state.insert(state.end(), {{"d_model", "12288"}, {"num_heads", "96"}});
        screen.session.load(state);
        screen.frames(3);
        CHECK(screen.window.vertices() > 500);
        CHECK(to_json(screen.ui.describe()).size() > 1000);
      }
    }
  }
}
