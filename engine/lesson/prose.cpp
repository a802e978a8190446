#include "engine/lesson/prose.hpp"

#include <algorithm>

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
