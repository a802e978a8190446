#include "engine/lesson/html.hpp"

#include <algorithm>
#include <utility>

#include "engine/tensor/error.hpp"

namespace headwise {

namespace {

/// A page's own headings start at 2, as does the title that stands above them.
constexpr int levels_above = 1;

class Writer {
 public:
  explicit Writer(const OpenPage& page) : page_(page) {}

  std::string write(const Prose& prose) {
    blocks(prose);
    return std::move(out_);
  }

  std::string write() {
    const Lesson& lesson = *page_.lesson;
    out_ =
        "<article class=\"lesson\" aria-labelledby=\"lesson-title\">\n<header "
        "class=\"lesson-header\">\n";
    element("p", "lesson-name", lesson.title);
    out_ += "<h2 class=\"lesson-title\" id=\"lesson-title\" tabindex=\"-1\">" +
            escape_html(page_.title()) + "</h2>\n";
    element("p", "lesson-place",
            page_.place() + ", about " + std::to_string(lesson.minutes) + " minutes to read");
    if (const std::string score = page_.score_text(); !score.empty()) element("p", "lesson-score", score);
    out_ += "</header>\n<div class=\"lesson-body\">\n";
    if (!page_.exercises.empty()) student();
    blocks(page_.blocks);
    out_ += "</div>\n<nav class=\"lesson-nav\" aria-label=\"Lesson\">\n";
    button("previous", "Previous page", page_.previous);
    button("next", "Next page", page_.next);
    button("restart", "Start of page", page_.restart);
    button("close", "Close lesson", page_.close);
    out_ += "</nav>\n";
    progress();
    out_ += "</article>\n";
    return std::move(out_);
  }

 private:
  void element(const std::string& tag, const std::string& name, std::string_view text) {
    out_ += "<" + tag + " class=\"" + name + "\">" + escape_html(text) + "</" + tag + ">\n";
  }

  void progress() {
    if (page_.score.exercises == 0) return;
    out_ += "<details class=\"lesson-progress\" id=\"lesson-progress\"><summary>" + escape_html(page_.progress_text()) + "</summary><div>\n";
    button("hand-in", "Copy result code", "hand in");
    button("save", "Save progress", "save progress");
    button("open", "Open progress or a lesson", "open file");
    button("forget", "Forget progress", page_.forget);
    button("bring-back", "Bring it back", page_.bring_back);
    out_ += "</div></details>\n";
  }

  void student() {
    out_ += "<form class=\"lesson-student\" data-command=\"set student=\"><label for=\"student\">Your name or number</label>"
            "<input id=\"student\" name=\"answer\" type=\"text\" maxlength=\"80\" autocomplete=\"off\" value=\"" +
            escape_html(page_.student) + "\"><button type=\"submit\">Set</button></form>\n";
  }

  void button(const std::string& name, const std::string& label, const std::string& command) {
    if (command.empty()) return;
    out_ += "<button type=\"button\" class=\"lesson-" + name + "\" data-command=\"" +
            escape_html(command) + "\">" + escape_html(label) + "</button>\n";
  }

  void blocks(const std::vector<prose::Block>& all) {
    for (const prose::Block& block : all) add(block);
  }

  void add(const prose::Block& block) {
    using Kind = prose::Block::Kind;
    switch (block.kind) {
      case Kind::heading: {
        const std::string tag = "h" + std::to_string(std::clamp(block.level + levels_above, 3, 6));
        wrap(tag, "", [&] { spans(block.spans); });
        break;
      }
      case Kind::paragraph:
        wrap("p", "", [&] { spans(block.spans); });
        break;
      case Kind::list: {
        const bool numbered = block.ordered && block.start != 1;
        wrap(block.ordered ? "ol" : "ul",
             numbered ? " start=\"" + std::to_string(block.start) + "\"" : "",
             [&] { blocks(block.children); });
        break;
      }
      case Kind::item:
        item(block);
        break;
      case Kind::quote:
        wrap("blockquote", "", [&] { blocks(block.children); });
        break;
      case Kind::code:
        out_ += "<pre class=\"lesson-code\"><code>" + escape_html(block.text) + "</code></pre>\n";
        break;
      case Kind::table:
        table(block);
        break;
      case Kind::rule:
        out_ += "<hr>\n";
        break;
      case Kind::insert:
        if (const OpenExercise* exercise = page_.find(block.text)) {
          out_ += exercise_html(*exercise, [this](const Prose& prose) { return Writer(page_).write(prose); });
        }
        break;
    }
  }

