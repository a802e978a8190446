#include <cmath>

#include "tests/ui/screen.hpp"

using namespace headwise;

namespace {

/// With everything counted.
void settle(Screen& screen) {
  screen.frames(1);
  for (int i = 0; i < 1000 && screen.ui.animating(); ++i) screen.frames(1);
  screen.frames(2);
}

const Block& table(const Description& all, int measure) {
  const Block* const found = block(all, "plot-" + std::to_string(measure));
  REQUIRE(found);
  return *found;
}

std::string figure(const Block& table, const std::string& header) {
  for (std::size_t i = 0; i < table.row_headers.size(); ++i) {
    if (table.row_headers[i] == header) return table.rows[i][0];
  }
  return "none";
}

}  // namespace

TEST_CASE("parameters stay over h in words and in the plot, and a click on a point sets it") {
  Screen screen;
  screen.session.load({{"view", "counts_plot"}, {"d_model", "32"}, {"num_heads", "4"}});
  settle(screen);
  const Block parameters = table(screen.ui.describe(), 0);
  CHECK(figure(parameters, "h = 4 (now)") == "4,096");
  CHECK(figure(parameters, "h = 8") == "4,096");
  CHECK(figure(parameters, "d_model = 16") == "1,024");
  CHECK(figure(table(screen.ui.describe(), 4), "h = 8") == figure(table(screen.ui.describe(), 4), "h = 4 (now)"));

  const Landmark one = screen.place("plot:parameters:h:0");
  const Landmark last = screen.place("plot:parameters:h:3");
  CHECK(std::fabs(one.y - last.y) < 0.01F);
  CHECK(one.x < last.x);
  CHECK(screen.place("plot:other FLOPs:h:3").y < screen.place("plot:other FLOPs:h:0").y);

  screen.click("plot:parameters:h:3");
  settle(screen);
  CHECK(screen.session.settings().get("num_heads") == "8");
  CHECK(figure(table(screen.ui.describe(), 0), "h = 8 (now)") == "4,096");
  screen.click("plot:activations:B:1");
  settle(screen);
  CHECK(screen.session.run().recipe.sentences() == 2);
  CHECK(screen.session.run().recipe.tokens > 0);
}

TEST_CASE("a figure opens to its sum and closes again; a locked size is not set") {
  for (const float width : {1280.0F, 390.0F}) {
    Screen screen(width, 844);
    screen.session.load({{"view", "counts_plot"}, {"lock", "d_model"}});
    settle(screen);
    CHECK_FALSE(screen.ui.find("sum:parameters"));
    screen.click("measure:parameters");
    const Landmark sum = screen.place("sum:parameters");
    CHECK(sum.height > 100);
    CHECK(sum.x >= 0);
    CHECK(sum.x + sum.width <= width);
    screen.window.click(width - 3, 840);
    screen.frames(4);
    CHECK_FALSE(screen.ui.find("sum:parameters"));
    const std::string before = screen.session.settings().get("d_model");
    screen.click("plot:parameters:d_model:0");
    CHECK(screen.session.settings().get("d_model") == before);
  }
}

TEST_CASE("the type of cached numbers halves the cache and nothing else") {
  Screen screen;
  screen.session.load({{"view", "counts_plot"}, {"d_model", "32"}, {"num_heads", "4"}, {"tokens", "a b c d"}});
  settle(screen);
  CHECK(figure(table(screen.ui.describe(), 4), "T = 8") == "2 KiB");
  const std::string activations = figure(table(screen.ui.describe(), 3), "T = 8");
  screen.click("control:dtype:float16");
  settle(screen);
  CHECK(screen.session.settings().get("dtype") == "float16");
  CHECK(figure(table(screen.ui.describe(), 4), "T = 8") == "1 KiB");
  CHECK(figure(table(screen.ui.describe(), 3), "T = 8") == activations);
}
