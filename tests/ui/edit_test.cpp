#include "engine/tensor/print.hpp"
#include "tests/ui/screen.hpp"
#include "ui/keys.hpp"

using namespace headwise;

namespace {

const Block* button(const Description& all, const std::string& start) {
  for (const Block& b : all.blocks) {
    if (b.kind == Block::Kind::button && b.text.starts_with(start)) return &b;
  }
  return nullptr;
}

const Block* field(const Description& all, const std::string& key) {
  for (const Block& b : all.blocks) {
    if (b.kind == Block::Kind::field && b.action == key) return &b;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("a cell is chosen, set, seen downstream, undone, redone and reset") {
  Screen screen;
  Session& session = screen.session;
  session.load({{"stage", "w_q"}});
  screen.frames(3);
  CHECK_FALSE(screen.ui.find("changed:q"));
  screen.click("cell:2,5");
  const float before = session.trace().value(session.cursor());
  screen.click("control:edits");
  screen.press(ImGuiMod_Ctrl | ImGuiKey_A);
  screen.window.type("1.5");
  screen.press(ImGuiKey_Enter);
  screen.frames(3);
  CHECK(session.state().get("edits") == "w_q:2,5=1.5");
  CHECK(session.trace().value(session.cursor()) == 1.5F);
  CHECK(screen.ui.find("changed:q"));
  CHECK_FALSE(screen.ui.find("changed:k"));
  screen.click("header:undo");
  CHECK(session.edits().empty());
  CHECK(session.trace().value(session.cursor()) == before);
  screen.click("header:redo");
  CHECK(session.edits().size() == 1);
  screen.press(ImGuiMod_Ctrl | ImGuiKey_Z);
  CHECK(session.edits().empty());
  screen.press(ImGuiMod_Ctrl | ImGuiMod_Shift | ImGuiKey_Z);
  CHECK(session.edits().size() == 1);
  screen.press(ImGuiMod_Super | ImGuiKey_Z);
  CHECK(session.edits().empty());
  screen.press(ImGuiMod_Ctrl | ImGuiKey_Y);
  CHECK(session.edits().size() == 1);
  screen.click("edit:reset");
  CHECK(session.edits().empty());
  screen.click("header:undo");
  screen.click("edit:reset_all");
  CHECK(session.edits().empty());
}

TEST_CASE("the largest difference of a stage leads to its cell") {
  Screen screen;
  Session& session = screen.session;
  session.set("edits", "x:0,3,6=2");
  screen.frames(3);
  const std::size_t first = largest_first(session.graph(), session.changes()).front();
  screen.point_at("changed:" + session.graph()[first].id());
  screen.click("changed:" + session.graph()[first].id());
  CHECK(session.cursor().node == first);
  CHECK(session.cursor().index == session.change(first).at);
  screen.press(ImGuiKey_Backspace);
  CHECK(session.node().id() == "x");
}

TEST_CASE("Enter opens the value's field, and Ctrl+Z in it is the field's own") {
  Screen screen;
  Session& session = screen.session;
  session.set("seed", "4");
  screen.frames(2);
  screen.point_at("cell:4,4");  // not the chosen one
  screen.press(ImGuiKey_Enter);
  screen.window.type("-0.75");
  screen.frames(4);
  screen.press(ImGuiMod_Ctrl | ImGuiKey_Z);
  CHECK(session.state().get("seed") == "4");
  screen.press(ImGuiMod_Ctrl | ImGuiKey_A);
  screen.window.type("-0.75");
  screen.frames(4);
  // The mouse over another cell does not take the field away.
  screen.point_at("cell:3,3");
  screen.press(ImGuiKey_Enter);
  screen.frames(2);
  CHECK(session.state().get("edits") == "x:0,0,0=-0.75");
}

TEST_CASE("what is no number is refused and says why, and the cell stays") {
  Screen screen;
  screen.click("control:edits");
  screen.press(ImGuiMod_Ctrl | ImGuiKey_A);
  screen.window.type("half");
  screen.press(ImGuiKey_Enter);
  screen.frames(2);
  CHECK(screen.session.edits().empty());
  CHECK(screen.session.problem().find("edits=x:0,0,0=half: the value must be a number") == 0);
}

TEST_CASE("mask cells switch by a double click, by Enter and by the button") {
  Screen screen;
  Session& session = screen.session;
  session.load({{"mask", "causal"}, {"stage", "mask"}});
  screen.frames(3);
  const auto value = [&](std::int64_t i, std::int64_t j) {
    return session.trace().value({*session.graph().find("mask"), {0, i, j}});
  };
  const Landmark at = screen.place("cell:2,6");
  for (int i = 0; i < 2; ++i) {
    screen.window.click(at.x + at.width / 2, at.y + at.height / 2);
    screen.frames(3);
  }
  CHECK(value(2, 6) == 1);
  CHECK(session.state().get("edits") == "mask:0,2,6=1");
  screen.press(ImGuiKey_Enter);
  CHECK(value(2, 6) == 0);
  CHECK(session.edits().empty());  // back to what it was: no edit
  screen.click("edit:switch");
  CHECK(value(2, 6) == 1);
  screen.click("edit:reset");
  CHECK(value(2, 6) == 0);
  for (int i = 0; i < 2; ++i) {
    screen.frames(60);
    screen.click("cell:5,1");  // single clicks only choose
  }
  CHECK(session.cursor().index == Index{0, 5, 1});
  CHECK(value(5, 1) == 1);
}

TEST_CASE("computed cells and locked ones offer no field") {
  Screen screen;
  screen.session.load({{"stage", "scores"}});
  screen.frames(3);
  CHECK_FALSE(screen.ui.find("control:edits"));
  screen.press(ImGuiKey_Enter);
  CHECK(screen.session.problem().empty());
  screen.session.load({{"lock", "edits"}});
  screen.frames(3);
  CHECK_FALSE(screen.ui.find("control:edits"));
  CHECK(field(screen.ui.describe(), "edits") == nullptr);
}

TEST_CASE("a host with its own text fields is asked for numbers and values too") {
  Options options;
  options.outside_text = true;
  Screen screen(390, 844, 3, options);
  const auto asked = [&](const char* landmark) {
    screen.click(landmark);
    REQUIRE(screen.last.edit);
    const Landmark at = screen.place(landmark);
    CHECK(screen.last.edit->x == doctest::Approx(at.x));
    CHECK(screen.last.edit->width == doctest::Approx(at.width));
    return *screen.last.edit;
  };
  const TextEdit sentence = asked("control:tokens");
  CHECK(sentence.command == "type tokens=");
  CHECK(sentence.live);
  screen.window.resize(1280, 720);
  screen.frames(3);
  const TextEdit d_model = asked("control:d_model");
  CHECK(d_model.command == "set d_model=");
  CHECK(d_model.value == "8");
  CHECK(d_model.whole);
  CHECK_FALSE(d_model.live);
  const TextEdit value = asked("control:edits");
  CHECK(value.command == "edit x 0,0,0 ");
  CHECK(std::stof(value.value) == screen.session.trace().value(screen.session.cursor()));
  CHECK_FALSE(value.whole);
}

TEST_CASE("the description has the value's field, the differences and the way back") {
  Screen screen;
  Session& session = screen.session;
  session.load({{"stage", "w_o"}, {"cell", "1,2"}});
  Description all = screen.ui.describe();
  REQUIRE(field(all, "edits"));
  CHECK(field(all, "edits")->command == "edit w_o 1,2 ");
  CHECK(block(all, "changes") == nullptr);
  screen.course.perform(session, field(all, "edits")->command + "4");
  all = screen.ui.describe();
  CHECK(field(all, "edits")->value == "4");
  const Block* changes = block(all, "changes");
  REQUIRE(changes);
  CHECK(changes->row_headers == std::vector<std::string>{"output"});
  CHECK(changes->rows.at(0).at(0) == print_number(session.change(*session.graph().find("output")).largest));
  CHECK(block(all, "changes-set")->text.find("w_o[1,2]: ") == 0);
  REQUIRE(button(all, "Reset w_o"));
  screen.course.perform(session, button(all, "Reset w_o")->action);
  CHECK(session.edits().empty());
  screen.course.perform(session, button(all, "Undo")->action);
  CHECK(session.edits().size() == 1);
  screen.course.perform(session, button(screen.ui.describe(), "Go to the cell of output")->action);
  CHECK(session.node().id() == "output");
  CHECK(to_json(all).find("\"command\":\"edit w_o 1,2 \"") != std::string::npos);
}

TEST_CASE("numbers that are no longer finite are drawn and told, not stumbled over") {
  Screen screen;
  screen.session.load({{"edits", "x:0,1,2=3e38;w_q:2,0=3e38;w_k:2,0=-3e38"}, {"head", "all"}});
  for (const std::size_t stage : screen.session.graph().stages()) {
    screen.session.go_to_stage(stage);
    screen.frames(2);
    CHECK(to_json(screen.ui.describe()).size() > 1000);
  }
}
