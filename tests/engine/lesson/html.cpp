#include "engine/lesson/html.hpp"

#include "support.hpp"

using namespace headwise;
using namespace headwise::test;

TEST_CASE("A page becomes HTML with its blocks") {
  const std::string html = html_of(
      "## Part\n\na *b* **c** ***d*** `e<f`  \ng\n\n- h\n\n  i\n- j\n  1. k\n\n3. l\n\n> "
      "m\n\n---\n\n```\nn & o\n```\n\n"
      "| | q |\n|---|--:|\n| r | s |\n");
  for (const char* part :
       {"<h3>Part</h3>",
        "a <em>b</em> <strong>c</strong> <strong><em>d</em></strong> <code>e&lt;f</code><br>g</p>",
        "<ul><li>h<p>i</p>\n</li>\n<li>j<ol><li>k</li>\n</ol>\n</li>\n</ul>",
        "<ol start=\"3\"><li>l</li>", "<blockquote><p>m</p>", "<hr>",
        "<pre class=\"lesson-code\"><code>n &amp; o\n</code></pre>",
        "<td></td><th scope=\"col\" class=\"lesson-right\">q</th>",
        "<td>r</td><td class=\"lesson-right\">s</td>", "<p class=\"lesson-name\">T</p>",
        ">Page</h2>", "Page 1 of 1", "data-command=\"set lesson=\""}) {
    CAPTURE(part);
    CAPTURE(html);
    CHECK(contains(html, part));
  }
  CHECK_FALSE(contains(html, "set page=2"));
}

TEST_CASE("Links carry their command, and an address that opens the same view") {
  const std::string html =
      html_of("[a *b*](sim:stage=scores&cell=1,2&tokens=x%20y%20%22z) [c](https://x.org/?a&b)\n");
  CHECK(contains(html,
                 "data-command=\"change stage=scores&amp;cell=1,2&amp;tokens=x%20y%20%22z\">a "
                 "<em>b</em></a> "));
  CHECK(contains(
      html, "href=\"#v=1&amp;tokens=x%20y%20%22z&amp;stage=scores&amp;cell=1,2&amp;lesson=t\""));
  CHECK(contains(html,
                 "<a class=\"lesson-web\" rel=\"noopener noreferrer\" target=\"_blank\" "
                 "href=\"https://x.org/?a&amp;b\">c</a>"));
  CHECK(contains(html_of("[a](sim:page=1)\n"),
                 "href=\"#v=1&amp;lesson=t\" data-command=\"change page=1\""));
}

TEST_CASE("Everything in the HTML is escaped") {
  CHECK(escape_html("<a href=\"x\" title='y'>&") ==
        "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;");
  Lesson lesson = parse_lesson(
      "t.md",
      "---\ntitle: <b>\"T\"\nsummary: S\nminutes: 5\n---\n# <i>'P'</i>\n"
      "<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n`<u>` **<s>**\n\n"
      "```html\n</code></pre><script>\n```\n\n| <td> |\n|---|\n| </table> |\n\n"
      "[<a>](https://x.org/\"onmouseover=alert(1))\n\n<!-- c -->\n\n<style>x</style>\n");
  const std::string html = html_of(lesson);
  CAPTURE(html);
  for (const char* part :
       {"<script", "<img", "<b>", "<i>", "<u>", "<s>", "<!--", "<style", "\"onmouse", "<td> "}) {
    CAPTURE(part);
    CHECK_FALSE(contains(html, part));
  }
  CHECK(contains(html, "&lt;script&gt;alert(1)&lt;/script&gt;"));
  CHECK_FALSE(contains(html, " style="));
  CHECK_FALSE(contains(html, " onerror=alert(1)>"));
}
