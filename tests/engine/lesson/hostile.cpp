// Text from anyone: whatever a lesson's file holds, it is read or refused soon, and acts on
// nothing.
#include <algorithm>
#include <ctime>
#include <iterator>

#include "support.hpp"
#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

// Bytes, just below what is allowed; less where there is no time for the whole.
const std::size_t budget = static_cast<std::size_t>(samples(60'000, 1'000'000));

std::string filled(std::string_view pattern) { return repeated(pattern, budget / pattern.size()); }

std::string numbered(const char* before, const char* after) {
  std::string all;
  for (int i = 0; all.size() < budget; ++i) all += before + std::to_string(i) + after;
  return all;
}

}  // namespace

TEST_CASE("Pathological Markdown is read or refused in seconds") {
  struct Case {
    std::string name;
    std::string body;
  };
  const Case cases[] = {
      {"nested strong", repeated("*a **a ", budget / 14) + "b" + repeated(" a** a*", budget / 14)},
      {"emphasis closers", filled("a_ ")},
      {"emphasis openers", filled("_a ")},
      {"mismatched openers and closers", filled("*a_ ")},
      {"openers and closers, multiples of 3", "a**b" + filled("c* ")},
      {"delimiter runs", numbered("*", " _a ")},
      {"link closers", filled("a]")},
      {"link openers", filled("[a")},
      {"link with nested brackets", filled("[") + "a"},
      {"brackets around", repeated("[", budget / 2) + "a" + repeated("]", budget / 2)},
      {"link and picture openers", filled("![")},
      {"links without end", filled("[a](")},
      {"angled links without end", filled("[a](<b")},
      {"pattern [ (](", filled("[ (](")},
      {"pattern ![[]()", filled("![[]()")},
      {"nested quotes", filled("> ") + "a"},
      {"nested lists", filled("- ") + "a"},
      {"deep list",
       [] {
         std::string all;
         for (int i = 0; i < 1000; ++i)
           all += repeated("  ", static_cast<std::size_t>(i)) + "* a\n";
         return all;
       }()},
      {"quotes and lists", filled("> 1. ")},
      {"backticks",
       [] {
         std::string all;
         for (std::size_t i = 1; i < 1300; ++i) all += "e" + repeated("`", i);
         return all;
       }()},
      {"open code spans", filled("a` ``")},
      {"entities", filled("&#x1F600;")},
      {"unfinished entities", filled("&")},
      {"HTML openers", filled("<a")},
      {"comments", filled("<!--a")},
      {"declarations", filled("<? <!A <![CDATA[")},
      {"autolinks", filled("<https://a")},
      {"backslashes", filled("\\")},
      {"tables", filled("|x|\n|-|\n")},
      {"wide table",
       repeated("|x", budget / 6) + "\n" + repeated("|-", budget / 6) + "\n" + repeated("|x", budget / 6)},
      {"long table", "|a|b|\n|-|-|\n" + filled("|x|y|\n")},
      {"table rows without cells",
       repeated("|x", 100) + "\n" + repeated("|-", 100) + "\n" + repeated("|\n", budget / 3)},
      {"reference definitions", numbered("[", "]: sim:stage=q\n")},
      {"one definition, many uses",
       "[a]: https://" + repeated("x", budget / 10) + "\n\n" + repeated("[a] ", budget / 5)},
      {"a long link around many spans",
       "[" + repeated("*a* b ", budget / 12) + "](https://" + repeated("x", budget / 2) + ")"},
      {"fences", filled("```\n")},
      {"tildes", filled("~")},
      {"headings", filled("## a\n")},
      {"line ends", filled("\n")},
      {"spaces", filled(" ")},
      {"one long word", filled("a")},
      {"placeholder openers", filled("{{")},
      {"placeholders", filled("{{value x 0,0,0}} ")},
      {"sim links", filled("[a](sim:stage=q&cell=1,0) ")},
      {"long sim link", "[a](sim:" + repeated("stage=q&", budget / 10) + ")"},
      {"many keys", "[a](sim:" + numbered("k", "=1&") + ")"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const std::string text = header + "# Page\n" + c.body + "\n";
    const std::clock_t start = std::clock();
    const std::string said = complaint("t.md", text);
    const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    CAPTURE(said);
    CHECK(seconds < 60);  // a guard against hanging; a quadratic reader would take hours
    if (!said.empty()) CHECK(said.starts_with("t.md:"));
  }
}

TEST_CASE("More text, pages or depth than is allowed is refused in words") {
  CHECK(contains(complaint("t.md", header + "# P\n" + repeated("a", 1 << 20)),
                 "a lesson has at most 1,048,576"));
  CHECK(contains(complaint("t.md", header + repeated("# P\n", 1001)),
                 "t.md:1006: more than 1000 pages"));
  CHECK(contains(complaint("t.md", header + "# P\n" + repeated("> ", 30) + "a\n"),
                 "t.md:7: lists and quotes are nested"));
  CHECK(complaint("t.md", header + "# P\n" + repeated("> ", 24) + "a\n") == "");
}

TEST_CASE("A hostile lesson's HTML has no element or attribute but ours") {
  const std::string html = html_of(
      "<script>x</script> [a](javascript:x) <iframe src=y> [b](https://x.org/'\"<>) "
      "[c](sim:tokens=%22%3E%3Cscript%3E)\n\n"
      "&lt;script&gt; &#60;img src=x onerror=y&#62; {{\"><script>}} ![\"><script>](x)\n\n"
      "[d]: javascript:x\n\n[d] [e][d] <javascript:x> <a href=\"javascript:x\">f</a>\n\n"
      "```\"><script>\ng\n```\n");
  CAPTURE(html);
  static constexpr std::string_view tags[] = {"article", "header", "p",      "h2", "h3",
                                              "div",     "nav",    "button", "a",  "pre",
                                              "code",    "em",     "strong"};
  for (std::size_t at = 0; (at = html.find('<', at)) != html.npos; ++at) {
    std::string_view tag = std::string_view(html).substr(at + (html[at + 1] == '/' ? 2 : 1));
    tag = tag.substr(0, tag.find_first_of(" >"));
    CAPTURE(tag);
    CHECK(std::find(std::begin(tags), std::end(tags), tag) != std::end(tags));
  }
  CHECK_FALSE(contains(html, "href=\"javascript"));
  CHECK_FALSE(contains(html, "href=\"x"));
}
