#pragma once
#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace headwise {

/// Columns that a terminal gives to UTF-8 text.
std::size_t display_width(std::string_view text);

/// Rows of text, each column as wide as its widest entry.
class Table {
 public:
  /// One letter for each column: `l` to the left, `r` to the right.
  explicit Table(std::string alignment) : alignment_(std::move(alignment)) {}

  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  void print(std::ostream& out, std::string_view indent = "") const;

 private:
  std::string alignment_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace headwise
