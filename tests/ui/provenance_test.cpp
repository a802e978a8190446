// Changing cells with the mouse, seeing what that did, and walking from cell to cell.
#include <cmath>

#include "tests/ui/screen.hpp"
#include "ui/keys.hpp"

using namespace headwise;

namespace {

ImVec2 middle(Screen& screen, const std::string& name) {
  const Landmark at = screen.place(name);
  return {at.x + at.width / 2, at.y + at.height / 2};
}

/// Presses at a place, moves to the side in several frames, and lets go.
void drag(Screen& screen, ImVec2 from, float by) {
  screen.window.move_mouse(from.x, from.y);
  screen.frames(3);
  ImGui::GetIO().AddMouseButtonEvent(0, true);
  screen.frames(2);
  for (int i = 1; i <= 10; ++i) {
    screen.window.move_mouse(from.x + by * static_cast<float>(i) / 10, from.y);
    screen.frames(1);
  }
  screen.frames(2);
  ImGui::GetIO().AddMouseButtonEvent(0, false);
  screen.frames(3);
}

void turn_wheel(Screen& screen, float by) {
  screen.window.scroll(by);
  screen.frames(2);
}

float value(const Session& session, const char* id, const Index& index) {
  return session.trace().value({*session.graph().find(id), index});
}

}  // namespace

TEST_CASE("dragging the handle or the chosen cell changes it, as one change to undo") {
  Screen screen;
  Session& session = screen.session;
  session.load({{"stage", "w_q"}, {"cell", "2,5"}});
  screen.frames(3);
  const float before = value(session, "w_q", {2, 5});
  for (const char* place : {"edit:drag", "cell:2,5"}) {
    CAPTURE(place);
    drag(screen, middle(screen, place), 50);
    CHECK(value(session, "w_q", {2, 5}) == doctest::Approx(before + 0.5F).epsilon(0.001));
    CHECK(session.edits().size() == 1);
    CHECK(value_before(session.previous(), session.run(), session.cursor()) == before);  // not a point on the way
    CHECK(screen.ui.find("changed:q"));
    screen.press(ImGuiMod_Ctrl | ImGuiKey_Z);
    CHECK(session.edits().empty());
    CHECK_FALSE(session.can_undo());
    CHECK(value(session, "w_q", {2, 5}) == before);
    screen.window.move_mouse(-1, -1);  // another cell's preview would take the handle's place
    screen.frames(3);
  }
  // There and back again is no change at all.
  drag(screen, middle(screen, "edit:drag"), 0);
  CHECK_FALSE(session.can_undo());
  const ImVec2 at = middle(screen, "edit:drag");
  screen.window.move_mouse(at.x, at.y);
  screen.frames(3);
  ImGui::GetIO().AddMouseButtonEvent(0, true);
  for (const float x : {30.0F, 60.0F, 20.0F, 0.0F}) {
    screen.frames(2);
    screen.window.move_mouse(at.x + x, at.y);
  }
  screen.frames(2);
  ImGui::GetIO().AddMouseButtonEvent(0, false);
  screen.frames(3);
  CHECK(session.edits().empty());
  CHECK_FALSE(session.can_undo());
  // Two drags are two changes.
  drag(screen, middle(screen, "edit:drag"), 20);
  drag(screen, middle(screen, "edit:drag"), 20);
  CHECK(value(session, "w_q", {2, 5}) == doctest::Approx(before + 0.4F).epsilon(0.001));
  session.undo();
  CHECK(value(session, "w_q", {2, 5}) == doctest::Approx(before + 0.2F).epsilon(0.001));
}

