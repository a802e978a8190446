#include <set>

#include "tests/ui/screen.hpp"
#include "ui/keys.hpp"
#include "ui/panels/panel.hpp"
#include "ui/widgets/match.hpp"

using namespace headwise;

namespace {

/// What the list shows for a text, the best first: the commands.
std::vector<std::string> found(Screen& screen, const std::string& query) {
  screen.ui.command("palette find " + query);
  std::vector<std::string> commands;
  bool inside = false;
  for (const Block& b : screen.ui.describe().blocks) {
    if (b.id == "palette-found") inside = true;
    if (b.kind == Block::Kind::heading) inside = false;
    if (inside && b.kind == Block::Kind::button) commands.push_back(b.action);
  }
  return commands;
}

bool has(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

void open_and_type(Screen& screen, const std::string& text) {
  screen.press(ImGuiMod_Ctrl | ImGuiKey_K);
  screen.window.type(text);
  screen.frames(3);
}

}  // namespace

TEST_CASE("what fits better comes first, and every word must be found") {
  CHECK(match("causal", "mask = causal", "") > match("caus", "mask = causal", ""));
  CHECK(match("mask", "mask = none", "") > match("mask", "go to masked_scores", ""));
  CHECK(match("causal", "mask = causal", "") > match("causal", "sink = 1", "with a causal mask"));
  CHECK(match("CAUSAL mask", "mask = causal", ""));
  CHECK(match("cusl", "mask = causal", ""));
  CHECK_FALSE(match("causal river", "mask = causal", ""));
  CHECK_FALSE(match("q", "", ""));
}

TEST_CASE("everything can be found by its name") {
  Screen screen;
  screen.session.load({{"num_heads", "4"}});
  for (const Shortcut& shortcut : shortcuts()) {
    const std::string command = shortcut.command;
    if (own_name(shortcut).empty() || command.starts_with("set ") || command == "close" || command == "palette") continue;
    CAPTURE(command);
    CHECK(has(found(screen, std::string(own_name(shortcut))), command));
  }
  for (const std::string& view : screen.session.settings().key("view").choices) {
    const auto panels = panel_table();
    const auto panel = std::find_if(panels.begin(), panels.end(), [&](const Panel& p) { return view == p.id; });
    CHECK(has(found(screen, std::string("show ") + panel->title), "set view=" + view));
  }
  for (const Lesson& lesson : screen.lessons.all()) CHECK(has(found(screen, lesson.title), "set lesson=" + lesson.name));
  CHECK(found(screen, "lesson softmax").at(0) == "set lesson=06-softmax-and-masks");
  CHECK(found(screen, "lesson=06-softmax-and-masks").at(0) == "set lesson=06-softmax-and-masks");
  for (const Node& node : screen.session.graph().nodes()) {
    CAPTURE(node.id());
    REQUIRE(!found(screen, "go to " + node.id()).empty());
    CHECK(found(screen, "go to " + node.id()).front() == "set stage=" + node.id());
  }
  for (std::size_t i = 0; i < help_notes().size(); ++i) {
    CHECK(has(found(screen, help_notes()[i].title), "help " + std::to_string(i)));
  }
  for (const Key& key : recipe_keys()) {
    if (!has_control(screen.session, key)) continue;
    for (const std::string& choice : key.choices) {
      CAPTURE(key.name);
      CAPTURE(choice);
      const auto commands = found(screen, key.name + "=" + choice);
      REQUIRE(!commands.empty());
      CHECK(commands.front() == "set " + key.name + "=" + choice);
    }
  }
}

TEST_CASE("Ctrl+K, a few letters and Enter do it; Escape leaves all as it was") {
  Screen screen;
  open_and_type(screen, "causal");
  screen.press(ImGuiKey_Enter);
  CHECK(screen.session.settings().get("mask") == "causal");
  CHECK(!screen.ui.find("palette:0"));
  const std::string before = screen.session.hash();
  open_and_type(screen, "scores");
  screen.press(ImGuiKey_DownArrow);
  screen.press(ImGuiKey_Escape);
  CHECK(screen.session.hash() == before);
  // A letter typed there is no key of the interface.
  open_and_type(screen, "v");
  CHECK(screen.session.hash() == before);
  screen.press(ImGuiKey_Escape);
  // By arrows and by pointing.
  open_and_type(screen, "go to");
  const std::string second = found(screen, "go to")[1];
  screen.frames(2);
  screen.press(ImGuiKey_DownArrow);
  screen.press(ImGuiKey_Enter);
  CHECK("set stage=" + screen.session.node().id() == second);
  open_and_type(screen, "dark");
  screen.click("palette:0");
  CHECK(screen.session.settings().get("theme") == "dark");
}

TEST_CASE("a setting is typed as KEY=VALUE; what is wrong with it is said, and the list stays") {
  Screen screen;
  open_and_type(screen, "d_model 12");
  screen.press(ImGuiKey_Enter);
  CHECK(screen.session.settings().get("d_model") == "12");
  open_and_type(screen, "d_model=8.5");
  const Block* said = nullptr;
  const Description wrong = screen.ui.describe();
  said = block(wrong, "palette-found");
  REQUIRE(said);
  CHECK(said->text.find("whole number") != std::string::npos);
  screen.press(ImGuiKey_Enter);
  CHECK(screen.session.settings().get("d_model") == "12");
  CHECK(screen.ui.find("palette:0").has_value() == !found(screen, "d_model=8.5").empty());
  screen.press(ImGuiKey_Escape);
  CHECK(found(screen, "xyzzy").empty());
  const Description none = screen.ui.describe();
  CHECK(block(none, "palette-found")->text.starts_with("Nothing is called that"));
}

TEST_CASE("what a lesson hides or locks is not offered") {
  Screen screen;
  screen.session.load({{"hide", "seed"}, {"lock", "mask"}});
  CHECK(!has(found(screen, "mask=causal"), "set mask=causal"));
  for (const std::string& command : found(screen, "seed")) CHECK(!command.starts_with("palette find seed"));
}

TEST_CASE("help lists every key once, and no two keys do different things") {
  Screen screen;
  const Description all = screen.ui.describe();
  const Block* keys = block(all, "keys");
  REQUIRE(keys);
  std::set<ImGuiKeyChord> chords;
  std::size_t lines = 0;
  for (const Shortcut& shortcut : shortcuts()) {
    CHECK(chords.insert(shortcut.chord).second);
    if (shortcut.help) ++lines;
  }
  CHECK(keys->rows.size() == lines);
}

TEST_CASE("copying and pasting by keys") {
  Screen screen;
  screen.session.load({{"stage", "w_q"}, {"cell", "1,2"}});
  screen.frames(2);
  screen.press(ImGuiMod_Ctrl | ImGuiKey_C);
  REQUIRE(screen.last.copy);
  CHECK(screen.last.copy->text == code_number(static_cast<double>(screen.session.trace().value(screen.session.cursor()))));
  screen.press(ImGuiMod_Shift | ImGuiKey_C);
  REQUIRE(screen.last.copy);
  CHECK(screen.last.copy->what == "8 x 8 numbers of w_q");
  screen.press(ImGuiMod_Ctrl | ImGuiKey_V);
  CHECK(screen.last.paste);
  screen.ui.command("paste 7\t8");
  CHECK(to_text(screen.session.edits()) == "w_q:1,2=7;w_q:1,3=8");
}
