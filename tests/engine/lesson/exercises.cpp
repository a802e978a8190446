// Exercises: drawn for each student, marked by the engine, with what is said of each mistake.
#include <cmath>
#include <set>

#include "engine/lesson/calculation.hpp"
#include "engine/lesson/course.hpp"
#include "engine/lesson/html.hpp"
#include "engine/lesson/result_code.hpp"
#include "support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

Lesson with_exercise(const std::string& lines, const std::string& state = "tokens=a+b+c+d+e&d_model=8&num_heads=2") {
  return parse_lesson("t.md", "---\ntitle: T\nsummary: S\nminutes: 5\nstate: " + state + "\n---\n# Page\n```exercise one\n" + lines + "```\n");
}

const std::string score_lines =
    "kind: number\ndraw: i = 0..4; j = 0..4; h = 0, 1\nwhere: $i != $j\nask: The score of {{token $i}}?\n"
    "answer: value(scores, 0, $h, $i, $j)\nwithin: 0.0005\nwrong: value(scores, 0, $h, $j, $i) => Turned round.\n"
    "wrong: value(scaled_scores, 0, $h, $i, $j) => Already scaled.\nhint: Multiply.\nsteps: [Here](sim:stage=scores&cell=$i,$j&head=$h).\n";

std::string text_of(const Prose& prose) {
  std::string all;
  prose::for_each_span(prose, [&](const prose::Span& span) { all += span.text; });
  return all;
}

Drawn drawn_of(const Lesson& lesson, std::string_view student = "ada", int round = 0) {
  return draw(lesson, lesson.exercises.at(0), student, round);
}

