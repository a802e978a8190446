#include "engine/lesson/course.hpp"

#include "support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

Lesson named(std::string name, const std::string& body) {
  return parse_lesson(
      name + ".md",
      "---\ntitle: T\nsummary: S\nminutes: 5\nstate: d_model=4&num_heads=1\n---\n" + body);
}

Lessons two() {
  Lessons lessons;
  lessons.add(named("a",
                    "# A1\n```state\nstage=x&cell=1,0\n```\n{{value x 0,1,0}}\n# "
                    "A2\n```state\nstage=scores\n```\n"));
  lessons.add(named("b", "# B1\n```state\nlock=seed&hide=help\n```\n# B2\n# B3\n"));
  return lessons;
}

}  // namespace

TEST_CASE("A command that opens a page puts the simulator where the page starts") {
  Course course(two());
  Session session;
  session.change({{"d_model", "16"}, {"num_heads", "4"}, {"theme", "dark"}});
  CHECK_FALSE(course.open(session));

  course.perform(session, "set lesson=a");
  CHECK(session.problem() == "");
  CHECK(session.settings().get("d_model") == "4");
  CHECK(session.settings().get("theme") == "dark");
  CHECK(session.node().id() == "x");
  CHECK(session.cursor().index == Index{0, 1, 0});
  const auto open = course.open(session);
  REQUIRE(open);
  CHECK(open->title() == "A1");
  CHECK(open->place() == "Page 1 of 2");
  CHECK(open->previous == "");
  CHECK(open->next == "set page=2");

  session.set("num_heads", "2");
  course.perform(session, open->next);
  CHECK(session.settings().get("num_heads") == "1");
  CHECK(session.node().id() == "scores");
  CHECK(course.open(session)->next == "");
  CHECK(course.open(session)->previous == "set page=1");

  session.set("seed", "5");
  course.perform(session, course.open(session)->restart);
  CHECK(session.settings().get("seed") == "0");

  course.perform(session, "set page=3");
  CHECK(session.problem() == "");
  course.perform(session, "change page=3");
  CHECK(session.problem() == "page=3: a has pages 1 to 2");
  CHECK(course.open(session)->page == 1);
  course.perform(session, "set lesson=c");
  CHECK(session.problem() == "lesson=c: there is no such lesson; there are a b");
  CHECK(session.settings().get("lesson") == "a");

  course.perform(session, "change stage=q&cell=0,0");
  CHECK(session.node().id() == "q");
  CHECK(session.settings().get("page") == "2");
  course.perform(session, "change lesson=a&page=2&stage=k");
  CHECK(session.node().id() == "k");
  course.perform(session, "change page=x");
  CHECK(contains(session.problem(), "page=x: must be a whole number"));
  course.perform(session, "step 1");
  CHECK(session.node().id() == "k");

  course.perform(session, course.open(session)->close);
  CHECK_FALSE(course.open(session));
  CHECK(session.settings().get("d_model") == "4");
}

TEST_CASE("What a lesson hides or locks is released when it is left") {
  Course course(two());
  Session session;
  course.perform(session, "change lesson=b");
  CHECK(session.is_locked("seed"));
  CHECK(session.is_hidden("help"));
  course.perform(session, "set page=2");
  CHECK_FALSE(session.is_locked("seed"));
  course.perform(session, "set page=1");
  course.perform(session, "set lesson=a");
  CHECK_FALSE(session.is_locked("seed"));
  course.perform(session, "set lesson=b");
  course.perform(session, "set lesson=");
  CHECK_FALSE(session.is_hidden("help"));

  session.change({{"hide", "help"}, {"lock", "lesson"}});
  course.perform(session, "set lesson=a");
  CHECK(contains(session.problem(), "locked"));
  CHECK(session.settings().get("lesson") == "");
  session.change({{"lock", ""}});
  course.perform(session, "set lesson=a");
  course.perform(session, "set lesson=");
  CHECK(session.is_hidden("help"));  // a teacher's own
}

