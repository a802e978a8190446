#include <algorithm>

#include "engine/tensor/print.hpp"
#include "tests/ui/screen.hpp"
#include "ui/handout.hpp"
#include "ui/keys.hpp"

using namespace headwise;

TEST_CASE("the keyboard alone steps from x to output and back") {
  Screen screen;
  CHECK(screen.session.node().id() == "x");
  const StepPosition start = screen.session.position();
  screen.press(ImGuiKey_End);
  CHECK(screen.session.node().id() == "output");
  CHECK(screen.session.position().at == start.total - 1);
  screen.press(ImGuiKey_Home);
  CHECK(screen.session.position().at == 0);
  screen.press(ImGuiKey_RightArrow);
  CHECK(screen.session.position().at == 1);
  screen.press(ImGuiKey_LeftArrow);
  CHECK(screen.session.position().at == 0);
  screen.press(ImGuiKey_4);
  for (const std::size_t stage : screen.session.graph().stages()) {
    CHECK(screen.session.cursor().node == stage);
    screen.press(ImGuiKey_RightArrow);
  }
  screen.press(ImGuiKey_UpArrow);
  CHECK(screen.session.node().id() == "concat");
  screen.press(ImGuiKey_DownArrow);
  screen.press(ImGuiMod_Shift | ImGuiKey_DownArrow);
  screen.press(ImGuiMod_Shift | ImGuiKey_RightArrow);
  CHECK(screen.session.cursor().index == Index{0, 1, 1});
}

TEST_CASE("space plays and pauses; playing ends at the last step") {
  Screen screen;
  screen.session.load({{"tokens", "a"}, {"d_model", "2"}, {"step_by", "stage"}});
  screen.session.steps_per_second = 1000;
  screen.press(ImGuiKey_Space);
  screen.frames(60);
  CHECK(!screen.session.playing);
  CHECK(screen.session.node().id() == "output");
}

TEST_CASE("a click chooses a cell, its terms lead to their source, and back") {
  Screen screen;
  screen.session.load({{"stage", "scores"}, {"head", "1"}});
  screen.frames(3);
  screen.click("cell:2,5");
  CHECK(screen.session.cursor().index == Index{0, 1, 2, 5});
  screen.click("term:1");
  CHECK(screen.session.node().id() == "k_heads");
  CHECK(screen.session.cursor().index == Index{0, 1, 5, 0});
  CHECK(screen.session.trail().size() == 1);
  screen.click("arithmetic:back");
  CHECK(screen.session.node().id() == "scores");
  CHECK(screen.session.cursor().index == Index{0, 1, 2, 5});
  screen.click("term:0");
  screen.press(ImGuiKey_Backspace);
  CHECK(screen.session.node().id() == "scores");
}

TEST_CASE("hovering previews and does not move the cursor") {
  Screen screen;
  screen.session.load({{"stage", "attn_weights"}});
  screen.frames(3);
  const Cell before = screen.session.cursor();
  screen.point_at("cell:3,4");
  CHECK(screen.session.cursor() == before);
}

TEST_CASE("mouse positions are right at every density") {
  for (const float density : {1.0F, 1.25F, 1.5F, 2.0F, 3.0F}) {
    Screen screen(1280, 720, density);
    screen.session.load({{"stage", "attn_weights"}});
    screen.frames(3);
    screen.click("cell:4,6");
    CHECK(screen.session.cursor().index == Index{0, 0, 4, 6});
  }
}

TEST_CASE("controls: buttons go to the next valid value, typing sets one, errors keep the picture") {
  Screen screen(1280, 800);
  screen.click("control:num_heads:more");
  CHECK(screen.session.settings().get("num_heads") == "4");
  screen.click("control:num_heads:less");
  CHECK(screen.session.settings().get("num_heads") == "2");
  screen.click("control:num_kv_heads:less");
  CHECK(screen.session.settings().get("num_kv_heads") == "1");
  CHECK(screen.session.graph().find("k_shared"));
  screen.click("control:num_kv_heads:auto");
  CHECK(screen.session.settings().get("num_kv_heads") == "auto");
  screen.click("control:mask:causal");
  screen.click("control:mask:padding");
  CHECK(screen.session.settings().get("mask") == "causal,padding");
  screen.click("control:mask:none");
  CHECK(screen.session.settings().get("mask") == "none");
  screen.click("control:bias");
  CHECK(screen.session.graph().find("b_q"));

  screen.click("control:d_model");
  screen.window.type("9");
  screen.press(ImGuiKey_Enter);
  CHECK(screen.session.settings().get("d_model") == "9");
  CHECK(screen.session.problem().find("num_heads=2 does not divide d_model=9") != std::string::npos);
  CHECK(screen.session.run().recipe.d_model == 8);
  CHECK(block(screen.ui.describe(), "problem")->text == screen.session.problem());
  screen.frames(3);
  screen.click("problem:undo");
  CHECK(screen.session.problem().empty());
  CHECK(screen.session.settings().get("d_model") == "8");
}