TEST_CASE("only the chosen cell is dragged, with Alt any cell that can be set; the cursor stays") {
  Screen screen;
  Session& session = screen.session;
  session.load({{"stage", "q"}});
  screen.frames(3);
  const Cell cursor = session.cursor();
  drag(screen, middle(screen, "cell:4,4"), 30);  // computed: chosen, and that is all
  CHECK(session.cursor().index == Index{0, 4, 4});
  CHECK(session.edits().empty());
  session.go_to(cursor);
  screen.frames(2);
  const float before = value(session, "w_q", {3, 1});
  ImGui::GetIO().AddKeyEvent(ImGuiMod_Alt, true);
  drag(screen, middle(screen, "operand:w_q:3,1"), 25);
  CHECK(value(session, "w_q", {3, 1}) == doctest::Approx(before + 0.25F).epsilon(0.001));
  CHECK(session.cursor() == cursor);
  ImGui::GetIO().AddKeyEvent(ImGuiMod_Alt, false);
  screen.frames(2);
  session.undo();
  drag(screen, middle(screen, "operand:w_q:3,1"), 25);
  CHECK(session.edits().empty());
  CHECK(session.node().id() == "w_q");  // followed, as a click does
}

TEST_CASE("the wheel over the chosen cell changes it by a tenth, with Shift by a hundredth") {
  Screen screen;
  Session& session = screen.session;
  session.load({{"stage", "w_q"}, {"cell", "2,5"}});
  screen.frames(3);
  const float before = value(session, "w_q", {2, 5});
  screen.point_at("cell:4,4");
  turn_wheel(screen, 1);
  CHECK(session.edits().empty());
  screen.point_at("cell:2,5");
  turn_wheel(screen, 1);
  CHECK(value(session, "w_q", {2, 5}) == doctest::Approx(before + 0.1F).epsilon(0.0001));
  turn_wheel(screen, 0.5F);  // a touchpad's half a notch
  CHECK(value(session, "w_q", {2, 5}) == doctest::Approx(before + 0.1F).epsilon(0.0001));
  turn_wheel(screen, 0.5F);
  turn_wheel(screen, -3);
  CHECK(value(session, "w_q", {2, 5}) == doctest::Approx(before - 0.1F).epsilon(0.0001));
  ImGui::GetIO().AddKeyEvent(ImGuiMod_Shift, true);
  screen.frames(2);
  turn_wheel(screen, 2);
  ImGui::GetIO().AddKeyEvent(ImGuiMod_Shift, false);
  CHECK(value(session, "w_q", {2, 5}) == doctest::Approx(before - 0.08F).epsilon(0.0001));
  session.undo();
  CHECK(session.edits().empty());
  CHECK_FALSE(session.can_undo());
  // After a pause it is another change.
  turn_wheel(screen, 1);
  screen.frames(90);
  turn_wheel(screen, 1);
  session.undo();
  CHECK(value(session, "w_q", {2, 5}) == doctest::Approx(before + 0.1F).epsilon(0.0001));
}

TEST_CASE("in a zoomed picture the wheel moves it, but for the cell that is edited; with Ctrl it zooms there too") {
  Screen screen;
  Session& session = screen.session;
  session.load({{"stage", "w_q"}, {"cell", "2,5"}, {"zoom", "d_model:0-4"}});
  screen.frames(3);
  const auto rows = [&] { return window_of(session.windows(), session.node().axes()[0]); };
  REQUIRE(rows() == Range{0, 5});
  screen.point_at("cell:4,4");
  turn_wheel(screen, -1);
  CHECK(rows() == Range{1, 6});
  CHECK(session.edits().empty());
  screen.point_at("cell:2,5");  // on the way
  turn_wheel(screen, 1);
  CHECK(rows() == Range{0, 5});
  CHECK(session.edits().empty());
  screen.frames(40);
  screen.point_at("cell:2,5");
  turn_wheel(screen, 1);
  CHECK(rows() == Range{0, 5});
  CHECK(session.edits().size() == 1);
  ImGui::GetIO().AddKeyEvent(ImGuiMod_Ctrl, true);
  screen.frames(2);
  turn_wheel(screen, 2);
  ImGui::GetIO().AddKeyEvent(ImGuiMod_Ctrl, false);
  CHECK(rows().size() < 5);
  CHECK(session.edits().size() == 1);
  CHECK(value(session, "w_q", {2, 5}) == session.edits().front().value);
  // Cells too small to see a value in are not changed by chance.
  session.load({{"stage", "w_q"}, {"cell", "2,5"}, {"d_model", "256"}});
  screen.frames(3);
  const Landmark cells = screen.place("cell:2,5");
  REQUIRE(cells.height < 8);
  screen.point_at("cell:2,5");
  turn_wheel(screen, 1);
  CHECK(session.edits().empty());
}

