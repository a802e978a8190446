#include "engine/graph/parts.hpp"

#include <algorithm>

namespace headwise {

std::vector<Part> parts_of(const Axes& axes) {
  constexpr std::int64_t part_cells = 1 << 14;  // 64 KiB
  std::size_t cut = 0;                          // the axes before this one go entry by entry
  std::int64_t inner = cell_count(axes);
  while (inner > part_cells && cut + 1 < axes.size()) inner /= axes[cut++].size;
  if (cut == 0) return {{whole(axes), 0}};
  --cut;  // along this one a part has several entries
  const std::int64_t step = std::clamp<std::int64_t>(part_cells / inner, 1, axes[cut].size);
  const Axes leading(axes.begin(), axes.begin() + static_cast<std::ptrdiff_t>(cut));
  std::vector<Part> parts;
  std::int64_t first = 0;
  for (std::int64_t n = 0; n < cell_count(leading); ++n) {
    Region region = single(index_at(leading, n));
    const Region rest = whole({axes.begin() + static_cast<std::ptrdiff_t>(cut), axes.end()});
    region.insert(region.end(), rest.begin(), rest.end());
    for (std::int64_t begin = 0; begin < axes[cut].size; begin += step) {
      region[cut] = {begin, std::min(begin + step, axes[cut].size)};
      parts.push_back({region, first});
      first += cell_count(region);
    }
  }
  return parts;
}

}  // namespace headwise
