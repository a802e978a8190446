#pragma once
#include <vector>

#include "engine/lesson/prose.hpp"
#include "ui/widgets/flow.hpp"

namespace headwise {

/// How a table of prose is drawn in so much room.
struct TableLayout {
  std::vector<std::vector<prose::Spans>> rows;
  std::vector<prose::Align> columns;
  std::vector<float> widths;  // of the columns, without what is around them
  float scale = 1;            // of the type and of what is around the cells
  bool is_turned = false;     // rows are columns: the head is the first column

  bool is_head(std::size_t row, std::size_t column) const { return is_turned ? column == 0 : row == 0; }
};

/// Where all columns do not fit they are wrapped between words. Where that is not enough, a table that is
/// wider than high is turned, and then the type is smaller. `padding` is to each side of a cell.
TableLayout lay_out_table(const prose::Block& table, const MarkdownFonts& fonts, float size, float room, float padding);

}  // namespace headwise
