#include "engine/lesson/prose.hpp"
#include "support.hpp"

namespace prose = headwise::prose;
using namespace headwise::test;
using headwise::prose::Block;
using headwise::prose::Span;
using Kind = headwise::prose::Block::Kind;

namespace {

std::vector<Block> parsed(const std::string& text) { return prose::parse("t.md", text); }

}  // namespace

TEST_CASE("Markdown becomes a list of blocks") {
  const auto blocks = parsed(
      "## Two\n\nOne *two* **three** ***four*** `five`  \nsix\nseven\n\n> "
      "quoted\n\n---\n\n```text\na < b\n\n  c\n```\n");
  REQUIRE(blocks.size() == 5);
  CHECK(blocks[0].kind == Kind::heading);
  CHECK(blocks[0].level == 2);
  CHECK(prose::plain_text(blocks[0].spans) == "Two");

  const prose::Spans& spans = blocks[1].spans;
  REQUIRE(spans.size() == 10);
  CHECK(spans[1].emphasis);
  CHECK_FALSE(spans[1].strong);
  CHECK(spans[3].strong);
  CHECK((spans[5].strong && spans[5].emphasis));
  CHECK((spans[7].code && spans[7].text == "five"));
  CHECK(spans[8].kind == Span::Kind::line_break);
  CHECK(spans[9].text == "six seven");
  CHECK(prose::plain_text(spans) == "One two three four five six seven");

  REQUIRE(blocks[2].kind == Kind::quote);
  REQUIRE(blocks[2].children.size() == 1);
  CHECK(prose::plain_text(blocks[2].children[0].spans) == "quoted");
  CHECK(blocks[3].kind == Kind::rule);
  CHECK(blocks[4].kind == Kind::code);
  CHECK(blocks[4].language == "text");
  CHECK(blocks[4].text == "a < b\n\n  c\n");
}

TEST_CASE("Markdown lists nest, tight and loose") {
  const auto blocks = parsed("- a\n  - b\n    1. c\n    2. d\n- e\n");
  REQUIRE(blocks.size() == 1);
  const Block& list = blocks[0];
  CHECK((list.kind == Kind::list && !list.ordered));
  REQUIRE(list.children.size() == 2);
  const Block& first = list.children[0];
  REQUIRE(first.children.size() == 2);
  CHECK(first.children[0].kind == Kind::paragraph);
  const Block& inner = first.children[1].children.at(0).children.at(1);
  CHECK(inner.ordered);
  CHECK(inner.start == 1);
  CHECK(prose::plain_text(inner.children.at(1).children.at(0).spans) == "d");

  CHECK(parsed("3. c\n4. d\n").at(0).start == 3);

  const auto loose = parsed("1. a\n\n   b\n\n2. c\n");
  REQUIRE(loose.size() == 1);
  REQUIRE(loose[0].children.at(0).children.size() == 2);
  CHECK(prose::plain_text(loose[0].children[0].children[1].spans) == "b");
}

TEST_CASE("Markdown tables have columns, rows and alignment") {
  const auto blocks = parsed("| a | b | c |\n|:-:|--:|---|\n| 1 | **2** | |\n| {{x}} |\n");
  REQUIRE(blocks.size() == 1);
  const Block& table = blocks[0];
  REQUIRE(table.kind == Kind::table);
  REQUIRE(table.columns.size() == 3);
  CHECK(table.columns[0] == prose::Align::center);
  CHECK(table.columns[1] == prose::Align::right);
  CHECK(table.columns[2] == prose::Align::left);
  REQUIRE(table.rows.size() == 3);
  CHECK(prose::plain_text(table.rows[0][2]) == "c");
  CHECK(table.rows[1][1].at(0).strong);
  CHECK(table.rows[1][2].empty());
  CHECK(table.rows[2][0].at(0).kind == Span::Kind::placeholder);
}

