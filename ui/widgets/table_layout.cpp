#include "ui/widgets/table_layout.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <string_view>

namespace headwise {

namespace {

constexpr float smallest = 0.65F;

/// Which nothing should break.
float longest_word(const prose::Spans& spans, const MarkdownFonts& fonts, float size, bool strong) {
  float longest = 0;
  float word = 0;
  for (const prose::Span& span : spans) {
    std::string_view rest = span.text;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      word += font_of(span, fonts, strong)->CalcTextSizeA(size, FLT_MAX, 0, rest.data(), rest.data() + end).x;
      longest = std::max(longest, word);
      if (end < rest.size()) word = 0;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return longest;
}

TableLayout turned(const TableLayout& table) {
  TableLayout out;
  out.is_turned = true;
  out.rows.assign(table.columns.size(), std::vector<prose::Spans>(table.rows.size()));
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    for (std::size_t c = 0; c < std::min(table.columns.size(), table.rows[r].size()); ++c) out.rows[c][r] = table.rows[r][c];
  }
  out.columns.assign(table.rows.size(), table.columns.back());
  out.columns[0] = prose::Align::left;
  return out;
}

/// What columns take with nothing wrapped, and at least.
struct Needs {
  std::vector<float> natural, least;
  float all_natural = 0;
  float all_least = 0;
};

Needs needs_of(const TableLayout& table, const MarkdownFonts& fonts, float size) {
  const std::vector<float> some(table.columns.size(), size);
  Needs needs{some, some};
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    for (std::size_t c = 0; c < std::min(some.size(), table.rows[r].size()); ++c) {
      const bool strong = table.is_head(r, c);
      for (const Line& line : flow(table.rows[r][c], fonts, size, FLT_MAX, strong)) {
        needs.natural[c] = std::max(needs.natural[c], std::ceil(line.width) + 2);
      }
      needs.least[c] = std::max(needs.least[c], std::ceil(longest_word(table.rows[r][c], fonts, size, strong)) + 2);
    }
  }
  for (const float width : needs.natural) needs.all_natural += width;
  for (const float width : needs.least) needs.all_least += width;
  return needs;
}

}  // namespace

TableLayout lay_out_table(const prose::Block& block, const MarkdownFonts& fonts, float size, float room, float padding) {
  TableLayout table{block.rows, block.columns, {}};
  if (table.columns.empty()) return table;
  Needs needs = needs_of(table, fonts, size);
  const auto around = [&] { return 2 * padding * static_cast<float>(table.columns.size()); };
  if (needs.all_least + around() > room && table.rows.size() < table.columns.size()) {
    table = turned(table);
    needs = needs_of(table, fonts, size);
  }
  table.scale = std::clamp(room / (needs.all_least + around()), smallest, 1.0F);
  const float inside = std::max(room - around() * table.scale, 1.0F);
  const float least = needs.all_least * table.scale;
  const float wish = std::max((needs.all_natural - needs.all_least) * table.scale, 1.0F);
  const float granted = std::clamp((inside - least) / wish, 0.0F, 1.0F);
  const float squeeze = std::min(inside / least, 1.0F);  // words are broken after all
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const float more = (needs.natural[c] - needs.least[c]) * granted;
    table.widths.push_back(std::floor((needs.least[c] * squeeze + more) * table.scale));
  }
  return table;
}

}  // namespace headwise
