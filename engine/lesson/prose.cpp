#include "engine/lesson/prose.hpp"

#include <algorithm>
#include <utility>

namespace headwise::prose {

void for_each_span(const std::vector<Block>& blocks, const std::function<void(const Span&)>& look) {
  for (const Block& block : blocks) {
    for (const Span& span : block.spans) look(span);
    for (const auto& row : block.rows) {
      for (const Spans& cell : row) std::for_each(cell.begin(), cell.end(), look);
    }
    for_each_span(block.children, look);
  }
}

void change_spans(std::vector<Block>& blocks, const std::function<void(Spans&)>& change) {
  for (Block& block : blocks) {
    change(block.spans);
    for (auto& row : block.rows) std::for_each(row.begin(), row.end(), change);
    change_spans(block.children, change);
  }
}

std::string plain_text(const Spans& spans) {
  std::string text;
  for (const Span& span : spans) text += span.kind == Span::Kind::line_break ? " " : span.text;
  return text;
}

void cut_placeholders(Spans& spans) {
  const auto has_any = [](const Span& s) { return !s.code && s.text.find("{{") != s.text.npos; };
  if (std::none_of(spans.begin(), spans.end(), has_any)) return;
  Spans out;
  for (Span& span : spans) {
    if (!has_any(span)) {
      out.push_back(std::move(span));
      continue;
    }
    const std::string text = std::exchange(span.text, {});
    const auto add = [&](Span::Kind kind, std::string_view part) {
      if (part.empty()) return;
      out.push_back(span);
      out.back().kind = kind;
      out.back().text = part;
    };
    std::string_view rest = text;
    while (true) {
      const std::size_t begin = rest.find("{{");
      const std::size_t end = begin == rest.npos ? rest.npos : rest.find("}}", begin + 2);
      if (end == rest.npos) break;
      add(Span::Kind::text, rest.substr(0, begin));
      add(Span::Kind::placeholder, rest.substr(begin + 2, end - begin - 2));
      rest.remove_prefix(end + 2);
    }
    add(Span::Kind::text, rest);
  }
  spans = std::move(out);
}

void fill_placeholders(std::vector<Block>& blocks, const Fill& fill) {
  change_spans(blocks, [&](Spans& spans) {
    for (Span& span : spans) {
      if (span.kind != Span::Kind::placeholder) continue;
      span.text = fill(span.text);
      span.kind = Span::Kind::text;
    }
  });
}

}  // namespace headwise::prose