TEST_CASE("Placeholders stand in text, not in code") {
  const prose::Spans spans =
      parsed("a {{value q_heads 0,0,1,0}}, **{{token 1}}** `{{x}}` {{ {{y}} }} {{").at(0).spans;
  std::vector<std::string> found;
  for (const Span& span : spans) {
    if (span.kind == Span::Kind::placeholder) found.push_back(span.text);
  }
  REQUIRE(found.size() == 3);
  CHECK(found[0] == "value q_heads 0,0,1,0");
  CHECK(found[1] == "token 1");
  CHECK(spans.at(0).text == "a ");
  CHECK(spans.at(3).strong);

  auto blocks = parsed("**{{a}}** and {{b}}");
  prose::fill_placeholders(blocks,
                           [](std::string_view name) { return "<" + std::string(name) + ">"; });
  CHECK(prose::plain_text(blocks[0].spans) == "<a> and <b>");
  CHECK(blocks[0].spans[0].strong);
}

TEST_CASE("Links lead to the simulator or to https, nowhere else") {
  const prose::Spans spans =
      parsed("[a *b*](sim:stage=q&cell=1,0) [c](https://x.org/?a=1&b=2 \"title\")").at(0).spans;
  REQUIRE(spans.size() == 4);
  CHECK(spans[0].link == "sim:stage=q&cell=1,0");
  CHECK(spans[1].link == spans[0].link);
  CHECK(spans[2].link == "");
  CHECK(spans[3].link == "https://x.org/?a=1&b=2");

  for (const char* target :
       {"javascript:alert(1)", "JaVaScRiPt:alert(1)", "javascript&#58;alert(1)",
        "&#106;avascript:alert(1)", "java&#x0A;script:alert(1)", "data:text/html,x", "vbscript:x",
        "file:///etc/passwd", "http://x.org", "//x.org", "/etc", "https:x", "other.md",
        "SIM:stage=q", "mailto:a@b.c", "https&#58;//x"}) {
    CAPTURE(target);
    const auto blocks = parsed("[a **b**](<" + std::string(target) + ">)");
    for (const Span& span : blocks.at(0).spans) {
      const bool decoded = std::string_view(target) == "https&#58;//x";
      CHECK(span.link == (decoded ? "https://x" : ""));
      CHECK(span.refused.empty() == decoded);
    }
  }
  const prose::Spans picture =
      parsed("![a [b](sim:stage=q) ![c](d)](https://x.org/track.png) e").at(0).spans;
  CHECK(prose::plain_text(picture) == "a b c e");
  for (const Span& span : picture) CHECK(span.refused.empty() == (span.text == " e"));
  const prose::Spans automatic = parsed("<javascript:alert(1)> <https://x.org>").at(0).spans;
  CHECK(automatic.at(0).link == "");
  CHECK(automatic.back().link == "https://x.org");
}

TEST_CASE("Entities are characters or text, never markup") {
  CHECK(
      prose::plain_text(parsed("&lt;b&gt; &amp;amp; &quot;&apos; &#65;&#x263A; &copy;")[0].spans) ==
      "<b> &amp; \"' A\u263a &copy;");
  CHECK(prose::plain_text(parsed("&#0;&#xD800;&#1114112;&#7;&#99999999;")[0].spans) ==
        "\ufffd\ufffd\ufffd\ufffd&#99999999;");
}

TEST_CASE("Spans and blocks know their line") {
  const auto blocks = prose::parse(
      "t.md", "a\nb *c*\n\n- d\n- [e](sim:stage=q)\n\n```\nx\n```\n\n| a |\n|---|\n| b |\n", 10);
  REQUIRE(blocks.size() == 4);
  CHECK(blocks[0].line == 10);
  CHECK(blocks[0].spans[1].line == 11);
  CHECK(blocks[1].children[1].children[0].spans[0].line == 14);
  CHECK(blocks[2].line == 17);
  CHECK(blocks[3].rows[1][0][0].line == 22);
}
