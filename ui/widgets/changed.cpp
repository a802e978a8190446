#include "ui/widgets/changed.hpp"

#include <algorithm>

#include "engine/tensor/print.hpp"
#include "ui/context.hpp"

namespace headwise {

namespace {

/// Edges between squares that hold changed cells and others, as long as they run on.
std::vector<ImVec4> edges_of(const std::vector<bool>& squares, std::int64_t rows, std::int64_t columns) {
  constexpr std::size_t many = 4000;  // beyond this the outlines would hide the picture
  std::vector<ImVec4> edges;
  const auto at = [&](std::int64_t r, std::int64_t c) {
    return r >= 0 && c >= 0 && r < rows && c < columns && squares[static_cast<std::size_t>(r * columns + c)];
  };
  const auto run = [&](std::int64_t lines, std::int64_t length, const auto& differs, bool across) {
    for (std::int64_t line = 0; line <= lines; ++line) {
      for (std::int64_t i = 0; i < length; ++i) {
        if (!differs(line, i)) continue;
        const std::int64_t from = i;
        while (i + 1 < length && differs(line, i + 1)) ++i;
        const auto [l, a, b] = std::tuple(static_cast<float>(line), static_cast<float>(from), static_cast<float>(i + 1));
        edges.push_back(across ? ImVec4{a, l, b, l} : ImVec4{l, a, l, b});
      }
    }
  };
  run(rows, columns, [&](std::int64_t r, std::int64_t c) { return at(r - 1, c) != at(r, c); }, true);
  run(columns, rows, [&](std::int64_t c, std::int64_t r) { return at(r, c - 1) != at(r, c); }, false);
  if (edges.size() > many) edges.clear();
  return edges;
}

}  // namespace

void ChangedPictures::begin_frame() {
  cells_left_ = 1 << 18;
  waiting_ = false;
}

void ChangedPictures::compare(const Session& session, std::size_t node, const Slice& slice, const SlicePart& part, Kept& kept) {
  ChangedPicture& picture = kept.picture;
  if (kept.squares.empty()) {
    picture.total = part.rows.size() * part.columns.size();
    kept.squares.resize(static_cast<std::size_t>(part.down() * part.across()));
  }
  Region region = slice.region(session.graph()[node].axes());
  if (slice.column) region[*slice.column] = part.columns;
  while (kept.rows < part.rows.size() && cells_left_ > 0) {
    const std::int64_t first = kept.rows;
    kept.rows = std::min(part.rows.size(), first + std::max<std::int64_t>(1, cells_left_ / part.columns.size()));
    cells_left_ -= (kept.rows - first) * part.columns.size();
    if (slice.row) region[*slice.row] = {part.rows.begin + first, part.rows.begin + kept.rows};
    const ChangedCells cells = changed_cells(session.previous(), session.run(), node, region);
    picture.count += cells.count;
    for (std::size_t i = 0; i < cells.at.size(); ++i) {
      if (!cells.at[i]) continue;
      const std::int64_t row = (first + static_cast<std::int64_t>(i) / part.columns.size()) / part.block_rows;
      const std::int64_t column = static_cast<std::int64_t>(i) % part.columns.size() / part.block_columns;
      kept.squares[static_cast<std::size_t>(row * part.across() + column)] = true;
    }
  }
  if (kept.rows < part.rows.size()) return;
  kept.complete = true;
  if (picture.count * 2 < picture.total) picture.edges = edges_of(kept.squares, part.down(), part.across());
  kept.squares = {};
}

const ChangedPicture* ChangedPictures::find(const Session& session, std::size_t node, const Slice& slice, const SlicePart& part) {
  constexpr std::size_t most = 256;
  if (trace_ != session.trace().id() || generation_ != session.generation() || pictures_.size() >= most) {
    pictures_.clear();
    trace_ = session.trace().id();
    generation_ = session.generation();
  }
  Kept& kept = pictures_[{node, slice.origin, part.rows.begin, part.rows.end, part.columns.begin, part.columns.end,
                          part.block_rows, part.block_columns}];
  if (!kept.complete) compare(session, node, slice, part, kept);
  if (kept.complete) return &kept.picture;
  waiting_ = true;
  return nullptr;
}

std::string changed_words(const Context& ui) {
  const Session& session = ui.session;
  const std::size_t node = session.cursor().node;
  if (!session.change(node).values || !session.trace().has_values()) return "";
  const Axes& axes = session.node().axes();
  const Slice slice = slice_at(axes, session.cursor().index);
  const auto shown = [&](std::optional<std::size_t> axis) { return axis ? window_of(ui.windows, axes[*axis]) : Range{0, 1}; };
  const ChangedPicture* const picture = ui.changed->find(session, node, slice, {shown(slice.row), shown(slice.column)});
  if (!picture || picture->count == 0) return "";
  const std::string total = print_count(picture->total) + (picture->total == 1 ? " cell" : " cells");
  return (picture->count == picture->total ? "all " : print_count(picture->count) + " of ") + total + " changed";
}

}  // namespace headwise
