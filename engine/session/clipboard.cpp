#include "engine/session/clipboard.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "engine/tensor/error.hpp"
#include "engine/tensor/lines.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

using Rows = std::vector<std::vector<std::string_view>>;

std::vector<std::string_view> split(std::string_view text, std::string_view between, bool keep_empty) {
  std::vector<std::string_view> all;
  while (true) {
    const std::size_t end = std::min(text.find_first_of(between), text.size());
    if (end > 0 || keep_empty) all.push_back(text.substr(0, end));
    if (end == text.size()) return all;
    text.remove_prefix(end + 1);
  }
}

Rows rows_of(std::string_view text) {
  const bool has_tabs = text.find('\t') != text.npos;
  Rows rows;
  for (const std::string_view line : split(text, "\r\n;", false)) {
    auto cells = has_tabs ? split(line, "\t", true) : split(line, ", ", false);
    if (!cells.empty()) rows.push_back(std::move(cells));
  }
  return rows;
}

/// The first that is no number.
std::optional<std::string_view> word_in(const Rows& rows) {
  for (const auto& row : rows) {
    for (const std::string_view cell : row) {
      if (!parse_float(trimmed(cell))) return cell;
    }
  }
  return std::nullopt;
}

std::string size_text(std::size_t rows, std::size_t columns) {
  return std::to_string(rows) + " x " + std::to_string(columns);
}

void paste_numbers(Session& session, const Rows& rows) {
  if (session.is_locked("edits")) throw Error("paste: this view does not let cells be set");
  const std::size_t columns = rows.front().size();
  const auto odd = std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.size() != columns; });
  if (odd != rows.end()) {
    throw Error("paste: row 0 has " + print_count(static_cast<std::int64_t>(columns)) + " numbers and row " +
                print_count(odd - rows.begin()) + " has " + print_count(static_cast<std::int64_t>(odd->size())) +
                "; all rows must be equally long");
  }
  const Node& node = session.node();
  const Axes& axes = node.axes();
  const Slice slice = slice_at(axes, session.cursor().index);
  const std::int64_t row = slice.row ? session.cursor().index[*slice.row] : 0;
  const std::int64_t column = slice.column ? session.cursor().index[*slice.column] : 0;
  const auto down = static_cast<std::size_t>(slice.rows(axes) - row);
  const auto right = static_cast<std::size_t>(slice.columns(axes) - column);
  if (rows.size() > down || columns > right) {
    throw Error("paste: " + size_text(rows.size(), columns) + " numbers (rows x columns); from this cell of " + node.id() +
                " on there are " + size_text(down, right) + " cells");
  }
  Edits edits = session.edits();
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t c = 0; c < columns; ++c) {
      const Index index = slice.index(row + static_cast<std::int64_t>(r), column + static_cast<std::int64_t>(c));
      const float value = *parse_float(trimmed(rows[r][c]));
      if (!std::isfinite(value)) throw Error("paste: " + print_text(rows[r][c]) + " is not a finite float32, at most 3.4e38 in size");
      edits = with(std::move(edits), {node.id(), index, value});
    }
  }
  session.set_edits(edits);
}

void paste_text(Session& session, std::string_view text) {
  if (session.is_locked("tokens")) throw Error("paste: this view does not let the sentence be changed");
  std::string sentence;
  for (const std::string_view line : split(text, "\r\n", false)) {
    if (!trimmed(line).empty()) (sentence += sentence.empty() ? "" : " ") += trimmed(line);
  }
  session.set("tokens", sentence);
}

void append_slice(const Session& session, const Slice& slice, std::string& text) {
  const Axes& axes = session.node().axes();
  const std::vector<float> values = session.trace().read(session.cursor().node, slice.region(axes));
  const auto columns = static_cast<std::size_t>(slice.columns(axes));
  for (std::size_t i = 0; i < values.size(); ++i) {
    text += code_number(static_cast<double>(values[i]));
    text += (i + 1) % columns == 0 ? '\n' : '\t';
  }
}

/// The next index of the axes that a slice holds still; false after the last.
bool advance(Index& index, const Axes& axes, const Slice& slice) {
  for (std::size_t a = axes.size(); a-- > 0;) {
    if (a == slice.row || a == slice.column) continue;
    if (++index[a] < axes[a].size) return true;
    index[a] = 0;
  }
  return false;
}

}  // namespace

Copied copied(const Session& session, std::string_view what) {
  if (!session.trace().has_values()) throw Error("copy: " + session.why_no_values());
  const Trace& trace = session.trace();
  const Cell& cursor = session.cursor();
  const Axes& axes = session.node().axes();
  if (what == "cell") {
    const std::string number = code_number(static_cast<double>(trace.value(cursor)));
    return {number, trace.cell_name(cursor) + " = " + number};
  }
  if (what != "slice" && what != "tensor") throw Error("copy takes cell, slice or tensor");
  Slice slice = slice_at(axes, cursor.index);
  const bool all = what == "tensor";
  const std::int64_t count = all ? cell_count(whole(axes)) : slice.rows(axes) * slice.columns(axes);
  if (count > most_copied) {
    throw Error("copy: these are " + print_count(count) + " numbers; at most " + print_count(most_copied) +
                " can be copied; headwise trace --out writes all of them to a file");
  }
  Copied made;
  if (!all) {
    append_slice(session, slice, made.text);
    made.what = size_text(static_cast<std::size_t>(slice.rows(axes)), static_cast<std::size_t>(slice.columns(axes))) +
                " numbers of " + session.node().id();
    return made;
  }
  Index index(axes.size(), 0);
  do {
    if (!made.text.empty()) made.text += '\n';
    append_slice(session, slice_at(axes, index), made.text);
  } while (advance(index, axes, slice));
  made.what = session.node().id() + ", " + axis_sizes(axes);
  return made;
}

void paste(Session& session, std::string_view text) {
  const Rows rows = rows_of(text);
  if (rows.empty()) throw Error("paste: there is no text to paste");
  const auto word = word_in(rows);
  if (!word) return paste_numbers(session, rows);
  if (text.find('\t') != text.npos) {
    throw Error("paste: '" + print_text(*word) + "' is not a number; numbers have a point: 0.5");
  }
  paste_text(session, text);
}

}  // namespace headwise
