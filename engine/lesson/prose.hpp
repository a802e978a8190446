#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// Formatted text as a list of blocks: Markdown is parsed once, and every renderer draws these.
namespace headwise::prose {

/// A run of text in one style.
struct Span {
  enum class Kind { text, line_break, placeholder };
  Kind kind = Kind::text;
  std::string text;  // of a placeholder: what stands between {{ and }}
  bool strong = false;
  bool emphasis = false;
  bool code = false;
  std::string link;     // `sim:...`, `https://...`, or nothing
  std::string refused;  // where a link or picture led that is not followed
  std::size_t line = 0;
};
using Spans = std::vector<Span>;

enum class Align { left, center, right };

struct Block {
  enum class Kind { heading, paragraph, list, item, quote, code, table, rule, insert };
  Kind kind = Kind::paragraph;
  std::size_t line = 0;
  Spans spans;                           // heading, paragraph
  int level = 0;                         // heading: 1 to 6
  std::string text;                      // code: every line with its line end; insert: what stands here, by name
  std::string language;                  // code: what stands after the fence
  std::vector<Block> children;           // list (of items), item, quote
  bool ordered = false;                  // list
  unsigned start = 1;                    // list: the first number
  std::vector<Align> columns;            // table
  std::vector<std::vector<Spans>> rows;  // table: the first is its header
};

/// Markdown with tables. Raw HTML is text, pictures are their description, and a link that does not
/// start with `sim:` or `https://` is text too. `{{...}}` outside code is a placeholder. `file` and
/// the number of the first line are for errors: text that is nested too deep is one.
std::vector<Block> parse(const std::string& file, std::string_view markdown,
                         std::size_t first_line = 1);

/// Shows every span to `look`, or passes every run of spans through `change`.
void for_each_span(const std::vector<Block>& blocks, const std::function<void(const Span&)>& look);
void change_spans(std::vector<Block>& blocks, const std::function<void(Spans&)>& change);

/// The text alone.
std::string plain_text(const Spans& spans);

/// Makes spans of their own of every `{{...}}` in text that is not code.
void cut_placeholders(Spans& spans);
/// What becomes of a placeholder.
using Fill = std::function<std::string(std::string_view)>;
/// Every placeholder replaced by text.
void fill_placeholders(std::vector<Block>& blocks, const Fill& fill);

}  // namespace headwise::prose