TEST_CASE("typing a sentence changes everything at once, and keys in the field do not step") {
  Screen screen;
  screen.click("control:tokens");
  screen.press(ImGuiMod_Ctrl | ImGuiKey_A);
  screen.window.type("A bank");
  screen.frames(8);
  screen.press(ImGuiKey_Home);
  CHECK(screen.session.run().recipe.tokens == 2);
  CHECK(screen.session.position().at == 0);
  CHECK(screen.session.change(screen.session.cursor().node).shape);
}

TEST_CASE("a host with its own text fields is asked for one, exactly where it is drawn") {
  Options options;
  options.outside_text = true;
  Screen screen(1280, 720, 2, options);
  const Landmark at = screen.place("control:tokens");
  screen.window.click(at.x + 10, at.y + at.height / 2);
  screen.frames(4);
  REQUIRE(screen.last.edit);
  CHECK(screen.last.edit->key == "tokens");
  CHECK(screen.last.edit->value == "The bank by the river was flooded.");
  CHECK(screen.last.edit->x == at.x);
  CHECK(screen.last.edit->width == at.width);
}

TEST_CASE("stage cards, head buttons, share, theme and help do what they say") {
  Screen screen;
  screen.click("stage:attn_weights");
  CHECK(screen.session.node().id() == "attn_weights");
  screen.click("heads:1");
  CHECK(screen.session.head() == 1);
  CHECK(screen.session.cursor().index[1] == 1);
  screen.click("heads:all");
  CHECK(screen.session.all_heads());
  screen.click("header:share");
  CHECK(screen.last.share);
  screen.click("header:theme");
  CHECK(screen.session.settings().get("theme") == "dark");
  screen.press(ImGuiKey_Slash);
  const int with_help = screen.window.vertices();
  screen.press(ImGuiKey_Escape);
  CHECK(screen.window.vertices() < with_help);
}

TEST_CASE("what changed is marked, and counts tell what they were") {
  Screen screen;
  CHECK(screen.session.previous() == nullptr);
  screen.click("control:num_kv_heads:less");
  const Description all = screen.ui.describe();
  const Block* totals = block(all, "totals");
  REQUIRE(totals);
  CHECK(totals->rows[0] == std::vector<std::string>{"192", "256"});
  const Block* stages = block(all, "stages");
  REQUIRE(stages);
  CHECK(stages->rows[0][3].empty());
  CHECK(stages->rows.back()[3] == "changed");
}

TEST_CASE("locked controls do not change, hidden ones are not there") {
  Screen screen;
  screen.session.load({{"lock", "d_model"}, {"hide", "seed,counts"}});
  screen.frames(3);
  screen.click("control:d_model:more");
  CHECK(screen.session.settings().get("d_model") == "8");
  CHECK(!screen.ui.find("control:seed"));
  CHECK(!screen.ui.find("count:parameters"));
}

TEST_CASE("every shortcut's command is one that exists") {
  Screen screen;
  for (const Shortcut& shortcut : shortcuts()) {
    CAPTURE(shortcut.command);
    screen.press(shortcut.chord);
    CHECK(screen.session.problem().empty());
  }
}

