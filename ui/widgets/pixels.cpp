#include "ui/widgets/pixels.hpp"

#include <cmath>
#include <cstring>
#include <map>
#include <tuple>

namespace headwise {

const std::vector<BlockCell>& largest_of_blocks(const Session& session, std::size_t node, const Slice& slice,
                                                std::int64_t block_rows, std::int64_t block_columns) {
  using CacheKey = std::tuple<std::size_t, Index, std::int64_t, std::int64_t>;
  struct Cache {
    const Trace* trace = nullptr;
    std::int64_t generation = -1;
    std::map<CacheKey, std::vector<BlockCell>> pictures;
  };
  static Cache cache;
  if (cache.trace != &session.trace() || cache.generation != session.generation() || cache.pictures.size() > 512) {
    cache = {&session.trace(), session.generation(), {}};
  }
  const auto [it, fresh] = cache.pictures.try_emplace({node, slice.origin, block_rows, block_columns});
  if (!fresh) return it->second;
  const Axes& axes = session.graph()[node].axes();
  const std::int64_t rows = slice.rows(axes);
  const std::int64_t columns = slice.columns(axes);
  const std::vector<float> values = session.trace().read(node, slice.region(axes));
  const std::int64_t across = (columns + block_columns - 1) / block_columns;
  std::vector<BlockCell>& blocks = it->second;
  blocks.resize(static_cast<std::size_t>((rows + block_rows - 1) / block_rows * across));
  std::vector<bool> seen(blocks.size());
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t c = 0; c < columns; ++c) {
      const auto at = static_cast<std::size_t>(r / block_rows * across + c / block_columns);
      const float value = values[static_cast<std::size_t>(r * columns + c)];
      const bool better = !std::isfinite(blocks[at].value) ||
                          (std::isfinite(value) && std::fabs(value) > std::fabs(blocks[at].value));
      if (seen[at] && !better) continue;
      seen[at] = true;
      blocks[at] = {value, r, c};
    }
  }
  return blocks;
}

void draw_turned_text(ImDrawList* draw, ImFont* font, float size, ImVec2 bottom_left, ImU32 color, const char* text,
                      float length) {
  const float width = font->CalcTextSizeA(size, 1e9F, 0, text).x;
  std::string shown = text;
  while (width > length && shown.size() > 1 && font->CalcTextSizeA(size, 1e9F, 0, shown.c_str()).x > length - size) {
    do {
      shown.pop_back();
    } while (!shown.empty() && (static_cast<unsigned char>(shown.back()) & 0xc0U) == 0x80U);
  }
  if (shown.size() < std::strlen(text)) {
    while (!shown.empty() && static_cast<unsigned char>(shown.back()) >= 0xc0U) shown.pop_back();
    shown += "\u2026";
  }
  // Drawn flat in a corner that the clip leaves alone, then every vertex turned and moved.
  const int first = draw->VtxBuffer.Size;
  const ImVec2 corner = draw->GetClipRectMin();
  draw->AddText(font, size, corner, color, shown.c_str());
  for (int i = first; i < draw->VtxBuffer.Size; ++i) {
    ImVec2& at = draw->VtxBuffer[i].pos;
    at = {bottom_left.x + at.y - corner.y, bottom_left.y - (at.x - corner.x)};
  }
}

}  // namespace headwise