TEST_CASE("A link that names a lesson alone opens it; a shared view is restored exactly") {
  Course course(two());
  Session session;
  session.load(course.lessons().completed(parse_hash("#v=1&lesson=a&page=2&theme=dark")));
  CHECK(session.node().id() == "scores");
  CHECK(session.settings().get("d_model") == "4");
  CHECK(session.settings().get("theme") == "dark");

  session.set("num_heads", "2");
  const std::string shared = session.hash();
  Session other;
  other.load(course.lessons().completed(parse_hash(shared)));
  CHECK(other.hash() == shared);
  CHECK(other.settings().get("num_heads") == "2");

  CHECK_THROWS_AS(course.lessons().completed({{"lesson", "c"}}), Error);
  CHECK_THROWS_AS(course.lessons().completed({{"lesson", "a"}, {"page", "3"}}), Error);
  CHECK(course.lessons().completed({{"lesson", ""}}).size() == 1);
  CHECK(course.lessons().completed({{"seed", "1"}}).size() == 1);
}

TEST_CASE("Placeholders follow the simulator, and show a dash where there is nothing") {
  Course course(two());
  Session session;
  course.perform(session, "set lesson=a");
  const auto shown = [&] { return prose::plain_text(course.open(session)->blocks.at(0).spans); };
  CHECK(shown() == "2.400");
  session.set("tokens", "river bank");
  CHECK(shown() == "2.400");
  session.set("tokens", "bank");
  CHECK(shown() == "\u2013");
}

TEST_CASE("A lesson whose header alone is here is told of, and opens when its pages have come") {
  Course course(two());
  course.lessons().add(parse_lesson_header("c.md", header));
  REQUIRE(course.lessons().find("c"));
  CHECK(course.lessons().find("c")->title == "T");
  CHECK_FALSE(course.lessons().find("c")->is_here());
  Session session;
  const std::string before = session.hash();
  for (const Assignments& link : {Assignments{{"lesson", "c"}}, {{"lesson", "c"}, {"page", "2"}}, {{"lesson", "c"}, {"stage", "q"}}}) {
    CHECK_THROWS_AS(course.lessons().completed(link), LessonNotHere);
  }
  CHECK_THROWS_AS(course.perform(session, "set lesson=c"), LessonNotHere);
  CHECK_THROWS_AS(course.perform(session, "change lesson=c&page=2"), LessonNotHere);
  CHECK(session.hash() == before);
  CHECK(session.problem() == "");
  course.lessons().add(named("c", "# C1\n# C2\n"));
  CHECK(course.lessons().all().size() == 3);
  course.perform(session, "set lesson=c");
  REQUIRE(course.open(session));
  CHECK(course.open(session)->title() == "C1");
  CHECK_THROWS(course.lessons().add(named("c", "# C1\n")));
  CHECK_THROWS(parse_lesson("d.md", header));
}

TEST_CASE("Two lessons cannot have one name") {
  Course course(two());
  CHECK_THROWS_AS(course.lessons().add(named("a", "# P\n")), Error);
}

TEST_CASE("check finds what names nothing") {
  Lessons lessons;
  const auto problems_of = [&](const std::string& body) {
    std::string all;
    for (const std::string& problem : check(lesson_of(body), lessons)) all += problem + "\n";
    return all;
  };
  CHECK(problems_of(
            "[a](sim:stage=attn_weights&head=1&cell=2,0) {{value x 0,0,0}} [b](https://x.org)\n") ==
        "");
  CHECK(contains(problems_of("[a](sim:stage=q_rot)\n"),
                 "t.md:7: stage=q_rot: there is no such stage"));
  CHECK(contains(problems_of("[a](sim:head=2)\n"), "t.md:7: head=2"));
  CHECK(contains(problems_of("[a](sim:stage=q&cell=8,0)\n"), "t.md:7: cell=8,0"));
  CHECK(contains(problems_of("[a](sim:num_heads=3)\n"), "t.md:7: num_heads=3 does not divide"));
  CHECK(contains(problems_of("[a](sim:page=2)\n"), "t.md:7: lesson=t: there is no such lesson"));
  CHECK(contains(problems_of("[a](sim:lesson=z)\n"), "t.md:7: lesson=z"));
  CHECK(contains(problems_of("\n{{value q 0,0}}\n"), "t.md:8: {{value q 0,0}}: q"));
  CHECK(contains(problems_of("[a](javascript:alert)\n"),
                 "t.md:7: 'javascript:alert' is not followed"));
  CHECK(contains(problems_of("![a](a.png)\n"), "t.md:7: 'a.png' is not followed"));
  CHECK(contains(problems_of("```state\nstage=q&cell=1,1,1\n```\n"), "t.md:6: cell=1,1,1"));

  Lesson lesson = lesson_of("x\n");
  lesson.prerequisites = {"z"};
  CHECK(check(lesson, lessons).size() == 1);
}