TEST_CASE("a command's number may be any whole one, and what is none is told of") {
  Screen screen;
  for (const std::string verb : {"view ", "light ", "head "}) {
    for (const std::string number : {"-99", "999999999999999", "-999999999999999", "0"}) {
      CAPTURE(verb + number);
      screen.ui.command(verb + number);
      screen.frames(2);
      CHECK(screen.session.problem().empty());
    }
    for (const std::string number : {"x", "", "1.5", "99999999999999999999"}) {
      CAPTURE(verb + number);
      screen.ui.command(verb + number);
      CHECK(screen.session.problem().find("whole number") != std::string::npos);
      screen.session.report("");
    }
  }
  for (const std::string command : {"help x", "page x", "zoom sideways", "export gif", "copy nothing", "nonsense"}) {
    CAPTURE(command);
    screen.session.set("lesson", "01");
    screen.ui.command(command);
    CHECK(!screen.session.problem().empty());
    screen.session.report("");
  }
}

TEST_CASE("a lesson opens beside the simulator and its pages turn") {
  Screen screen;
  const std::string& first = screen.lessons.all().front().name;
  screen.click("header:lesson");
  screen.click("lesson:open:" + first);
  CHECK(screen.session.settings().get("lesson") == first);
  screen.press(ImGuiKey_PageDown);
  CHECK(screen.session.settings().get("page") == "2");
  screen.press(ImGuiKey_PageUp);
  CHECK(screen.session.settings().get("page") == "1");
  screen.click("header:lesson");
  screen.click("lesson:open:none");
  CHECK(screen.session.settings().get("lesson").empty());
}

TEST_CASE("every page of every lesson is read from first to last in the window, with its exercises") {
  Screen screen(1280, 900);
  int exercises = 0;
  for (const Lesson& lesson : screen.lessons.all()) {
    CAPTURE(lesson.name);
    screen.ui.command("set lesson=" + lesson.name);
    for (std::size_t page = 0; page < lesson.pages.size(); ++page) {
      CAPTURE(page);
      screen.frames(2);
      CHECK(screen.session.problem() == "");
      CHECK(screen.session.settings().count("page") == static_cast<std::int64_t>(page) + 1);
      const auto open = screen.course.open(screen.session);
      REQUIRE(open);
      for (const OpenExercise& exercise : open->exercises) {
        CHECK(exercise.problem == "");
        CHECK_MESSAGE(screen.ui.find("exercise:" + exercise.id), exercise.id);
        ++exercises;
      }
      if (page + 1 < lesson.pages.size()) screen.click("lesson:next");
    }
  }
  CHECK(exercises >= 50);
}

TEST_CASE("a teacher's link opens the lesson as it is written, with what is hidden, locked and drawn") {
  Screen screen;
  screen.ui.command("set lesson=01-one-attention");
  screen.ui.command("set page=2");
  screen.click("header:lesson");
  screen.click("header:teacher");
  screen.click("teacher:hide:counts");
  screen.click("teacher:lock:seed");
  CHECK(screen.session.is_hidden("counts"));
  CHECK(screen.session.is_locked("seed"));
  screen.ui.command("set student=7b");
  const auto text = [&](const std::string& id) { return block(screen.ui.describe(), id)->text; };
  CHECK(text("teacher-link").ends_with("#v=1&lesson=01-one-attention&page=2&student=7b&hide=counts&lock=seed"));
  CHECK(text("teacher-frame").find("&amp;page=2") != std::string::npos);
  screen.click("teacher:as written");
  CHECK(text("teacher-link").find("stage=") != std::string::npos);
  screen.click("teacher:hide:counts");
  CHECK_FALSE(screen.session.is_hidden("counts"));
  screen.press(ImGuiKey_Escape);
  CHECK_FALSE(screen.ui.find("teacher:link"));

  Session other;
  other.load(screen.lessons.completed(parse_hash("v=1&lesson=01-one-attention&page=2&student=7b&hide=counts&lock=seed")));
  CHECK(other.settings().get("student") == "7b");
}

