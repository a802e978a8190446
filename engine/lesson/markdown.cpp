#include <md4c.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <utility>

#include "engine/lesson/entity.hpp"
#include "engine/lesson/prose.hpp"
#include "engine/tensor/error.hpp"

namespace headwise::prose {

namespace {

constexpr std::size_t deepest = 24;             // quotes, lists and items within each other
constexpr std::size_t most_cells = 100'000;     // md4c fills short rows up
constexpr std::size_t most_targets = 16 << 20;  // bytes: every span of a link holds where it leads

bool is_followed(std::string_view target) {
  return target.starts_with("sim:") || target.starts_with("https://");
}

bool same_style(const Span& a, const Span& b) {
  return a.strong == b.strong && a.emphasis == b.emphasis && a.code == b.code && a.link == b.link &&
         a.refused == b.refused;
}

std::string attribute_text(const MD_ATTRIBUTE& attribute) {
  std::string text;
  for (std::size_t i = 0; attribute.size > 0 && attribute.substr_offsets[i] < attribute.size; ++i) {
    const MD_OFFSET begin = attribute.substr_offsets[i];
    const std::string_view part(attribute.text + begin, attribute.substr_offsets[i + 1] - begin);
    text += attribute.substr_types[i] == MD_TEXT_ENTITY ? decode_entity(part) : std::string(part);
  }
  return text;
}

Align align_of(MD_ALIGN align) {
  return align == MD_ALIGN_CENTER  ? Align::center
         : align == MD_ALIGN_RIGHT ? Align::right
                                   : Align::left;
}

/// Builds the list of blocks from what md4c reports. A block is on the stack while it is open.
class Builder {
 public:
  Builder(const std::string& file, std::string_view source, std::size_t first_line)
      : file_(file), source_(source), line_(first_line) {}

  std::vector<Block> build() {
    MD_PARSER parser{};
    parser.flags = MD_FLAG_TABLES | MD_FLAG_NOHTML;
    parser.enter_block = [](MD_BLOCKTYPE type, void* detail, void* self) {
      return guarded(self, [&](Builder& b) { b.enter(type, detail); });
    };
    parser.leave_block = [](MD_BLOCKTYPE type, void*, void* self) {
      return guarded(self, [&](Builder& b) { b.leave(type); });
    };
    parser.enter_span = [](MD_SPANTYPE type, void* detail, void* self) {
      return guarded(self, [&](Builder& b) { b.enter_span(type, detail); });
    };
    parser.leave_span = [](MD_SPANTYPE type, void*, void* self) {
      return guarded(self, [&](Builder& b) { b.leave_span(type); });
    };
    parser.text = [](MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size, void* self) {
      return guarded(self, [&](Builder& b) { b.add_text(type, {text, size}); });
    };
    open_.emplace_back();
    if (md_parse(source_.data(), static_cast<MD_SIZE>(source_.size()), &parser, this) != 0) {
      throw Error(problem_.empty() ? file_ + ": the text cannot be read as Markdown" : problem_);
    }
    return std::move(open_.front().children);
  }

 private:
  /// Nothing may be thrown through md4c, which is C.
  template <typename Work>
  static int guarded(void* self, Work work) {
    auto& builder = *static_cast<Builder*>(self);
    try {
      work(builder);
      return 0;
    } catch (const std::exception& error) {
      builder.problem_ = error.what();
      return 1;
    }
  }

  /// md4c gives no line numbers, but nearly all of its text is part of the source.
  void find_line(std::string_view text) {
    const auto begin = reinterpret_cast<std::uintptr_t>(source_.data());
    const auto at = reinterpret_cast<std::uintptr_t>(text.data());
    if (at < begin + seen_ || at > begin + source_.size()) return;
    const std::size_t offset = at - begin;
    line_ +=
        static_cast<std::size_t>(std::count(source_.data() + seen_, source_.data() + offset, '\n'));
    seen_ = offset;
  }

  [[noreturn]] void fail(const std::string& why) const {
    throw Error(file_ + ":" + std::to_string(line_) + ": " + why);
  }

  void refuse_depth() const {
    if (too_deep_)
      fail("lists and quotes are nested too deep; " + std::to_string(deepest / 2) +
           " levels are enough");
  }

  void add_cell() {
    if (++cells_ > most_cells) fail("too many cells of tables");
    open_.back().rows.back().emplace_back();
  }

