#include "ui/widgets/changed.hpp"

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

ChangedPicture compare_picture(const Session& session, std::size_t node, const Slice& slice, const SlicePart& part) {
  Region region = slice.region(session.graph()[node].axes());
  if (slice.row) region[*slice.row] = part.rows;
  if (slice.column) region[*slice.column] = part.columns;
  const ChangedCells cells = changed_cells(session.previous(), session.run(), node, region);
  ChangedPicture picture{cells.count, part.rows.size() * part.columns.size(), {}};
  if (cells.count == 0 || cells.count * 2 >= picture.total) return picture;
  std::vector<bool> squares(static_cast<std::size_t>(part.down() * part.across()));
  std::size_t i = 0;
  for (std::int64_t r = 0; r < part.rows.size(); ++r) {
    for (std::int64_t c = 0; c < part.columns.size(); ++c, ++i) {
      if (cells.at[i]) squares[static_cast<std::size_t>(r / part.block_rows * part.across() + c / part.block_columns)] = true;
    }
  }
  picture.edges = edges_of(squares, part.down(), part.across());
  return picture;
}

}  // namespace

void ChangedPictures::begin_frame() {
  cells_read_ = 0;
  waiting_ = false;
}

const ChangedPicture* ChangedPictures::find(const Session& session, std::size_t node, const Slice& slice, const SlicePart& part,
                                            bool may_wait) {
  constexpr std::size_t most = 256;
  constexpr std::int64_t most_cells = 1 << 18;  // a frame
  if (trace_ != session.trace().id() || generation_ != session.generation() || pictures_.size() >= most) {
    pictures_.clear();
    trace_ = session.trace().id();
    generation_ = session.generation();
  }
  const auto key = std::make_tuple(node, slice.origin, part.rows.begin, part.rows.end, part.columns.begin, part.columns.end,
                                   part.block_rows, part.block_columns);
  const auto found = pictures_.find(key);
  if (found != pictures_.end()) return &found->second;
  if (may_wait && cells_read_ >= most_cells) {
    waiting_ = true;
    return nullptr;
  }
  cells_read_ += part.rows.size() * part.columns.size();
  return &pictures_.emplace(key, compare_picture(session, node, slice, part)).first->second;
}

std::string changed_words(const Context& ui) {
  const Session& session = ui.session;
  const std::size_t node = session.cursor().node;
  if (!session.change(node).values || !session.trace().has_values()) return "";
  const Axes& axes = session.node().axes();
  const Slice slice = slice_at(axes, session.cursor().index);
  const auto shown = [&](std::optional<std::size_t> axis) { return axis ? window_of(ui.windows, axes[*axis]) : Range{0, 1}; };
  const ChangedPicture& picture = *ui.changed->find(session, node, slice, {shown(slice.row), shown(slice.column)}, false);
  if (picture.count == 0) return "";
  const std::string total = print_count(picture.total) + (picture.total == 1 ? " cell" : " cells");
  return (picture.count == picture.total ? "all " : print_count(picture.count) + " of ") + total + " changed";
}

}  // namespace headwise
