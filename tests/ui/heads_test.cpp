// The heads view: what it says, and that its heads can be sorted, shown, hidden and switched off.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "engine/session/command.hpp"
#include "engine/tensor/print.hpp"
#include "tests/ui/screen.hpp"

using namespace headwise;

namespace {

const Assignments four_heads{{"view", "heads"}, {"d_model", "16"}, {"num_heads", "4"}, {"mask", "causal"}};

void show(Screen& screen, const Assignments& state) {
  screen.session.load(state);
  screen.frames(3);
}

void press_twice(Screen& screen, const std::string& name) {
  screen.click(name);
  screen.click(name);
  screen.frames(30);  // the next click is no third one
}

void press_once(Screen& screen, const std::string& name) {
  screen.click(name);
  screen.frames(30);
}

std::string state(const Screen& screen, const char* key) { return screen.session.settings().get(key); }

Block heads_table(const Screen& screen) {
  const Description all = screen.ui.describe();
  const Block* table = block(all, "heads");
  REQUIRE(table);
  return *table;
}

std::string cell(const Block& table, std::size_t row, const std::string& column) {
  const auto at = std::find(table.columns.begin(), table.columns.end(), column);
  REQUIRE(at != table.columns.end());
  return table.rows.at(row).at(static_cast<std::size_t>(at - table.columns.begin()));
}

/// From the trace's weights, as the formula on screen says.
double mean_entropy(const Session& session, std::int64_t head) {
  const std::size_t weights = session.graph().find("attn_weights").value();
  const Axes& axes = session.graph()[weights].axes();
  double sum = 0;
  for (std::int64_t i = 0; i < axes[2].size; ++i) {
    for (std::int64_t j = 0; j < axes[3].size; ++j) {
      const auto p = static_cast<double>(session.trace().value({weights, {0, head, i, j}}));
      if (p > 0) sum -= p * std::log(p);
    }
  }
  return sum / static_cast<double>(axes[2].size);
}

std::vector<std::int64_t> by_entropy(const Session& session, std::int64_t heads) {
  std::vector<std::int64_t> order;
  for (std::int64_t h = 0; h < heads; ++h) order.push_back(h);
  std::sort(order.begin(), order.end(),
            [&](auto a, auto b) { return mean_entropy(session, a) > mean_entropy(session, b); });
  return order;
}

bool has_action(const Description& all, const std::string& action) {
  return std::any_of(all.blocks.begin(), all.blocks.end(), [&](const Block& b) { return b.action == action; });
}

}  // namespace

TEST_CASE("heads: the table has every head's numbers, and the formula of each") {
  Screen screen;
  show(screen, four_heads);
  const Block table = heads_table(screen);
  REQUIRE(table.rows.size() == 4);
  for (std::size_t h = 0; h < 4; ++h) {
    CHECK(table.row_headers[h] == "head " + std::to_string(h));
    const double entropy = mean_entropy(screen.session, static_cast<std::int64_t>(h));
    CHECK(cell(table, h, "entropy").find(print_number(entropy) + " nats") == 0);
    for (const char* column : {"pattern", "diagonal", "stripe", "spread", "block", "largest", "output"}) {
      CHECK(!cell(table, h, column).empty());
    }
    CHECK(cell(table, h, "arcs") == "shown");
  }
  const Description all = screen.ui.describe();
  CHECK(block(all, "heads-weights")->text == "attn_weights");
  CHECK(block(all, "heads-rule")->text.find("uniform attention") != std::string::npos);
}

TEST_CASE("heads: a click or a command sorts pictures and table by any measure") {
  Screen screen;
  show(screen, four_heads);
  const std::vector<std::int64_t> order = by_entropy(screen.session, 4);
  REQUIRE(order != std::vector<std::int64_t>{0, 1, 2, 3});
  press_once(screen, "heads:sort:entropy");
  CHECK(state(screen, "sort_heads") == "entropy");
  const Block table = heads_table(screen);
  for (std::size_t i = 0; i < 4; ++i) CHECK(table.row_headers[i] == "head " + std::to_string(order[i]));
  for (std::size_t i = 1; i < 4; ++i) {
    const Landmark before = screen.place("heads:picture:" + std::to_string(order[i - 1]));
    const Landmark after = screen.place("heads:picture:" + std::to_string(order[i]));
    CHECK((after.y > before.y || (after.y == before.y && after.x > before.x)));
  }
  for (const std::string& measure : screen.session.settings().key("sort_heads").choices) {
    perform(screen.session, "set sort_heads=" + measure);
    screen.frames(2);
    CHECK(screen.session.problem().empty());
    CHECK(heads_table(screen).rows.size() == 4);
  }
  perform(screen.session, "set sort_heads=beauty");
  CHECK(screen.session.problem().find("entropy") != std::string::npos);
}

TEST_CASE("heads: a click hides a head's arcs, a double click shows it alone, and all come back") {
  Screen screen;
  show(screen, four_heads);
  press_once(screen, "arcs:chip:1");
  CHECK(state(screen, "arc_heads") == "0,2,3");
  CHECK(screen.ui.find("arcs:head:0"));
  CHECK(!screen.ui.find("arcs:head:1"));
  CHECK(cell(heads_table(screen), 1, "arcs") == "hidden");
  press_once(screen, "arcs:chip:1");
  CHECK(state(screen, "arc_heads").empty());
  press_twice(screen, "arcs:chip:2");
  CHECK(state(screen, "arc_heads") == "2");
  CHECK(screen.ui.find("arcs:head:2"));
  CHECK(!screen.ui.find("arcs:head:0"));
  press_once(screen, "arcs:chip:0");
  CHECK(state(screen, "arc_heads") == "0,2");
  press_once(screen, "arcs:all");
  CHECK(state(screen, "arc_heads").empty());

  const Description all = screen.ui.describe();
  for (const char* action : {"set arc_heads=3", "set arc_heads=0,1,2", "set head=3", "set heads_off=3"}) {
    CAPTURE(action);
    CHECK(has_action(all, action));
    perform(screen.session, action);
    screen.frames(2);
    CHECK(screen.session.problem().empty());
  }
}