  template <typename Inside>
  void wrap(const std::string& tag, const std::string& attributes, Inside inside) {
    out_ += "<" + tag + attributes + ">";
    inside();
    out_ += "</" + tag + ">\n";
  }

  /// An item that is one line of text has no paragraph.
  void item(const prose::Block& block) {
    wrap("li", "", [&] {
      const bool starts_with_text =
          !block.children.empty() && block.children[0].kind == prose::Block::Kind::paragraph;
      if (starts_with_text) spans(block.children[0].spans);
      for (std::size_t i = starts_with_text ? 1 : 0; i < block.children.size(); ++i)
        add(block.children[i]);
    });
  }

  void table(const prose::Block& block) {
    out_ += "<div class=\"table\"><table class=\"lesson-table\">\n";
    for (std::size_t r = 0; r < block.rows.size(); ++r) {
      out_ += "<tr>";
      for (std::size_t c = 0; c < block.rows[r].size(); ++c) {
        const prose::Align align = c < block.columns.size() ? block.columns[c] : prose::Align::left;
        const bool header = r == 0 && !block.rows[r][c].empty();
        out_ += header ? "<th scope=\"col\"" : "<td";
        if (align == prose::Align::right) out_ += " class=\"lesson-right\"";
        if (align == prose::Align::center) out_ += " class=\"lesson-center\"";
        out_ += ">";
        spans(block.rows[r][c]);
        out_ += header ? "</th>" : "</td>";
      }
      out_ += "</tr>\n";
    }
    out_ += "</table></div>\n";
  }

  void spans(const prose::Spans& all) {
    std::string link;
    for (const prose::Span& span : all) {
      if (span.link != link) {
        if (!link.empty()) out_ += "</a>";
        link = span.link;
        if (!link.empty()) open_link(link);
      }
      if (span.kind == prose::Span::Kind::line_break) {
        out_ += "<br>";
        continue;
      }
      if (span.strong) out_ += "<strong>";
      if (span.emphasis) out_ += "<em>";
      if (span.code) out_ += "<code>";
      out_ += escape_html(span.text);
      if (span.code) out_ += "</code>";
      if (span.emphasis) out_ += "</em>";
      if (span.strong) out_ += "</strong>";
    }
    if (!link.empty()) out_ += "</a>";
  }

  void open_link(const std::string& target) {
    if (target.starts_with("sim:")) {
      const std::string query = target.substr(4);
      out_ += "<a class=\"lesson-sim\" href=\"" + escape_html(address(query)) +
              "\" data-command=\"" + escape_html("change " + query) + "\">";
    } else {
      out_ += "<a class=\"lesson-web\" rel=\"noopener noreferrer\" target=\"_blank\" href=\"" +
              escape_html(target) + "\">";
    }
  }

  /// The hash that opens the same view elsewhere: the page as it opened, with the link followed.
  std::string address(const std::string& query) const {
    const Assignments link = parse_query(query);
    Assignments all{{"lesson", page_.lesson->name}};
    if (!has_key(link, "lesson") && !has_key(link, "page"))
      all = opening(*page_.lesson, page_.page);
    std::erase_if(all, [&](const auto& a) {
      return has_key(link, a.first) || (a.first == "cell" && has_key(link, "stage"));
    });
    all.insert(all.end(), link.begin(), link.end());
    return "#" + to_hash(headwise::apply(Settings(state_keys()), all));
  }

  const OpenPage& page_;
  std::string out_;
};

}  // namespace

std::string to_html(const OpenPage& page) { return Writer(page).write(); }

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace headwise