TEST_CASE("an exercise in the window is answered, hinted at, ordered and checked") {
  Screen screen(1280, 900);
  screen.course.put(parse_lesson("t.md",
                                 "---\ntitle: T\nsummary: S\nminutes: 5\nstate: d_model=8&num_heads=4\n---\n# Page\n"
                                 "```exercise sum\nkind: number\nask: 1 + 1?\nanswer: 2\nwrong: 11 => Add them.\nhint: Fingers.\nsteps: It is 2.\n```\n"
                                 "# Two\n```exercise choice\nkind: choose\nask: ?\nright: this => yes\nwrong: that => no\n```\n"
                                 "# Three\n```exercise order\nkind: order\nask: ?\nitems: a | b | c\n```\n"
                                 "# Four\n```exercise one\nkind: reach\nask: ?\nmay_change: num_kv_heads\nanswer: setting(num_kv_heads) = 1\nsolution: num_kv_heads=1\n```\n"));
  screen.ui.command("set lesson=t");
  screen.frames(4);
  const auto exercise = [&] { return screen.course.open(screen.session)->exercises.at(0); };
  screen.click("sum:answer");
  screen.window.type("11");
  screen.press(ImGuiKey_Enter);
  CHECK(exercise().tried);
  CHECK_FALSE(exercise().right);
  screen.click("sum:hint");
  CHECK(exercise().hint.size() == 1);
  screen.click("sum:worked steps");
  CHECK(exercise().steps.size() == 1);
  screen.click("sum:answer");
  screen.press(ImGuiMod_Ctrl | ImGuiKey_A);
  screen.window.type("2");
  screen.frames(2);
  screen.click("sum:check##answer");
  CHECK(exercise().right);

  screen.ui.command("set page=2");
  screen.frames(4);
  screen.click("choice:1");
  screen.click("choice:check##choice");
  CHECK(exercise().right);

  screen.ui.command("set page=3");
  screen.frames(4);
  const auto first_amiss = [&] {
    const OpenExercise now = exercise();
    std::size_t at = 0;
    while (at + 1 < now.options.size() && now.options[at].answer < now.options[at + 1].answer) ++at;
    return at + 1 < now.options.size() ? now.options[at].answer : std::string();
  };
  for (std::string amiss = first_amiss(); !amiss.empty(); amiss = first_amiss()) screen.click("order:down:" + amiss);
  screen.click("order:check this order");
  CHECK(exercise().right);

  screen.ui.command("set page=4");
  screen.frames(4);
  screen.click("one:set it up");
  screen.ui.command("set num_kv_heads=1");
  screen.course.watch(screen.session);
  CHECK(exercise().right);
}

TEST_CASE("the script for PyTorch is asked for by button and key, and told of in words") {
  Screen screen;
  screen.click("header:check");
  CHECK(screen.last.check);
  screen.frames(2);
  CHECK(!screen.last.check);
  screen.press(ImGuiKey_P);
  CHECK(screen.last.check);

  const auto button = [&screen] {
    const Description all = screen.ui.describe();
    return std::any_of(all.blocks.begin(), all.blocks.end(), [](const Block& b) { return b.action == "check"; });
  };
  const auto note = [&screen] { return block(screen.ui.describe(), "check-note")->text; };
  CHECK(button());
  CHECK(note().find("Copies a script of PyTorch") == 0);
  const Handout small = handout(screen.session.run());
  CHECK(small.text.find("check(\"scores\", scores, [[[[") != std::string::npos);
  CHECK(small.said.find("check.py") != std::string::npos);

  // Too many numbers for text: the command line in its place, and why.
  screen.session.load({{"d_model", "512"}, {"tokens", "it's \"a\""}, {"stage", "q"}});
  const Handout large = handout(screen.session.run());
  CHECK(large.text ==
        "headwise export --as pytorch '#v=1&tokens=it%27s%20%22a%22&d_model=512' --out check.py");
  CHECK(note().find("a script holds at most 100,000") != std::string::npos);
  CHECK(large.said.find("a script holds at most 100,000") != std::string::npos);
  CHECK(button());

  // Nothing was computed: nothing to check.
  screen.session.load({{"d_model", "65536"}});
  screen.frames(3);
  CHECK(handout(screen.session.run()).text.empty());
  CHECK(note().find("Too large to run") == 0);
  CHECK(!button());
  screen.click("header:check");
  CHECK(!screen.last.check);
}

TEST_CASE("on the slimmest window the sentence keeps its place, and everything else is found by name") {
  Screen screen(320, 480);
  CHECK(screen.place("control:tokens").width > 8 * ImGui::GetFontSize());
  const Landmark lesson = screen.place("header:lesson");
  CHECK(lesson.x + lesson.width <= 320);
  screen.click("bar:find");
  screen.window.type("check");
  screen.frames(3);
  screen.press(ImGuiKey_Enter);
  CHECK(screen.last.check);
}
