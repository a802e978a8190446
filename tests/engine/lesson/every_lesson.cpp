// Every lesson that is shipped: read, checked, opened page by page, each of its links followed.
#include <algorithm>
#include <cstdlib>

#include "engine/lesson/html.hpp"
#include "engine/tensor/print.hpp"
#include "support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

// Each exercise is drawn and marked for so many; sanitizers make that slow.
const int students = std::getenv("HEADWISE_FULL") ? 100 : 10;

}  // namespace

TEST_CASE("every_lesson can be read and has nothing that check finds") {
  std::size_t exercises = 0;
  CHECK(!every_lesson().all().empty());
  for (const Lesson& lesson : every_lesson().all()) {
    CAPTURE(lesson.file);
    for (const std::string& problem : check(lesson, every_lesson(), students)) FAIL_CHECK(problem);
    CHECK(lesson.exercises.size() >= 2);
    exercises += lesson.exercises.size();
    CHECK(lesson.minutes <= 10);
    CHECK(lesson.pages.size() >= 3);
    CHECK(lesson.pages.size() <= 8);
  }
  CHECK(exercises >= 50);
}

TEST_CASE("every_lesson opens page by page, computes its numbers and follows its links") {
  for (const Lesson& lesson : every_lesson().all()) {
    Session session;
    Course course(every_lesson());
    course.perform(session, "set lesson=" + lesson.name);
    for (std::size_t p = 0; p < lesson.pages.size(); ++p) {
      CAPTURE(lesson.file);
      CAPTURE(p);
      CHECK(session.problem() == "");
      const auto open = course.open(session);
      REQUIRE(open);
      REQUIRE(open->page == p);
      const std::string html = to_html(*open);
      CHECK_FALSE(contains(html, "{{"));
      CHECK_FALSE(contains(html, "\u2013"));
      prose::for_each_span(open->blocks, [&](const prose::Span& span) {
        if (!span.link.starts_with("sim:")) return;
        CAPTURE(span.link);
        Session copy = session;
        perform(copy, every_lesson(), "change " + span.link.substr(4));
        CHECK(copy.problem() == "");
      });
      course.perform(session, open->next.empty() ? open->close : open->next);
    }
    CHECK_FALSE(course.open(session));
  }
}

TEST_CASE("every_lesson asks first, and ends with what one can do now and its sources") {
  for (const Lesson& lesson : every_lesson().all()) {
    CAPTURE(lesson.file);
    const prose::Block& first = lesson.pages.front().blocks.at(0);
    CHECK((lesson.title + prose::plain_text(first.spans)).find('?') != std::string::npos);
    std::string last;
    prose::for_each_span(lesson.pages.back().blocks,
                         [&](const prose::Span& span) { last += span.text; });
    CHECK(contains(last, "You can now"));
    CHECK(contains(last, "Source"));
  }
}

TEST_CASE("The first lesson's words are true of the numbers it shows") {
  Session session;
  perform(session, every_lesson(), "set lesson=01-one-attention");
  REQUIRE(session.problem() == "");
  const auto row = [&](const std::string& id, Region region) {
    return session.trace().read(*session.graph().find(id), region);
  };
  const Region second{{0, 1}, {0, 1}, {1, 2}, {0, 8}};
  const std::vector<float> scores = row("scores", second);
  const std::vector<float> scaled = row("scaled_scores", second);
  const std::vector<float> shares = row("attn_weights", second);
  const std::vector<float> values = row("v_heads", {{0, 1}, {0, 1}, {0, 8}, {0, 1}});
  REQUIRE(shares.size() == 8);

  // "A share is never negative, even where the score is": the row has such scores.
  CHECK(*std::min_element(scores.begin(), scores.end()) < 0);
  CHECK(*std::min_element(shares.begin(), shares.end()) > 0);
  for (std::size_t i = 0; i < 8; ++i) {
    CHECK(scaled[i] == doctest::Approx(scores[i] / 2));
    for (std::size_t j = 0; j < 8; ++j) CHECK((scores[i] > scores[j]) == (shares[i] > shares[j]));
  }
  // What a reader with a calculator finds: the rounded numbers of the tables give the rounded
  // results.
  const auto shown = [](float value) {
    return std::strtod(print_number(static_cast<double>(value)).c_str(), nullptr);
  };
  double total = 0;
  double result = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    total += shown(shares[i]);
    result += shown(shares[i]) * shown(values[i]);
  }
  CHECK(total == doctest::Approx(1).epsilon(0.004));
  CHECK(result == doctest::Approx(shown(row("head_outputs", {{0, 1}, {0, 1}, {1, 2}, {0, 1}})[0]))
                      .epsilon(0.005));

  // "The shares change" under other weights.
  const std::vector<float> before = shares;
  perform(session, every_lesson(), "change seed=2");
  const std::vector<float> after = row("attn_weights", second);
  for (std::size_t i = 0; i < 8; ++i) CHECK(print_number(before[i]) != print_number(after[i]));
}
