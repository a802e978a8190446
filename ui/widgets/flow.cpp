#include "ui/widgets/flow.hpp"

#include <algorithm>
#include <cfloat>

namespace headwise {

namespace {

/// A stretch of text without a space, in one style.
struct Piece {
  const prose::Span* span = nullptr;
  std::string_view text;
  float width = 0;
  float space = 0;  // in front of it; 0 where it belongs to the word before
  bool starts_word = true;
  bool starts_line = false;
};

float width_of(ImFont* font, float size, std::string_view text) {
  return font->CalcTextSizeA(size, FLT_MAX, 0, text.data(), text.data() + text.size()).x;
}

class Flow {
 public:
  Flow(const MarkdownFonts& fonts, float size, float width, bool strong)
      : fonts_(fonts), size_(size), width_(width), strong_(strong), lines_(1) {}

  std::vector<Line> lay_out(const prose::Spans& spans) {
    for (const prose::Span& span : spans) cut(span);
    for (std::size_t begin = 0; begin < pieces_.size();) {
      std::size_t end = begin + 1;
      while (end < pieces_.size() && !pieces_[end].starts_word) ++end;
      add_word(begin, end);
      begin = end;
    }
    return std::move(lines_);
  }

 private:
  void cut(const prose::Span& span) {
    if (span.kind == prose::Span::Kind::line_break) {
      new_line_ = true;
      return;
    }
    ImFont* font = font_of(span, fonts_, strong_);
    const std::string_view text = span.text;
    for (std::size_t at = 0; at < text.size();) {
      if (text[at] == ' ') {
        space_ = std::max(space_, width_of(font, size_, " "));
        ++at;
        continue;
      }
      const std::size_t end = std::min(text.find(' ', at), text.size());
      Piece piece{&span,
                  text.substr(at, end - at),
                  0,
                  space_,
                  space_ > 0 || pieces_.empty() || new_line_,
                  new_line_};
      piece.width = width_of(font, size_, piece.text);
      pieces_.push_back(piece);
      space_ = 0;
      new_line_ = false;
      at = end;
    }
  }

  void add_word(std::size_t begin, std::size_t end) {
    float wide = 0;
    for (std::size_t i = begin; i < end; ++i) wide += pieces_[i].width;
    if (pieces_[begin].starts_line) lines_.emplace_back();
    const bool first = lines_.back().runs.empty();
    if (!first && lines_.back().width + pieces_[begin].space + wide > width_) {
      lines_.emplace_back();
    } else if (!first) {
      lines_.back().width += pieces_[begin].space;
    }
    for (std::size_t i = begin; i < end; ++i) {
      if (lines_.back().width + pieces_[i].width > width_) {
        add_broken(pieces_[i]);
      } else {
        add(*pieces_[i].span, pieces_[i].text, pieces_[i].width);
      }
    }
  }

  void add_broken(const Piece& piece) {
    ImFont* font = font_of(*piece.span, fonts_, strong_);
    std::string_view rest = piece.text;
    while (!rest.empty()) {
      const char* end = rest.data();
      font->CalcTextSizeA(size_, std::max(width_ - lines_.back().width, 1.0F), 0, rest.data(),
                          rest.data() + rest.size(), &end);
      auto fits = static_cast<std::size_t>(end - rest.data());
      if (fits == 0 && !lines_.back().runs.empty()) {
        lines_.emplace_back();
        continue;
      }
      // At least one character, with all of its bytes.
      fits = std::max<std::size_t>(fits, 1);
      while (fits < rest.size() && (static_cast<unsigned char>(rest[fits]) & 0xc0U) == 0x80U)
        ++fits;
      add(*piece.span, rest.substr(0, fits), width_of(font, size_, rest.substr(0, fits)));
      rest.remove_prefix(fits);
    }
  }

  /// Words of one span become one run, so that links and code are unbroken.
  void add(const prose::Span& span, std::string_view text, float width) {
    Line& line = lines_.back();
    if (!line.runs.empty() && line.runs.back().span == &span) {
      TextRun& run = line.runs.back();
      const char* end = run.text.data() + run.text.size();
      if (text.data() - end <= 1) {
        run.text = {run.text.data(),
                    static_cast<std::size_t>(text.data() + text.size() - run.text.data())};
        run.width = line.width + width - run.x;
        line.width += width;
        return;
      }
    }
    line.runs.push_back({&span, text, line.width, width});
    line.width += width;
  }

  const MarkdownFonts& fonts_;
  float size_;
  float width_;
  bool strong_;
  std::vector<Piece> pieces_;
  std::vector<Line> lines_;
  float space_ = 0;
  bool new_line_ = false;
};

}  // namespace

std::vector<Line> flow(const prose::Spans& spans, const MarkdownFonts& fonts, float size,
                       float width, bool strong) {
  return Flow(fonts, size, width, strong).lay_out(spans);
}

ImFont* font_of(const prose::Span& span, const MarkdownFonts& fonts, bool strong) {
  return span.code ? fonts.mono : strong || span.strong ? fonts.strong : fonts.text;
}

}  // namespace headwise
