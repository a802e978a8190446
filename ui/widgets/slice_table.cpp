#include "ui/widgets/slice_table.hpp"

#include <algorithm>

#include "engine/tensor/print.hpp"

namespace headwise {

void describe_slice(const Context& ui, Description& out, const std::string& title, const std::string& id,
                    const StandIn& values) {
  constexpr std::int64_t most = 64;
  const Session& session = ui.session;
  const Trace& trace = session.trace();
  const Axes& axes = session.node().axes();
  const Index& cursor = session.cursor().index;
  const Slice slice = slice_at(axes, cursor);
  const auto around = [](std::int64_t size, std::int64_t at) {
    const std::int64_t begin = std::clamp<std::int64_t>(at - most / 2, 0, std::max<std::int64_t>(0, size - most));
    return Range{begin, std::min(size, begin + most)};
  };
  const Range rows = around(slice.rows(axes), slice.row ? cursor[*slice.row] : 0);
  const Range columns = around(slice.columns(axes), slice.column ? cursor[*slice.column] : 0);
  std::string where;
  for (std::size_t a = 0; a < axes.size(); ++a) {
    if (a != slice.row && a != slice.column) where += ", " + trace.label(axes[a], cursor[a], session.batch_item());
  }
  Block& table = out.table(title + where + (slice.row ? "; rows " + axes[*slice.row].name : "") +
                               (slice.column ? ", columns " + axes[*slice.column].name : ""),
                           id);
  for (std::int64_t c = columns.begin; c < columns.end; ++c) {
    table.columns.push_back(slice.column ? trace.label(axes[*slice.column], c, session.batch_item()) : "");
  }
  Region region = slice.region(axes);
  if (slice.row) region[*slice.row] = rows;
  if (slice.column) region[*slice.column] = columns;
  const std::vector<float> numbers = values.read ? values.read(region) : trace.read(session.cursor().node, region);
  auto number = numbers.begin();
  for (std::int64_t r = rows.begin; r < rows.end; ++r) {
    table.row_headers.push_back(slice.row ? trace.label(axes[*slice.row], r, session.batch_item()) : session.node().id());
    std::vector<std::string>& cells = table.rows.emplace_back();
    for (std::int64_t c = columns.begin; c < columns.end; ++c, ++number) {
      cells.push_back(values.is_gap(*number) ? "" : print_number(static_cast<double>(*number)));
    }
  }
}

}  // namespace headwise
