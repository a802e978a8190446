#include "ui/widgets/markdown.hpp"

#include <doctest/doctest.h>

#include <map>

#include "app/headless.hpp"
#include "app/lessons.hpp"
#include "engine/lesson/course.hpp"
#include "ui/widgets/flow.hpp"
#include "tests/ui/screen.hpp"
#include "ui/widgets/table_layout.hpp"

using namespace headwise;

namespace {

/// A window full of formatted text, parsed anew in every frame as a lesson's page is.
struct TextPage {
  HeadlessWindow window;
  MarkdownFonts fonts;
  std::map<std::string, std::vector<std::pair<ImVec2, ImVec2>>> links;
  std::optional<std::string> clicked;
  float height = 0;

  explicit TextPage(float width) : window(width, 600) {
    ImFont* font = ImGui::GetIO().Fonts->AddFontDefault();
    fonts = {font, font, font};
  }

  void show(const std::string& text, int frames = 3) {
    window.frames(frames, [&] {
      ImGui::SetNextWindowPos({0, 0});
      ImGui::SetNextWindowSize(ImGui::GetIO().DisplaySize);
      ImGui::Begin("page", nullptr, ImGuiWindowFlags_NoDecoration);
      links.clear();
      const float top = ImGui::GetCursorPosY();
      const auto now = draw_markdown(prose::parse("t.md", text), fonts, IM_COL32(0, 0, 255, 255),
                                     [&](const std::string& link, ImVec2 low, ImVec2 high) {
                                       links[link].emplace_back(low, high);
                                     });
      if (now) clicked = now;
      height = ImGui::GetCursorPosY() - top;
      ImGui::End();
    });
  }

  void click(const std::string& text, const std::string& link, std::size_t part) {
    show(text);
    REQUIRE(links[link].size() > part);
    const auto [low, high] = links[link][part];
    window.click((low.x + high.x) / 2, (low.y + high.y) / 2);
    show(text, 4);
  }
};

}  // namespace

TEST_CASE("a click on a link gives its command or address, wherever the link is") {
  const std::string text =
      "[one](sim:stage=q&cell=1,0) and [two](https://x.org)\n\n- item [three](sim:seed=1)\n\n> "
      "[four](sim:seed=2)\n\n"
      "| a |\n|---|\n| [five](sim:seed=3) |\n| [six](sim:seed=4) |\n";
  const std::pair<const char*, const char*> expected[] = {
      {"sim:stage=q&cell=1,0", "change stage=q&cell=1,0"},
      {"https://x.org", "https://x.org"},
      {"sim:seed=1", "change seed=1"},
      {"sim:seed=2", "change seed=2"},
      {"sim:seed=3", "change seed=3"},
      {"sim:seed=4", "change seed=4"}};
  for (const auto& [link, command] : expected) {
    TextPage page(500);
    page.click(text, link, 0);
    CHECK(page.clicked == command);
  }
}

TEST_CASE("a wrapped link can be clicked on each of its lines") {
  const std::string text =
      "Some words before [a link of many words that goes on and on](sim:seed=1) and after";
  TextPage page(200);
  page.show(text);
  REQUIRE(page.links["sim:seed=1"].size() >= 2);
  for (std::size_t part = 0; part < page.links["sim:seed=1"].size(); ++part) {
    page.clicked.reset();
    page.click(text, "sim:seed=1", part);
    CHECK(page.clicked == "change seed=1");
    const auto [low, high] = page.links["sim:seed=1"][part];
    CHECK(high.x <= 200);
    CHECK(high.x > low.x);
  }
}

TEST_CASE("every kind of block takes room, more of it on a narrow page") {
  const std::string text =
      "## Heading\n\nA paragraph that is long enough to wrap, with `code` and *italics*.\n\n1. "
      "one\n   - two\n\n> three\n\n---\n\n"
      "```\nfour five six seven eight nine ten\n```\n\n| a | b |\n|--:|:-:|\n| 1 | a cell with a "
      "good many words |\n";
  const auto height = [&](float width) {
    TextPage page(width);
    page.show(text);
    return page.height;
  };
  CHECK(height(600) > 100);
  CHECK(height(150) > height(600) * 1.3F);
  CHECK(height(20) > 0);
}