TEST_CASE("heads: arcs of heads that are not there are an error, and go when heads do") {
  Screen screen;
  show(screen, four_heads);
  perform(screen.session, "set arc_heads=1,4");
  CHECK(screen.session.problem() == "arc_heads=1,4: num_heads=4, so heads are 0 to 3");
  perform(screen.session, "set arc_heads=1,3");
  CHECK(screen.session.problem().empty());
  perform(screen.session, "set num_heads=2");
  CHECK(screen.session.problem().empty());
  CHECK(state(screen, "arc_heads") == "1");
}

TEST_CASE("heads: a small picture's cell is chosen and its head shown large; a cell there and a token lead on") {
  Screen screen;
  show(screen, four_heads);
  const std::size_t weights = screen.session.graph().find("attn_weights").value();
  screen.click("heads:picture:2:5,3");
  CHECK(screen.session.cursor() == Cell{weights, {0, 2, 5, 3}});
  screen.frames(30);
  screen.click("heads:cell:6,1");
  CHECK(screen.session.cursor() == Cell{weights, {0, 2, 6, 1}});
  screen.frames(30);
  screen.click("arcs:query:4");
  CHECK(screen.session.cursor().index[2] == 4);
  CHECK(screen.session.head() == 2);
  // Of those that this query reads, the strongest.
  for (std::int64_t j = 0; j < 5; ++j) {
    CHECK(screen.session.trace().value({weights, {0, 2, 4, j}}) <= screen.session.trace().value(screen.session.cursor()));
  }
}

TEST_CASE("heads: one is switched off, adds nothing, and is switched on again") {
  Screen screen;
  show(screen, four_heads);
  press_once(screen, "heads:switch");
  CHECK(state(screen, "heads_off") == "0");
  Block table = heads_table(screen);
  CHECK(cell(table, 0, "state") == "switched off");
  CHECK(cell(table, 0, "output").find("0 %: 0.000 of ") == 0);
  press_once(screen, "heads:switch");
  CHECK(state(screen, "heads_off").empty());
  CHECK(cell(heads_table(screen), 0, "state") == "on");

  screen.session.load({{"view", "heads"}, {"lock", "heads_off"}});
  screen.frames(3);
  press_once(screen, "heads:switch");
  CHECK(state(screen, "heads_off").empty());
  CHECK(!has_action(screen.ui.describe(), "set heads_off=0"));
}

TEST_CASE("heads: where there are none, it says why") {
  Screen screen;
  show(screen, {{"view", "heads"}, {"pipeline", "storage"}});
  CHECK(block(screen.ui.describe(), "heads-missing")->text.find("keeps no attention weights") != std::string::npos);
  show(screen, {{"view", "heads"}, {"d_model", "65536"}});
  CHECK(block(screen.ui.describe(), "heads-missing")->text.find("Too large") == 0);
}

TEST_CASE("heads: a layer of several is chosen by the cursor, a sentence of several by its button") {
  Screen screen;
  show(screen, {{"view", "heads"}, {"pipeline", "block"}, {"tokens", "one two three four | five six"}, {"mask", "padding"}});
  CHECK(block(screen.ui.describe(), "heads-weights")->text == "block0/attn/attn_weights");
  const std::string first = cell(heads_table(screen), 0, "entropy");
  screen.session.go_to_stage(screen.session.graph().find("block1/attn/attn_weights").value());
  screen.frames(2);
  CHECK(block(screen.ui.describe(), "heads-weights")->text == "block1/attn/attn_weights");
  CHECK(cell(heads_table(screen), 0, "entropy") != first);
  const std::string second = cell(heads_table(screen), 0, "entropy");
  perform(screen.session, "set batch_item=1");
  screen.frames(2);
  CHECK(cell(heads_table(screen), 0, "entropy") != second);
}

TEST_CASE("heads: long sentences are looked at part after part, and then nothing moves") {
  std::string words = "w";
  for (int i = 1; i < 512; ++i) words += " w" + std::to_string(i);
  Screen screen;
  show(screen, {{"view", "heads"}, {"tokens", words}, {"d_model", "64"}, {"num_heads", "8"}, {"arc_heads", "1"}});
  for (int i = 0; i < 2000 && screen.ui.animating(); ++i) screen.frames(1);
  CHECK(!screen.ui.animating());
  const Block table = heads_table(screen);
  REQUIRE(table.rows.size() == 8);
  CHECK(cell(table, 7, "entropy").find(print_number(mean_entropy(screen.session, 7)) + " nats") == 0);
  // The arcs are those of one query: the cursor's, or the one that is pointed at.
  screen.point_at("arcs:query:0");
  CHECK(screen.ui.find("arcs:head:1"));
  CHECK(!screen.ui.find("arcs:head:0"));
}

TEST_CASE("heads: those that have names show them") {
  Screen screen;
  show(screen, {{"view", "heads"}, {"weights", "constructed"}, {"tokens", "The team has it"}});
  const Block named = heads_table(screen);
  CHECK(named.row_headers == std::vector<std::string>{"head 0: previous token", "head 1: same word", "head 2: agreement",
                                                      "head 3: coreference", "head 4: resting"});
  CHECK(cell(named, 4, "pattern") == "stripe on \"The\"");
  show(screen, four_heads);
  CHECK(heads_table(screen).row_headers.at(2) == "head 2");
}
