#include "engine/lesson/lesson.hpp"

#include "engine/lesson/computed.hpp"
#include "support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

std::string value_of(const Assignments& all, std::string_view key) {
  for (const auto& [name, value] : all) {
    if (name == key) return value;
  }
  return "(none)";
}

}  // namespace

TEST_CASE("A lesson has a header and pages") {
  const Lesson lesson = parse_lesson(
      "lessons/07-try_it.md",
      "\xef\xbb\xbf---\r\ntitle: What: a title?\r\nsummary: One line.\r\nminutes: 12\r\n"
      "prerequisites: 01-a,  02-b\r\nstate: d_model=4&tokens=a%20b\r\n---\r\n\r\n"
      "# One *page*\r\n\r\nText\r\n\r\n# Two\r\n\r\n```state\r\nstage=q\r\ncell=1,0\r\n```\r\n\r\n"
      "## Part\r\n\r\n```\r\n# no page\r\n```\r\n");
  CHECK(lesson.file == "lessons/07-try_it.md");
  CHECK(lesson.name == "07-try_it");
  CHECK(lesson.title == "What: a title?");
  CHECK(lesson.summary == "One line.");
  CHECK(lesson.minutes == 12);
  CHECK(lesson.prerequisites == std::vector<std::string>{"01-a", "02-b"});
  CHECK(lesson.state == Assignments{{"d_model", "4"}, {"tokens", "a b"}});
  REQUIRE(lesson.pages.size() == 2);
  CHECK(lesson.pages[0].title == "One page");
  CHECK(lesson.pages[0].blocks.size() == 1);
  CHECK(lesson.pages[1].state == Assignments{{"stage", "q"}, {"cell", "1,0"}});
  CHECK(lesson.pages[1].blocks.size() == 2);
  CHECK(lesson.pages[1].line == 13);
}

TEST_CASE("What is wrong with a lesson is said with file and line") {
  struct Case {
    const char* text;
    const char* says;
  };
  const std::string h = "---\ntitle: T\nsummary: S\nminutes: 5\n";
  const Case cases[] = {
      {"", "t.md:1: a lesson starts with its header"},
      {"# Page\n", "t.md:1: a lesson starts with its header"},
      {"---\ntitle: T\n", "t.md:2: the header does not end"},
      {"---\ntitle: T\nsummary: S\n---\n# P\n", "t.md:4: the header has no minutes"},
      {"---\ntitle:\n---\n", "t.md:2: title is empty"},
      {"---\ntitel: T\n---\n",
       "t.md:2: unknown header key 'titel'; the keys are title, summary, minutes"},
      {"---\ntitle: T\ntitle: U\n---\n", "t.md:3: title is given twice"},
      {"---\ntitle: T\njust words\n---\n", "t.md:3: must be a key and its value"},
      {"---\nminutes: ten\n---\n", "t.md:2: minutes=ten: must be a whole number from 1 to 600"},
      {"---\nminutes: 0\n---\n", "t.md:2: minutes=0"},
      {"---\nstate: d_modle=4\n---\n", "t.md:2: unknown key 'd_modle'"},
      {"---\nstate: d_model=four\n---\n", "t.md:2: d_model=four: must be a whole number"},
      {"---\nstate: d_model\n---\n", "t.md:2: 'd_model' is not KEY=VALUE"},
      {"---\nstate: seed=1&seed=2\n---\n", "t.md:2: seed is given twice"},
      {"---\nstate: page=2\n---\n", "t.md:2: a lesson's own state cannot set page"},
      {"---\nstate: tokens=%zz\n---\n", "t.md:2: link: '%'"},
      {"---\ntitle: \xff\n---\n", "t.md:2: text: byte 7 is not valid UTF-8"},
      {"---\ntitle: a\x1b[0m\n---\n", "t.md:2: text: byte 8 is a control character"},
      {"H---\n", "t.md:5: there is no page"},
      {"H---\n\nText\n# P\n", "t.md:7: before the first page"},
      {"H---\n# P\n\n```state\nstage=q\nd_modle=4\n```\n", "t.md:10: unknown key 'd_modle'"},
      {"H---\n# P\n```state\nstage=q\nstage=k\n```\n", "t.md:8: stage is given twice"},
      {"H---\n# P\n```state\nlesson=x\n```\n", "t.md:8: a lesson's own state cannot set lesson"},
      {"H---\n# P\n\na\n[b](sim:stge=q)\n", "t.md:9: unknown key 'stge'"},
      {"H---\n# P\n\n| a |\n|---|\n| [b](sim:cell=a,b) |\n", "t.md:10: cell=a,b: must be"},
      {"H---\n# P\n[b](sim:)\n", "t.md:7: this sim: link does nothing"},
      {"H---\n# P\n[b](sim:stage)\n", "t.md:7: 'stage' is not KEY=VALUE"},
  };
  for (const Case& c : cases) {
    const std::string text = c.text[0] == 'H' ? h + (c.text + 1) : c.text;
    const std::string said = complaint("t.md", text);
    CAPTURE(text);
    CAPTURE(said);
    CHECK(said.starts_with(c.says));
  }
  CHECK(contains(complaint("lesson.txt", header), "ends in .md"));
  CHECK(contains(complaint("My Lesson.md", header), "lower-case letters"));
  CHECK(contains(complaint("a,b.md", header), "lower-case letters"));
}