std::string failure(const std::string& lines) {
  try {
    drawn_of(with_exercise(lines));
    return {};
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("Calculations follow the usual order, read the run and say what is wrong") {
  const Scene numbers;
  for (const auto& sum : {std::pair("1 + 2 * 3", 7.0), {"2^3^2", 512.0}, {"-2^2", -4.0}, {"(1 + 2) * 3", 9.0}, {"8 / 2 / 2", 2.0},
                                    {"10 - 3 - 2", 5.0}, {"1 < 2 and 2 <= 2", 1.0}, {"not 1 = 1 or 0 != 0", 0.0}, {"max(1, 5, 3) - min(2, 1)", 4.0},
                                    {"1e3 + 2.5e-1", 1000.25}, {"sqrt(16) + exp(0) + abs(-2) + floor(2.7)", 9.0}, {".5 + 1.", 1.5}, {"2E3", 2000.0}, {"--3", 3.0}}) {
    CAPTURE(sum.first);
    CHECK(calculate(sum.first, numbers) == doctest::Approx(sum.second));
  }
  const Run run(headwise::apply(Settings(state_keys()), {{"tokens", "a b c"}, {"d_model", "4"}, {"num_heads", "2"}, {"mask", "causal"}}));
  const Scene scene{&run, {}};
  CHECK(calculate("sum(attn_weights, 0, 1, 2)", scene) == doctest::Approx(1));
  CHECK(calculate("value(scores, 0, 1, 2, 0) * setting(scale) - value(scaled_scores, 0, 1, 2, 0)", scene) == doctest::Approx(0));
  CHECK(calculate("parameters()", scene) == 64);
  CHECK(calculate("parameters(w_q) + parameters(w_o)", scene) == 32);
  CHECK(calculate("cache_bytes_per_token()", scene) == 32);
  CHECK(calculate("is(mask, causal) + 2 * is(mask, none)", scene) == 1);
  CHECK(calculate_all("shape(q_heads), rank(q), size(q, 2)", scene) == std::vector<double>{1, 2, 3, 2, 3, 4});
  CHECK(calculate("largest(attn_weights, 0, 0, 2) = value(attn_weights, 0, 0, 2, where_largest(attn_weights, 0, 0, 2))", scene) == 1);
  for (const char* wrong : {"", "1 +", "(1", "1)", "two", "sqrt 4", "sqrt(1, 2)", "value(q)", "value(nothing, 0)", "value(q, 0, 0, 4)", "value(q, 0, 0, 0.5)",
                            "size(q, 3)", "is(mask, bold)", "setting(tokens)", "setting(nothing)", "1, 2", "1e", "shape(q)"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(calculate(wrong, scene), Error);
  }
  CHECK_THROWS_AS(calculate("parameters()", numbers), Error);
  CHECK_THROWS_AS(calculate(repeated("(", 100000), numbers), Error);
  CHECK_THROWS_AS(calculate(repeated("-", 1000) + "1", numbers), Error);
}

TEST_CASE("Numbers are the same for a student and others for the next, and mistakes are known") {
  const Lesson lesson = with_exercise(score_lines);
  std::set<std::string> answers;
  for (int i = 0; i < 100; ++i) {
    const Drawn drawn = drawn_of(lesson, "student " + std::to_string(i));
    CHECK(mark(drawn, drawn.answer).right);
    REQUIRE(drawn.wrong.size() == 2);
    CHECK(text_of(mark(drawn, drawn.wrong[0].answer).feedback) == "Turned round.");
    CHECK(text_of(mark(drawn, drawn.wrong[1].answer).feedback) == "Already scaled.");
    answers.insert(drawn.answer);
  }
  CHECK(answers.size() > 30);
  CHECK(drawn_of(lesson, "Ada  Lovelace ").answer == drawn_of(lesson, "ada lovelace").answer);
  CHECK(drawn_of(lesson, "ada", 0).answer != drawn_of(lesson, "ada", 1).answer);
}

TEST_CASE("A number may be typed in many ways, and what cannot be read does not count") {
  const Drawn drawn = drawn_of(with_exercise("kind: number\nask: ?\nanswer: 2048 + 0.5\nwithin: 0.01\n"));
  for (const char* right : {"2048.5", "2,048.5", " 2048.504 ", "4*512 + 1/2", "2048,5"}) {
    CAPTURE(right);
    const Mark made = mark(drawn, right);
    if (std::string(right) == "2048,5") {
      CHECK(contains(made.unread, "point"));
    } else {
      CHECK(made.right);
    }
  }
  CHECK(text_of(mark(drawn, "\u22122048.5").feedback) == "The size is right, the sign is not.");
  CHECK(contains(text_of(mark(drawn, "2.0485e6").feedback), "point is in the wrong place"));
  CHECK(contains(text_of(mark(drawn, "2048.53").feedback), "Very close"));
  for (const char* unread : {"", "many", "value(q,0,0,0)", "1/0", "1,2,3", "0x10", "2048.5 bytes"}) {
    CAPTURE(unread);
    CHECK(mark(drawn, unread).unread != "");
  }
  CHECK(mark(drawn_of(with_exercise("kind: number\nask: ?\nanswer: 0.25\n")), "25 %").right);
}

TEST_CASE("Shapes, options, orders, cells and states are marked with what was mistaken") {
  const Drawn shape = drawn_of(with_exercise("kind: shape\nask: ?\nanswer: shape(q_heads)\nwrong: size(q,0), size(q,1), 2, 4 => The wrong reshape.\n"));
  CHECK(shape.answer == "1, 2, 5, 4");
  for (const char* right : {"1,2,5,4", "(1, 2, 5, 4)", "1 x 2 x 5 x 4", "[1 2 5 4]", "1\u00d72\u00d75\u00d74"}) CHECK(mark(shape, right).right);
  CHECK(text_of(mark(shape, "1,5,2,4").feedback) == "The wrong reshape.");
  CHECK(text_of(mark(shape, "1,4,5,2").feedback) == "The right sizes, in another order.");
  CHECK(contains(text_of(mark(shape, "1,2,5").feedback), "4 axes"));
  CHECK(mark(shape, "1,2,five,4").unread != "");

  const Drawn choice = drawn_of(with_exercise("kind: choose\nask: ?\nwrong: A => not A\nright: B => yes\nwrong: C => not C\n"));
  CHECK(mark(choice, "2").right);
  CHECK(text_of(mark(choice, "3").feedback) == "not C");
  CHECK(mark(choice, "").unread != "");
  CHECK(mark(choice, "4").unread != "");

  const Drawn order = drawn_of(with_exercise("kind: order\nask: ?\nitems: scores | mask | softmax | sum\nwrong: 3 before 2 => Masked too late.\n"));
  CHECK(order.shown != std::vector<std::size_t>{0, 1, 2, 3});
  CHECK(mark(order, "1,2,3,4").right);
  CHECK(text_of(mark(order, "1,3,2,4").feedback) == "Masked too late.");
  CHECK(text_of(mark(order, "1,2,4,3").feedback) == "The first 2 are right.");
  CHECK(mark(order, "1,2,3").unread != "");

  const Drawn cell = drawn_of(with_exercise("kind: find\ndraw: i = 0..4\nask: ?\nanswer: attn_weights 0, 1, $i, where_largest(attn_weights, 0, 1, $i)\n"));
  CHECK(mark(cell, cell.answer).right);
  CHECK(contains(text_of(mark(cell, "scores 0,1,2,3").feedback), "another tensor"));

  const Drawn state = drawn_of(with_exercise("kind: reach\nask: ?\nmay_change: num_kv_heads, mask\nanswer: cache_bytes_per_token() <= 32\n"
                                             "solution: num_kv_heads=1\nwrong: mask=causal => A mask saves nothing.\n"));
  CHECK(mark(state, "num_kv_heads=1&mask=causal").right);
  CHECK(mark(state, state.answer).right);
  CHECK(text_of(mark(state, "num_kv_heads=auto&mask=causal").feedback) == "A mask saves nothing.");
  CHECK(text_of(mark(state, "mask=none").feedback) == "Nothing is changed yet.");
  CHECK(contains(mark(state, "d_model=2").unread, "not to be changed"));
  CHECK(mark(state, "num_kv_heads=3").unread != "");
}

TEST_CASE("A mistake in an exercise is told with its place") {
  const std::string ask = "kind: number\nask: ?\n";
  for (const auto& mistake : std::vector<std::pair<std::string, std::string>>{
           {"ask: ?\n", "needs a kind"},
           {"kind: guess\nask: ?\n", "t.md:9: there is no kind 'guess'; the kinds are number, shape"},
           {"kind: number\nanswer: 1\n", "needs ask"},
           {ask, "needs answer"},
           {ask + "answer: 1\nanswer: 2\n", "t.md:12: answer is given twice"},
           {ask + "answer: 1\nitems: a | b\n", "has no 'items'"},
           {ask + "answer: value(nothing, 0)\n", "there is no stage nothing"},
           {ask + "answer: $x\n", "t.md:11: answer: nothing called $x"},
           {ask + "answer: 1\nwrong: 2\n", "needs =>"},
           {ask + "answer: 1\nwrong: 1 => no\n", "the wrong answer 1 is right"},
           {ask + "draw: i = 0..3\nwhere: $i > 9\nanswer: $i\n", "no draw"},
           {ask + "draw: i = 0..1000000\nanswer: $i\n", "no range"},
           {ask + "state: d_model=16384&num_heads=128\nanswer: value(output, 0, 0, 0)\n", "too large to compute"},
           {ask + "draw: i = 3..0\nanswer: $i\n", "no range"},
           {ask + "state: d_model=9\nanswer: 1\n", "does not divide"},
           {ask + "state: nothing=9\nanswer: 1\n", "t.md:11: state: "},
           {"kind: reach\nask: ?\nmay_change: mask\nanswer: 1\nsolution: mask=causal\n", "holds from the start"},
           {"kind: find\nask: ?\nanswer: scores 9, 9\n", "has no cell"},
           {"kind: order\nask: ?\nitems: a | b | c\nwrong: 1 before 2 => no\n", "is the right order"},
           {"not a line\n", "must be a key and a text"}}) {
    CAPTURE(mistake.first);
    CHECK_MESSAGE(contains(failure(mistake.first), mistake.second), failure(mistake.first));
  }
  CHECK(contains(complaint("t.md", header + "# P\n```exercise\nkind: number\n```\n"), "needs a name"));
  CHECK(contains(complaint("t.md", header + "# P\n```exercise a\n" + ask + "answer: 1\n```\n```exercise a\n" + ask + "answer: 1\n```\n"), "already an exercise a"));
}

TEST_CASE("Points: one at once, half at a later try, none after the worked steps; other numbers start anew") {
  Course course;
  course.lessons().add(with_exercise(score_lines));
  Session session;
  const auto does = [&](const std::string& command) {
    course.perform(session, command);
    REQUIRE(session.problem() == "");
  };
  does("set lesson=t");
  does("set student=Ada");
  const auto now = [&] { return course.open(session)->exercises.at(0); };
  int round = 0;
  const auto right = [&] { return draw(*course.lessons().find("t"), course.lessons().find("t")->exercises[0], "ada", round).answer; };
  const auto again = [&] {
    does(now().again);
    ++round;
  };
  CHECK(now().show_hint == "");
  does("answer one many");
  CHECK(now().note != "");
  CHECK_FALSE(now().tried);
  does("answer one 1000");
  CHECK(now().note == "");
  CHECK(now().tried);
  CHECK_FALSE(now().right);
  CHECK(now().show_steps == "");
  does(now().show_hint);
  CHECK(text_of(now().hint) == "Multiply.");
  does("answer one " + right());
  CHECK(now().right);
  CHECK(course.open(session)->score.points == 0.5);
  CHECK(course.open(session)->score_text() == "0.5 of 1 point");
  const std::string first = now().given;
  again();
  CHECK_FALSE(now().right);
  CHECK(now().given == "");
  does("answer one 1000");
  does("hint one");
  does(now().show_steps);
  CHECK(contains(to_html(*course.open(session)), "stage=scores"));
  does("answer one " + right());
  CHECK(course.open(session)->score.points == 0.5);
  again();
  does("answer one " + right());
  CHECK(course.open(session)->score.points == 1);
  CHECK(right() != first);

  // Another student has done nothing; the first finds everything again, here and from the text.
  does("set student=Bob");
  CHECK_FALSE(now().tried);
  Course other(course.lessons());
  other.restore(Progress::parse(course.progress().to_text()));
  session.set("student", "ADA ");
  CHECK(other.open(session)->score.points == 1);
  CHECK(other.progress().to_text() == course.progress().to_text());
  course.perform(session, "answer two 1");
  CHECK(contains(session.problem(), "no exercise 'two'"));
}

TEST_CASE("What is forgotten can be brought back, beside what was done since") {
  Course course;
  course.lessons().add(with_exercise(score_lines));
  Session session;
  const auto page = [&] { return *course.open(session); };
  for (const char* command : {"set lesson=t", "set student=Ada", "answer one 1000"}) course.perform(session, command);
  course.watch(session);
  CHECK(page().bring_back == "");
  const std::string before = course.progress().to_text();
  course.perform(session, page().forget);
  CHECK_FALSE(page().exercises.at(0).tried);
  course.watch(session);
  course.perform(session, "answer one 1001");
  course.perform(session, page().bring_back);
  CHECK(page().exercises.at(0).given == "1000");
  CHECK(page().bring_back == "");
  CHECK(course.progress().to_text() == before);
  course.perform(session, "bring back progress");
  CHECK(contains(session.problem(), "none of this name was forgotten"));
  session.discard_draft();

  // What is worth more is kept: half a point, then other numbers, before; and a whole one since.
  const std::string right = "answer one " + draw(*course.lessons().find("t"), course.lessons().find("t")->exercises[0], "ada", 0).answer;
  for (const std::string& command : {right, std::string("again one"), page().forget, right}) course.perform(session, command);
  CHECK(page().score.points == 1);
  course.perform(session, "forget progress");
  CHECK(page().score.points == 0);
  course.perform(session, page().bring_back);
  CHECK(page().score.points == 1);

  // Read from a file meanwhile, nothing is there twice; and it is of one name alone.
  const Progress saved = Progress::parse(course.progress().to_text());
  course.perform(session, page().forget);
  course.merge(saved);
  course.perform(session, "set student=Bob");
  CHECK(page().bring_back == "");
  course.perform(session, "set student=Ada");
  course.perform(session, page().bring_back);
  CHECK(course.progress().to_text() == saved.to_text());
}

TEST_CASE("What is typed in an exercise is of one student, lesson and round") {
  Course course;
  course.lessons().add(with_exercise(score_lines));
  Lesson copy = with_exercise(score_lines);
  copy.name = "u";
  for (Exercise& exercise : copy.exercises) exercise.lesson = "u";
  course.lessons().add(copy);
  Session session;
  std::set<std::string> keys;
  for (const char* command : {"set lesson=t", "set student=Ada", "set lesson=u", "steps one", "again one"}) {
    course.perform(session, command);
    keys.insert(course.open(session)->exercises.at(0).key);
  }
  CHECK(keys.size() == 4);  // the steps are no new round
}

TEST_CASE("Hostile results come to an end: no more rounds and answers are marked than anyone needs") {
  Course course;
  course.lessons().add(with_exercise(score_lines));
  Progress progress;
  for (int round = 1; round < 2000; ++round) progress.add("eve", {Deed::Kind::again, "t", "one", round, {}});
  for (int i = 0; i < 2 * most_answers; ++i) progress.add("eve", {Deed::Kind::answer, "t", "one", most_rounds, std::to_string(i) + " / 7919"});
  course.restore(std::move(progress));
  Session session;
  course.perform(session, "set student=Eve");
  course.perform(session, "set lesson=t");
  const Standing now = [&] {
    Standing standing;
    std::optional<Drawn> drawn;
    const Lesson& lesson = *course.lessons().find("t");
    go_on(standing, drawn, lesson, lesson.exercises[0], "eve", course.progress().of("eve"));
    return standing;
  }();
  CHECK(now.round == most_rounds);
  CHECK(now.answers == most_answers);
  course.perform(session, "answer one 1");
  CHECK(contains(session.problem(), "1,000 answers"));
}

TEST_CASE("What the simulator shows is an answer, noticed as soon as it is there") {
  Course course;
  course.lessons().add(parse_lesson(
      "t.md",
      "---\ntitle: T\nsummary: S\nminutes: 5\nstate: d_model=8&num_heads=4\n---\n# Page\n"
      "```exercise cache\nkind: reach\nask: ?\nmay_change: num_kv_heads\nanswer: cache_bytes_per_token() <= 32\nsolution: num_kv_heads=2\n"
      "wrong: num_kv_heads=4 => That is all of them.\n```\n"
      "```exercise cell\nkind: find\nask: ?\nstate: stage=scores\nanswer: attn_weights 0, 1, 2, 3\n```\n"));
  Session session;
  course.perform(session, "set lesson=t");
  const auto now = [&](std::size_t i) { return course.open(session)->exercises.at(i); };
  course.watch(session);
  CHECK(course.progress().of("").size() == 1);  // the page
  course.perform(session, "set num_kv_heads=4");
  course.watch(session);
  CHECK_FALSE(now(0).tried);  // on the way is no try
  course.perform(session, "check cache");
  CHECK(text_of(now(0).feedback) == "That is all of them.");
  course.perform(session, "set d_model=16");
  course.perform(session, "set num_kv_heads=1");
  course.watch(session);
  CHECK_FALSE(now(0).right);
  course.perform(session, "check cache");
  CHECK(contains(now(0).note, "Set back: d_model=8"));
  course.perform(session, now(0).set_up);
  course.perform(session, "set num_kv_heads=2");
  course.watch(session);
  CHECK(now(0).right);

  course.perform(session, "check cell");
  CHECK(contains(now(1).note, "set the exercise up again"));
  course.perform(session, now(1).set_up);
  CHECK(session.node().id() == "scores");
  course.perform(session, "check cell");
  CHECK(contains(text_of(now(1).feedback), "another tensor"));
  course.perform(session, "change stage=attn_weights&head=1&cell=2,3");
  course.perform(session, "check cell");
  CHECK(now(1).right);
  CHECK(course.score(*course.lessons().find("t"), "").is_complete());
}

TEST_CASE("Progress is a text that says where it is wrong, and merging keeps the longer") {
  Progress all;
  all.add("Ada", {Deed::Kind::page, "a", "", 1, ""});
  all.add("ada", {Deed::Kind::answer, "a", "x", 0, "1 = 2\n"});
  all.add("", {Deed::Kind::steps, "a", "x", 3, ""});
  CHECK(all.to_text() == "headwise-progress 1\nstudent ada\npage a 1\nanswer a x 0 1 = 2 \nstudent \nsteps a x 3\n");
  CHECK(Progress::parse(all.to_text()).to_text() == all.to_text());
  Progress longer;
  longer.add("ada", {Deed::Kind::page, "b", "", 1, ""});
  longer.add("ada", {Deed::Kind::page, "a", "", 1, ""});
  longer.merge(all);
  CHECK(longer.of("ADA").size() == 3);
  CHECK(longer.of("").size() == 1);
  for (const auto& mistake : {std::pair("", "line 1"), {"headwise-progress 2\n", "line 1"}, {"headwise-progress 1\nhello a 1\n", "line 2: 'hello'"},
                                   {"headwise-progress 1\n\npage a x\n", "line 3"}, {"headwise-progress 1\nanswer a 1\n", "line 2"},
                                   {"headwise-progress 1\npage ../a 1\n", "line 2: a lesson's name"}, {"headwise-progress 1\npage a 99999999\n", "line 2"}}) {
    CAPTURE(mistake.first);
    try {
      Progress::parse(mistake.first);
      FAIL_CHECK("read");
    } catch (const Error& error) {
      CHECK_MESSAGE(contains(error.what(), mistake.second), error.what());
    }
  }
}

TEST_CASE("An exercise in HTML has a field, what is said of it, and nothing unescaped") {
  const std::string html = html_of(with_exercise("kind: number\nunit: <b>\nask: **Which** <i>?\nanswer: 3\nhint: x\n"));
  CHECK(contains(html, "<section class=\"exercise\" id=\"exercise-one\""));
  CHECK(contains(html, "data-command=\"answer one \""));
  CHECK(contains(html, "<label for=\"answer-one\">Whole number</label>"));
  CHECK(contains(html, "&lt;b&gt;"));
  CHECK(contains(html, "<strong>Which</strong> &lt;i&gt;"));
  CHECK(contains(html_of(with_exercise("kind: choose\nask: ?\nright: `A` => yes\nwrong: B => no\n")), "<code>A</code></label>"));
  CHECK(contains(html_of(with_exercise("kind: order\nask: ?\nitems: a | b | c\n")), "data-command=\"arrange one "));
  CHECK(contains(html_of(with_exercise("kind: find\nask: ?\nanswer: x 0, 0, 0\n")), "data-command=\"check one\""));
}

TEST_CASE("A result code survives mail, and tells when something is lost or changed") {
  const Result result{"t", "ada & bob", "2026-11-22", 1.5, 2, {{Deed::Kind::page, "t", "", 1, ""}, {Deed::Kind::answer, "t", "one", 0, "1,5 = \u03c0"}}};
  const std::string code = result_code(result);
  CHECK(code.find_first_of(" \n") == code.npos);
  const Result read = parse_result_code(code);
  CHECK(read.student == result.student);
  CHECK(read.points == 1.5);
  CHECK(read.exercises == 2);
  CHECK(read.deeds == result.deeds);
  std::string mailed = code;
  for (std::size_t at = 70; at < mailed.size(); at += 71) mailed.insert(at, "\r\n ");
  const std::vector<std::string> found = find_result_codes("Dear teacher,\nmine: " + mailed + " Best, A.\n" + code + "\n" + code.substr(0, 40));
  REQUIRE(found.size() == 3);
  CHECK(found[0] == code);
  CHECK(found[1] == code);
  CHECK_THROWS_AS(parse_result_code(found[2]), Error);
  for (std::size_t at = 20; at < code.size(); at += 3) {
    std::string changed = code;
    changed[at] = changed[at] == 'a' ? 'b' : 'a';
    CHECK_THROWS_AS(parse_result_code(changed), Error);
  }
}