  void enter(MD_BLOCKTYPE type, void* detail) {
    if (too_deep_) return;
    Block block;
    switch (type) {
      case MD_BLOCK_QUOTE:
        block.kind = Block::Kind::quote;
        break;
      case MD_BLOCK_UL:
        block.kind = Block::Kind::list;
        break;
      case MD_BLOCK_OL:
        block.kind = Block::Kind::list;
        block.ordered = true;
        block.start = static_cast<MD_BLOCK_OL_DETAIL*>(detail)->start;
        break;
      case MD_BLOCK_LI:
        block.kind = Block::Kind::item;
        break;
      case MD_BLOCK_HR:
        block.kind = Block::Kind::rule;
        break;
      case MD_BLOCK_H:
        block.kind = Block::Kind::heading;
        block.level = static_cast<int>(static_cast<MD_BLOCK_H_DETAIL*>(detail)->level);
        break;
      case MD_BLOCK_CODE: {
        const MD_ATTRIBUTE& language = static_cast<MD_BLOCK_CODE_DETAIL*>(detail)->info;
        block.kind = Block::Kind::code;
        block.language = attribute_text(language);
        if (language.size > 0) find_line({language.text, language.size});
        break;
      }
      case MD_BLOCK_P:
        break;
      case MD_BLOCK_TABLE:
        block.kind = Block::Kind::table;
        break;
      case MD_BLOCK_TR:
        open_.back().rows.emplace_back();
        return;
      case MD_BLOCK_TH:
        open_.back().columns.push_back(align_of(static_cast<MD_BLOCK_TD_DETAIL*>(detail)->align));
        add_cell();
        return;
      case MD_BLOCK_TD:
        add_cell();
        return;
      default:
        return;
    }
    block.line = line_;
    // Which line that is, the text inside will tell.
    const bool holds_blocks = block.kind == Block::Kind::quote || block.kind == Block::Kind::list;
    too_deep_ = holds_blocks && open_.size() > deepest;
    if (!too_deep_) open_.push_back(std::move(block));
  }

  void leave(MD_BLOCKTYPE type) {
    refuse_depth();
    switch (type) {
      case MD_BLOCK_DOC:
      case MD_BLOCK_THEAD:
      case MD_BLOCK_TBODY:
      case MD_BLOCK_TR:
      case MD_BLOCK_TH:
      case MD_BLOCK_TD:
        return;
      default:
        break;
    }
    Block block = std::move(open_.back());
    open_.pop_back();
    open_.back().children.push_back(std::move(block));
  }

  void enter_span(MD_SPANTYPE type, void* detail) {
    if (type == MD_SPAN_STRONG) ++strong_;
    if (type == MD_SPAN_EM) ++emphasis_;
    if (type == MD_SPAN_CODE) code_ = true;
    if (type == MD_SPAN_A) {
      std::string target = attribute_text(static_cast<MD_SPAN_A_DETAIL*>(detail)->href);
      (is_followed(target) ? link_ : refused_) = std::move(target);
    }
    if (type == MD_SPAN_IMG) {
      ++pictures_;
      picture_ = attribute_text(static_cast<MD_SPAN_IMG_DETAIL*>(detail)->src);
    }
  }

  void leave_span(MD_SPANTYPE type) {
    if (type == MD_SPAN_STRONG) --strong_;
    if (type == MD_SPAN_EM) --emphasis_;
    if (type == MD_SPAN_CODE) code_ = false;
    if (type == MD_SPAN_A) {
      link_.clear();
      refused_.clear();
    }
    if (type == MD_SPAN_IMG && --pictures_ == 0) picture_.clear();
  }

  void add_text(MD_TEXTTYPE type, std::string_view text) {
    find_line(text);
    refuse_depth();
    if (open_.back().kind == Block::Kind::code) {
      if (open_.back().text.empty()) open_.back().line = line_;
      open_.back().text += text;
      return;
    }
    Span span;
    span.strong = strong_ > 0;
    span.emphasis = emphasis_ > 0;
    span.code = code_;
    span.link = link_;
    span.refused = pictures_ > 0 ? picture_ : refused_;
    span.line = line_;
    switch (type) {
      case MD_TEXT_BR:
        span.kind = Span::Kind::line_break;
        break;
      case MD_TEXT_SOFTBR:
        span.text = " ";
        break;
      case MD_TEXT_ENTITY:
        span.text = decode_entity(text);
        break;
      case MD_TEXT_NULLCHAR:
        span.text = "\ufffd";
        break;
      default:
        span.text = text;
    }
    Spans& spans = target();
    const bool joins = !spans.empty() && spans.back().kind == Span::Kind::text &&
                       span.kind == Span::Kind::text && same_style(spans.back(), span);
    if (joins) {
      spans.back().text += span.text;
    } else {
      targets_ += span.link.size() + span.refused.size();
      if (targets_ > most_targets) fail("too many long links");
      spans.push_back(std::move(span));
    }
  }

  /// Where text goes: the items of a tight list hold theirs without a paragraph of its own.
  Spans& target() {
    Block& block = open_.back();
    if (block.kind == Block::Kind::table) return block.rows.back().back();
    if (block.kind != Block::Kind::item && block.kind != Block::Kind::quote) {
      if (block.spans.empty()) block.line = line_;
      return block.spans;
    }
    if (block.children.empty() || block.children.back().kind != Block::Kind::paragraph) {
      block.children.emplace_back().line = line_;
    }
    return block.children.back().spans;
  }

  const std::string& file_;
  std::string_view source_;
  std::size_t line_;
  std::size_t seen_ = 0;  // how far lines are counted
  std::vector<Block> open_;
  int strong_ = 0;
  int emphasis_ = 0;
  int pictures_ = 0;
  bool code_ = false;
  std::string link_;
  std::string refused_;
  std::string picture_;
  bool too_deep_ = false;
  std::size_t cells_ = 0;
  std::size_t targets_ = 0;
  std::string problem_;
};

}  // namespace

std::vector<Block> parse(const std::string& file, std::string_view markdown,
                         std::size_t first_line) {
  std::vector<Block> blocks = Builder(file, markdown, first_line).build();
  change_spans(blocks, cut_placeholders);
  return blocks;
}

}  // namespace headwise::prose