TEST_CASE("Opening a page sets the whole recipe, and the page's own place on top of the lesson's") {
  Lesson lesson = lesson_of("x\n");
  lesson.state = {{"d_model", "4"},
                  {"num_heads", "1"},
                  {"stage", "attn_weights"},
                  {"cell", "3,4"},
                  {"lock", "seed"}};
  lesson.pages.push_back(lesson.pages[0]);
  lesson.pages[1].state = {{"stage", "q"}};
  CHECK(value_of(opening(lesson, 0), "cell") == "3,4");
  const Assignments all = opening(lesson, 1);
  CHECK(value_of(all, "stage") == "q");
  CHECK(value_of(all, "cell") == "");
  CHECK(value_of(all, "d_model") == "4");
  CHECK(value_of(all, "seed") == "0");
  CHECK(value_of(all, "lock") == "seed");
  CHECK(value_of(all, "theme") == "(none)");
  CHECK(value_of(all, "lesson") == "t");
  CHECK(value_of(all, "page") == "2");

  Session session;
  session.load({{"d_model", "16"}, {"num_kv_heads", "1"}, {"theme", "dark"}, {"seed", "9"}});
  session.change(all);
  CHECK(session.settings().get("num_kv_heads") == "auto");
  CHECK(session.settings().get("theme") == "dark");
  CHECK(session.node().id() == "q");
}

TEST_CASE("Placeholders are computed from the trace") {
  Session session;
  session.load(
      {{"tokens", "a b c | d e"}, {"d_model", "4"}, {"num_heads", "2"}, {"mask", "padding"}});
  const Run& run = session.run();
  CHECK(computed(run, "shape scores") == "(2, 2, 3, 3)");
  CHECK(computed(run, "size scores 3") == "3");
  CHECK(computed(run, "token 2") == "c");
  CHECK(computed(run, "  token  1 1 ") == "e");
  CHECK(computed(run, "sum attn_weights 0,1,2") == "1.000");
  CHECK(computed(run, "value attn_weights 1,0,0,2") == "0.000");
  CHECK(computed(run, "value masked_scores 1,0,0,2") == "-\u221e");
  CHECK(computed(run, "value w_q 3,3").size() > 3);
  const std::string most = computed(run, "most attn_weights 1,0,0");
  CHECK((most == "d" || most == "e"));

  for (const char* wrong : {"",
                            " ",
                            "value",
                            "value scores",
                            "value scores 0,0,0",
                            "value scores 0,0,0,0,0",
                            "value scores 0,0,3,0",
                            "value scores 0,0,-1,0",
                            "value scores 0,0,,0",
                            "value nothing 0",
                            "value scores 0,0,0,0 1",
                            "sum scores 0,0,0,0",
                            "size scores 4",
                            "size scores x",
                            "shape",
                            "token",
                            "token 3",
                            "token 0 2",
                            "token 0 0 0",
                            "tokens 1",
                            "value scores 0,0,0,99999999999999999999"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(computed(run, wrong), Error);
  }
  session.load({{"tokens", "a b"}, {"d_model", "65536"}, {"num_heads", "1"}});
  REQUIRE_FALSE(session.trace().has_values());
  CHECK_THROWS_AS(computed(session.run(), "value q 0,0,0"), Error);
  CHECK(computed(session.run(), "shape q") == "(1, 2, 65536)");
}
