#include "ui/widgets/markdown.hpp"

#include <doctest/doctest.h>

#include <map>

#include "app/headless.hpp"
#include "ui/widgets/flow.hpp"

using namespace headwise;

namespace {

/// A window full of formatted text, parsed anew in every frame as a lesson's page is.
struct Page {
  HeadlessWindow window;
  MarkdownFonts fonts;
  std::map<std::string, std::vector<std::pair<ImVec2, ImVec2>>> links;
  std::optional<std::string> clicked;
  float height = 0;

  explicit Page(float width) : window(width, 600) {
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
    Page page(500);
    page.click(text, link, 0);
    CHECK(page.clicked == command);
  }
}

TEST_CASE("a wrapped link can be clicked on each of its lines") {
  const std::string text =
      "Some words before [a link of many words that goes on and on](sim:seed=1) and after";
  Page page(200);
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
    Page page(width);
    page.show(text);
    return page.height;
  };
  CHECK(height(600) > 100);
  CHECK(height(150) > height(600) * 1.3F);
  CHECK(height(20) > 0);
}

TEST_CASE("lines break between words, within the width, and lose nothing") {
  Page page(300);
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
