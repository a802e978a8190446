#pragma once
#include <imgui.h>

#include <string_view>
#include <vector>

#include "engine/lesson/prose.hpp"
#include "ui/widgets/markdown.hpp"

namespace headwise {

/// A stretch of one span on one line; `x` from the left edge of the text.
struct TextRun {
  const prose::Span* span = nullptr;
  std::string_view text;
  float x = 0;
  float width = 0;
};

struct Line {
  std::vector<TextRun> runs;
  float width = 0;
};

/// Breaks spans into lines no wider than `width`, between words; a word that is wider alone is
/// broken anywhere. Parts of a word in different styles stay together. All of it is set in bold
/// where `strong`.
std::vector<Line> flow(const prose::Spans& spans, const MarkdownFonts& fonts, float size,
                       float width, bool strong = false);

ImFont* font_of(const prose::Span& span, const MarkdownFonts& fonts, bool strong);

}  // namespace headwise
