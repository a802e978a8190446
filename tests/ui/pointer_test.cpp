#include "tests/ui/faults.hpp"
#include "tests/ui/screen.hpp"

using namespace headwise;

namespace {

void tap(Screen& screen, const std::string& name) {
  const Landmark at = screen.place(name);
  ImGui::GetIO().AddMouseSourceEvent(ImGuiMouseSource_TouchScreen);
  screen.window.click(at.x + at.width / 2, at.y + at.height / 2);
  screen.frames(4);
}

}  // namespace

TEST_CASE("a finger's first tap on a cell previews it, the second chooses it") {
  Screen screen(390, 844, 3, {.coarse_pointer = true});
  screen.session.load({{"stage", "x"}});
  screen.frames(3);
  const Index start = screen.session.cursor().index;
  tap(screen, "cell:2,1");
  CHECK(screen.session.cursor().index == start);
  CHECK(screen.ui.holds_pointer());
  tap(screen, "cell:2,1");
  CHECK(screen.session.cursor().index == Index{0, 2, 1});
  CHECK(!screen.ui.holds_pointer());
  tap(screen, "cell:3,1");
  CHECK(screen.session.cursor().index == Index{0, 2, 1});
}

TEST_CASE("for a mouse one click is enough") {
  Screen screen;
  screen.session.load({{"stage", "x"}});
  screen.frames(3);
  screen.click("cell:2,1");
  CHECK(screen.session.cursor().index == Index{0, 2, 1});
}

TEST_CASE("for a finger, what is pressed is at least 44 pixels high, and on a phone within reach") {
  Screen screen(390, 844, 3, {.coarse_pointer = true});
  for (const char* name : {"timeline:back", "timeline:play", "timeline:next", "control:step_by", "bar:views", "bar:drawer", "bar:find"}) {
    CAPTURE(name);
    const Landmark at = screen.place(name);
    CHECK(at.height >= 43);
    CHECK(at.width >= 43);
    CHECK(at.x >= 0);
    CHECK(at.x + at.width <= 390);
    CHECK(at.y > 844 * 0.7F);  // where the thumb is
    CHECK(at.y + at.height <= 844);
  }
}

TEST_CASE("any size draws, as small or flat as it may be, and comes back") {
  Screen screen;
  screen.session.load({{"num_heads", "4"}, {"stage", "attn_weights"}});
  for (const ImVec2 size : {ImVec2{0, 0}, ImVec2{1, 1}, ImVec2{4000, 100}, ImVec2{100, 4000}, ImVec2{1, 844}, ImVec2{1280, 1}}) {
    for (const float density : {1.0F, 1.25F, 1.5F, 2.0F, 3.0F}) {
      CAPTURE(size.x);
      CAPTURE(size.y);
      screen.window.resize(size.x, size.y, density);
      for (const char* view : {"", "all"}) {
        screen.session.set("head", *view ? view : "0");
        screen.frames(2);
      }
      screen.ui.command("palette");
      screen.frames(2);
      screen.ui.command("help");
      screen.frames(2);
      screen.ui.command("close");
      screen.frames(2);
    }
  }
  screen.window.resize(1280, 720, 1);
  screen.session.set("head", "0");
  screen.frames(3);
  CHECK(screen.window.vertices() > 500);
  screen.click("cell:1,1");
  CHECK(screen.session.cursor().index[2] == 1);
}

TEST_CASE("pointing at a tensor's name tells what it is, its shape and its formula, as its op says it") {
  Screen screen;
  screen.session.load({{"stage", "scores"}});
  screen.frames(3);
  const Node& node = screen.session.node();
  const std::string shape = axis_names(node.axes()) + " = " + axis_sizes(node.axes());
  for (const char* name : {"name:scores", "stage:scores"}) {
    CAPTURE(name);
    screen.point_at(name);
    screen.frames(60);  // a second
    CHECK(a_tooltip_says(shape));
    CHECK(a_tooltip_says(node.op->formula(node.signature)));
    CHECK(a_tooltip_says(node.op->summary()));
    screen.window.move_mouse(-1, -1);
    screen.frames(3);
  }
}

TEST_CASE("small turns of the wheel add up to whole steps") {
  Screen screen;
  screen.session.load({{"d_model", "64"}, {"stage", "x"}});
  screen.frames(3);
  screen.point_at("cell:2,10");
  ImGui::GetIO().AddKeyEvent(ImGuiMod_Ctrl, true);
  screen.frames(2);
  const auto turn = [&](float by, int times) {
    for (int i = 0; i < times; ++i) {
      screen.window.scroll(by);
      screen.frames(1);
    }
    return screen.session.settings().get("zoom");
  };
  CHECK(turn(0.1F, 4) == "");
  const std::string near = turn(0.1F, 2);
  CHECK(near != "");
  CHECK(turn(0.1F, 3) == near);
  ImGui::GetIO().AddKeyEvent(ImGuiMod_Ctrl, false);
  screen.frames(2);
  CHECK(turn(-0.3F, 3) == near);
  CHECK(turn(-0.3F, 1) != near);  // moved on
}

TEST_CASE("what is moved by dragging says so, and a picture of cells does not") {
  Screen screen;
  screen.point_at("cell:1,1");
  CHECK(!screen.ui.takes_drag());
  screen.session.set("view", "overview");
  screen.frames(3);
  screen.point_at("overview:map");
  CHECK(screen.ui.takes_drag());
}
