#include "ui/widgets/pixels.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <tuple>

namespace headwise {

namespace {

using Blocks = std::vector<BlockCell>;

struct Cache {
  const Trace* trace = nullptr;
  std::int64_t generation = -1;
  std::map<std::tuple<std::size_t, Index, std::int64_t, std::int64_t>, Blocks> pictures;
  int frame = -1;
  std::int64_t cells_read = 0;  // in this frame
  bool waiting = false;         // something to the next one
};
Cache cache;

bool is_larger(float value, float than) {
  return std::isfinite(value) && (!std::isfinite(than) || std::fabs(value) > std::fabs(than));
}

Blocks read_blocks(const Session& session, std::size_t node, const Slice& slice, std::int64_t block_rows,
                   std::int64_t block_columns) {
  const Axes& axes = session.graph()[node].axes();
  const std::int64_t rows = slice.rows(axes);
  const std::int64_t columns = slice.columns(axes);
  const std::vector<float> values = session.trace().read(node, slice.region(axes));
  const float* value = values.data();
  Blocks blocks;
  for (std::int64_t r = 0; r < rows; ++r) {
    const bool is_first = r % block_rows == 0;
    const std::size_t row_start = static_cast<std::size_t>(r / block_rows * ((columns + block_columns - 1) / block_columns));
    std::size_t at = row_start;
    for (std::int64_t begin = 0; begin < columns; begin += block_columns, ++at) {
      if (is_first) blocks.push_back({*value, r, begin});
      BlockCell best = blocks[at];
      for (std::int64_t c = begin; c < std::min(columns, begin + block_columns); ++c, ++value) {
        if (is_larger(*value, best.value)) best = {*value, r, c};
      }
      blocks[at] = best;
    }
  }
  return blocks;
}

}  // namespace

const Blocks* largest_of_blocks(const Session& session, std::size_t node, const Slice& slice, std::int64_t block_rows,
                                std::int64_t block_columns, bool may_wait) {
  constexpr std::int64_t most_cells = 1 << 19;  // a frame, in thumbnails
  if (cache.frame != ImGui::GetFrameCount()) {
    cache.frame = ImGui::GetFrameCount();
    cache.cells_read = 0;
    cache.waiting = false;
  }
  if (cache.trace != &session.trace() || cache.generation != session.generation() || cache.pictures.size() > 512) {
    cache.trace = &session.trace();
    cache.generation = session.generation();
    cache.pictures.clear();
  }
  const auto key = std::make_tuple(node, slice.origin, block_rows, block_columns);
  if (const auto found = cache.pictures.find(key); found != cache.pictures.end()) return &found->second;
  if (may_wait && cache.cells_read >= most_cells) {
    cache.waiting = true;
    return nullptr;
  }
  cache.cells_read += cell_count(slice.region(session.graph()[node].axes()));
  return &cache.pictures.emplace(key, read_blocks(session, node, slice, block_rows, block_columns)).first->second;
}

bool pictures_waiting() { return cache.waiting; }

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