TEST_CASE("lines break between words, within the width, and lose nothing") {
  TextPage page(300);
  const auto blocks = prose::parse("t.md",
                                   "One **two**, *three*four [five six](sim:seed=1) `se ven`  "
                                   "\neight ninetenelevenninetenelevenninetenelevennine "
                                   "\u00e4\u00f6\u4f60\u597d.");
  page.window.frames(1, [&] {
    for (const float width : {30.0F, 60.0F, 120.0F, 240.0F, 5000.0F}) {
      CAPTURE(width);
      const std::vector<Line> lines = flow(blocks.at(0).spans, page.fonts, 13, width);
      std::string all;
      for (const Line& line : lines) {
        CHECK(line.width <= width);
        float x = 0;
        for (const TextRun& run : line.runs) {
          CHECK(run.x >= x);
          x = run.x + run.width;
          all += run.text;
        }
        CHECK(x <= line.width + 0.01F);
      }
      std::erase(all, ' ');
      CHECK(all ==
            "Onetwo,"
            "threefourfivesixseveneightninetenelevenninetenelevenninetenelevennine\u00e4\u00f6"
            "\u4f60\u597d.");
      if (width > 1000) CHECK(lines.size() == 2);
    }
    // A comma stays with the word before it though its style is another.
    for (const Line& line : flow(blocks.at(0).spans, page.fonts, 13, 60)) {
      if (!line.runs.empty()) CHECK_FALSE(line.runs[0].text.starts_with(","));
    }
  });
}

TEST_CASE("the lessons' tables fit beside the simulator, and no word in them is broken") {
  Screen screen(1280, 720);
  const ImVector<ImFont*>& all_fonts = ImGui::GetIO().Fonts->Fonts;
  const MarkdownFonts fonts{all_fonts[0], all_fonts[1], all_fonts[2]};
  const float size = 15;
  const float padding = ImGui::GetStyle().CellPadding.x;
  int tables = 0;
  int turned = 0;
  const Lessons lessons = all_lessons();
  for (const Lesson& lesson : lessons.all()) {
    Course course(lessons);
    Session session;
    for (std::size_t p = 0; p < lesson.pages.size(); ++p) {
      session.load(lessons.completed({{"lesson", lesson.name}, {"page", std::to_string(p + 1)}}));
      const auto open = course.open(session);
      REQUIRE(open);
      for (const prose::Block& block : open->blocks) {
        if (block.kind != prose::Block::Kind::table) continue;
        for (const float room : {320.0F, 400.0F, 500.0F}) {
          const TableLayout laid = lay_out_table(block, fonts, size, room, padding);
          CAPTURE(lesson.name);
          CAPTURE(p);
          CAPTURE(room);
          CAPTURE(laid.is_turned);
          ++tables;
          turned += laid.is_turned ? 1 : 0;
          float all = 2 * padding * laid.scale * static_cast<float>(laid.widths.size());
          for (const float width : laid.widths) all += width;
          CHECK(all <= room + 1);
          for (std::size_t r = 0; r < laid.rows.size(); ++r) {
            for (std::size_t c = 0; c < laid.rows[r].size(); ++c) {
              for (const Line& line : flow(laid.rows[r][c], fonts, size * laid.scale, laid.widths[c], laid.is_head(r, c))) {
                if (line.runs.empty()) continue;
                const TextRun& first = line.runs[0];
                const char* const start = first.span->text.data();
                const bool starts_word = first.text.data() == start || first.text.data()[-1] == ' ';
                CHECK_MESSAGE(starts_word, std::string(first.text));
              }
            }
          }
        }
      }
    }
  }
  CHECK(tables > 30);
  CHECK(turned > 0);
}