TEST_CASE("masks, computed cells and locked ones are not scrubbed") {
  Screen screen;
  Session& session = screen.session;
  for (const Assignments& state : {Assignments{{"mask", "causal"}, {"stage", "mask"}}, Assignments{{"stage", "scores"}},
                                   Assignments{{"stage", "w_q"}, {"lock", "edits"}}}) {
    session.load(state);
    screen.frames(3);
    CHECK_FALSE(screen.ui.find("edit:drag"));
    screen.point_at("cell:0,0");
    turn_wheel(screen, 1);
    drag(screen, middle(screen, "cell:0,0"), 40);
    CHECK(session.edits().empty());
    CHECK(session.problem().empty());
  }
}

TEST_CASE("numbers of any size stay finite, and move") {
  Screen screen;
  Session& session = screen.session;
  for (const char* start : {"3.4e38", "-3.4e38", "12345", "1e-30", "0"}) {
    CAPTURE(start);
    session.load({{"edits", std::string("x:0,0,0=") + start}});
    screen.frames(3);
    const float before = value(session, "x", {0, 0, 0});
    drag(screen, middle(screen, "edit:drag"), before > 0 ? -60.0F : 60.0F);
    CHECK(value(session, "x", {0, 0, 0}) != before);
    CHECK(std::isfinite(value(session, "x", {0, 0, 0})));
    CHECK(session.problem().empty());
  }
}

TEST_CASE("a word beside a picture is clicked and typed anew") {
  Screen screen;
  Session& session = screen.session;
  session.load({{"stage", "scores"}});
  screen.frames(3);
  screen.click("cell-rows:4,0");
  screen.frames(2);
  screen.window.type("lake");
  screen.frames(6);
  CHECK(session.settings().get("tokens") == "The bank by the river was flooded.");
  screen.press(ImGuiKey_Enter);
  CHECK(session.settings().get("tokens") == "The bank by the lake was flooded.");
  CHECK_FALSE(screen.ui.find("word"));
  CHECK(session.node().id() == "scores");
  screen.click("cell-columns:0,1");
  screen.frames(2);
  screen.window.type("boat");
  screen.frames(6);
  screen.press(ImGuiKey_Escape);
  CHECK(session.settings().get("tokens") == "The bank by the lake was flooded.");
  session.undo();
  CHECK(session.settings().get("tokens") == "The bank by the river was flooded.");
  session.load({{"stage", "scores"}, {"tokens", "a b | c"}, {"batch_item", "1"}, {"context_tokens", "x y | z"}, {"lock", "tokens"}});
  screen.frames(3);
  screen.click("cell-rows:1,0");  // padding
  CHECK_FALSE(screen.ui.find("word"));
  screen.click("cell-rows:0,0");  // locked
  CHECK_FALSE(screen.ui.find("word"));
  screen.click("cell-columns:0,0");
  screen.frames(2);
  screen.window.type("w");
  screen.frames(3);
  screen.press(ImGuiKey_Enter);
  CHECK(session.settings().get("context_tokens") == "x y | w");
}

