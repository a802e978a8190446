#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "ui/widgets/heat_map.hpp"

namespace headwise {

/// One picture of a stage: an operand, or the result, with the words around it and its name above.
struct OperandPicture {
  static constexpr float gap = 0.6F;  // ems between two

  std::size_t node;
  std::string lead;
  std::string tail;
  HeatMap map;
  std::string name = {};  // as much as there is room for
  float name_width = 0;   // with what stands beside it

  /// What the picture takes, labels and name included.
  float width() const;
  /// The name begins where the cells do, or further left where it would not fit.
  float name_start() const;
  void draw_name(Context& ui, ImVec2 at) const;
  /// How much a word beside the picture takes.
  static float word(const Context& ui, const std::string& text);
};

/// Gives all pictures their size and their name: one size of cell for all, so that shapes compare; where
/// that would be too small to see, each gets its share of the width. True where they stand one below the
/// other, as on a narrow window, because there is no room for them side by side. `line`: of a name.
bool fit_row(const Context& ui, std::vector<OperandPicture>& row, float width, float height, float line);

}  // namespace headwise