TEST_CASE("a host with its own text fields is asked for the word's") {
  Options options;
  options.outside_text = true;
  Screen screen(1280, 720, 1, options);
  screen.session.load({{"stage", "q"}});
  screen.frames(3);
  screen.click("operand:x-rows:1,0");
  REQUIRE(screen.last.edit);
  CHECK(screen.last.edit->value == "bank");
  CHECK(screen.last.edit->command == "word tokens 0,1 ");
  CHECK_FALSE(screen.last.edit->live);
}

TEST_CASE("reset this: one cell, its tensor, everything") {
  Screen screen;
  Session& session = screen.session;
  session.load({{"stage", "w_q"}, {"cell", "0,1"}, {"edits", "w_k:0,0=1;w_q:0,1=1;w_q:3,3=2"}});
  screen.frames(3);
  screen.click("edit:reset");
  CHECK(session.state().get("edits") == "w_k:0,0=1;w_q:3,3=2");
  session.undo();
  screen.frames(3);
  screen.click("edit:reset_tensor");
  CHECK(session.state().get("edits") == "w_k:0,0=1");
  CHECK_FALSE(screen.ui.find("edit:reset_tensor"));
  session.undo();
  screen.frames(3);
  screen.click("edit:reset_all");
  CHECK(session.edits().empty());
}

TEST_CASE("few changed cells are outlined, many are told of, and the switch turns outlines off") {
  Screen screen;
  Session& session = screen.session;
  session.load({{"stage", "q"}});
  screen.frames(3);
  const int plain = screen.window.vertices();
  session.set("edits", "w_q:2,5=1");
  screen.frames(20);
  const auto told = [&] { return block(screen.ui.describe(), "stage-changed")->text; };
  CHECK(told() == "Changed by the last setting: 8 of 64 cells changed in the part shown.");
  const int outlined = screen.window.vertices();
  screen.click("control:outline_changes");
  CHECK(session.settings().get("outline_changes") == "0");
  screen.window.move_mouse(-1, -1);
  screen.frames(20);
  const int switched_off = screen.window.vertices();
  CHECK(outlined > switched_off + 100);
  CHECK(switched_off > plain);  // the list of changes
  screen.click("control:outline_changes");
  session.set("seed", "5");
  CHECK(told() == "Changed by the last setting: all 64 cells changed in the part shown.");
  session.set("num_heads", "4");
  CHECK(told() == "Changed by the last setting.");
}

TEST_CASE("the trail shows every link, goes back to any, and is told in words") {
  Screen screen;
  Session& session = screen.session;
  session.load({{"stage", "output"}, {"cell", "0,2"}});
  screen.frames(3);
  screen.click("term:2");  // concat
  screen.click("term:0");  // head_outputs
  screen.click("term:0");  // attn_weights
  screen.click("term:0");  // scaled_scores
  CHECK(session.trail().size() == 4);
  const std::string text = block(screen.ui.describe(), "trail")->text;
  CHECK(text.starts_with("output[0,2] < concat[0,"));
  CHECK(text.find("; ") == std::string::npos);
  const Cell third = session.trail()[2];
  screen.click("trail:2");
  CHECK(session.cursor() == third);
  CHECK(session.trail().size() == 2);
  screen.click("arithmetic:back");
  CHECK(session.trail().size() == 1);
  screen.click("trail:0");
  CHECK(session.node().id() == "output");
  CHECK(block(screen.ui.describe(), "trail") == nullptr);
}

TEST_CASE("a long trail keeps its ends and the way back on a slim window") {
  Screen screen(390, 844);
  Session& session = screen.session;
  session.load({{"hide", "pipeline,header,stage,controls,counts"}, {"stage", "output"}});
  for (int i = 0; i < 12; ++i) {
    session.follow(session.first_cell(*session.graph().find(i % 2 == 0 ? "attn_weights" : "head_outputs")));
  }
  screen.frames(3);
  CHECK(screen.ui.find("trail:0"));
  CHECK(screen.ui.find("trail:11"));
  CHECK_FALSE(screen.ui.find("trail:5"));
  CHECK(screen.place("trail:11").x + screen.place("trail:11").width < 390);
  screen.click("trail:11");
  CHECK(session.trail().size() == 11);
}

TEST_CASE("lit cells are counted on every card and told in words; the key D turns through what is lit") {
  Screen screen;
  Session& session = screen.session;
  session.load({{"stage", "scores"}, {"cell", "2,4"}});
  screen.frames(3);
  CHECK(block(screen.ui.describe(), "lit") == nullptr);
  const int plain = screen.window.vertices();
  const auto rows = [&] {
    std::map<std::string, std::vector<std::string>> all;
    const Description description = screen.ui.describe();
    const Block* lit = block(description, "lit");
    REQUIRE(lit);
    for (std::size_t i = 0; i < lit->rows.size(); ++i) all[lit->row_headers[i]] = lit->rows[i];
    return all;
  };
  screen.press(ImGuiKey_D);
  CHECK(session.settings().get("trace_cells") == "sources");
  CHECK(rows()["q_heads"] == std::vector<std::string>{"4", "0", "64", "0,0,2,0:4"});
  CHECK(rows()["w_k"] == std::vector<std::string>{"32", "0", "64", "0:8,0:4"});
  CHECK(rows().count("output") == 0);
  CHECK(screen.window.vertices() > plain);
  screen.press(ImGuiKey_D);
  CHECK(session.settings().get("trace_cells") == "dependents");
  CHECK(rows()["output"] == std::vector<std::string>{"0", "8", "64", "0,2,0:8"});
  CHECK(rows().count("q") == 0);
  screen.press(ImGuiKey_D);
  CHECK(rows().count("q") == 1);
  CHECK(rows().count("output") == 1);
  session.go_to({*session.graph().find("w_v"), {0, 0}});
  screen.frames(2);
  CHECK(rows()["v"][1] == "8");
  screen.press(ImGuiKey_D);
  CHECK(session.settings().get("trace_cells") == "none");
  screen.click("control:trace_cells");
  screen.click("control:trace_cells:both");
  CHECK(session.settings().get("trace_cells") == "both");
  // Shapes are enough.
  session.load({{"d_model", "12288"}, {"num_heads", "96"}, {"trace_cells", "both"}, {"stage", "concat"}});
  REQUIRE_FALSE(session.trace().has_values());
  screen.frames(3);
  CHECK(rows()["x"][0] == "98,304");
}

TEST_CASE("a step moves for a fifth of a second, and not where that is unwanted or too fast") {
  Options still;
  still.reduced_motion = true;
  for (const bool reduced : {false, true}) {
    CAPTURE(reduced);
    Screen screen(1280, 720, 1, reduced ? still : Options{});
    Session& session = screen.session;
    session.load({{"stage", "scores"}});
    screen.frames(30);
    CHECK_FALSE(screen.ui.animating());
    session.step(1);
    screen.frames(2);
    CHECK(screen.ui.animating() != reduced);
    const int moving = screen.window.vertices();
    screen.frames(9);  // 11 frames: 183 ms
    CHECK(screen.ui.animating() != reduced);
    screen.frames(2);  // 217 ms
    CHECK_FALSE(screen.ui.animating());
    if (!reduced) CHECK(moving > screen.window.vertices());
    // To the next stage's first result.
    session.go_to(step_cell(session.graph(), session.position().at - 2, StepBy::cell));
    screen.frames(30);
    session.step(1);
    screen.frames(2);
    CHECK(screen.ui.animating() != reduced);
    screen.frames(20);
    // Elsewhere is no step.
    session.go_to_stage(*session.graph().find("output"));
    screen.frames(2);
    CHECK_FALSE(screen.ui.animating());
    // Steps that come faster than they could move.
    int animated = 0;
    for (int i = 0; i < 10; ++i) {
      session.step(1);
      screen.frames(3);
      animated += screen.ui.animating() && i > 0;
    }
    CHECK(animated <= 3);  // the rest of the first
  }
}
