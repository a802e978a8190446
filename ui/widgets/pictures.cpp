#include "ui/widgets/pictures.hpp"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace headwise {

namespace {

constexpr std::int64_t most_cells = 1 << 20;     // read in a frame
constexpr std::int64_t cells_at_once = 1 << 16;  // which a core's cache holds
constexpr std::size_t most_squares = 1 << 22;  // kept though nobody looks at them

/// Of a finite value; less than that of any other where it is not.
float size_of(float value) { return std::isfinite(value) ? std::fabs(value) : -1; }

Region region_of(const Axes& axes, const Slice& slice, const Range& rows, const Range& columns) {
  Region region = slice.region(axes);
  if (slice.row) region[*slice.row] = rows;
  if (slice.column) region[*slice.column] = columns;
  return region;
}

/// Masked cells are a fine chequer: no value's colour looks so.
ImU32 masked_color(const Theme& theme, std::int64_t row, std::int64_t column) {
  return (row + column) % 2 == 0 ? theme.raised : theme.border;
}

}  // namespace

void TensorPicture::add(const std::vector<float>& values) {
  const float* value = values.data();
  squares_.reserve(static_cast<std::size_t>(down() * across()));
  for (; value != values.data() + values.size(); ++next_row_) {
    const auto row = static_cast<std::int32_t>(part_.rows.begin + next_row_);
    auto at = static_cast<std::size_t>(next_row_ / part_.block_rows * across());
    for (std::int64_t c = 0; c < part_.columns.size(); c += part_.block_columns, ++at) {
      auto column = static_cast<std::int32_t>(part_.columns.begin + c);
      if (next_row_ % part_.block_rows == 0) squares_.push_back({*value, row, column});
      BlockCell best = squares_[at];
      float most = size_of(best.value);
      const float* const end = value + std::min(part_.block_columns, part_.columns.size() - c);
      for (; value != end; ++value, ++column) {
        const float size = std::fabs(*value);
        if (!(size > most) || std::isinf(size)) continue;
        best = {*value, row, column};
        most = size;
      }
      squares_[at] = best;
    }
  }
}

Pictures::~Pictures() {
  for (auto& [key, picture] : pictures_) {
    for (TensorPicture::Painted& painted : picture->painted_) retire(std::move(painted.texture));
  }
  if (!ImGui::GetCurrentContext()) return;
  for (const auto& texture : retired_) {
    ImGui::UnregisterUserTexture(texture.get());
    ImGui::GetPlatformIO().Textures.find_erase(texture.get());
  }
}

void Pictures::retire(std::unique_ptr<ImTextureData> texture) {
  texture->UnusedFrames = 1;
  texture->SetStatus(texture->TexID == ImTextureID_Invalid ? ImTextureStatus_Destroyed : ImTextureStatus_WantDestroy);
  retired_.push_back(std::move(texture));
}

void Pictures::sweep() {
  const int now = ImGui::GetFrameCount();
  const int last = now - (squares_ > most_squares ? 1 : 120);
  std::erase_if(pictures_, [&](auto& entry) {
    TensorPicture& picture = *entry.second;
    const bool is_old = picture.used_ < last;
    std::erase_if(picture.painted_, [&](TensorPicture::Painted& painted) {
      if (!is_old && painted.used >= last) return false;
      retire(std::move(painted.texture));
      return true;
    });
    if (is_old) squares_ -= static_cast<std::size_t>(picture.down() * picture.across());
    return is_old;
  });
  std::erase_if(largest_, [&](const auto& entry) { return entry.second.used < last; });
  std::erase_if(retired_, [](const auto& texture) {
    if (texture->Status != ImTextureStatus_Destroyed) return false;
    ImGui::UnregisterUserTexture(texture.get());
    return true;
  });
}

void Pictures::begin_frame() {
  cells_read_ = 0;
  waiting_ = false;
  sweep();
}

TensorPicture* Pictures::find(const Trace& trace, std::size_t node, const Slice& slice, const SlicePart& part, const StandIn& values) {
  const auto key = std::make_tuple(Place{trace.id(), node, slice.origin}, values.id, part.rows.begin, part.rows.end,
                                   part.columns.begin, part.columns.end, part.block_rows, part.block_columns);
  std::unique_ptr<TensorPicture>& picture = pictures_[key];
  if (!picture) {
    picture = std::make_unique<TensorPicture>(part, values.has_gaps);
    squares_ += static_cast<std::size_t>(part.down() * part.across());
  }
  picture->used_ = ImGui::GetFrameCount();
  const std::int64_t rows = std::max<std::int64_t>(1, cells_at_once / part.columns.size());
  while (!picture->is_complete()) {
    if (cells_read_ >= most_cells) {
      waiting_ = true;
      return nullptr;
    }
    const std::int64_t first = part.rows.begin + picture->next_row();
    const Range next{first, std::min(first + rows, part.rows.end)};
    cells_read_ += next.size() * part.columns.size();
    const Region region = region_of(trace.graph()[node].axes(), slice, next, part.columns);
    picture->add(values.read ? values.read(region) : trace.read(node, region));
  }
  return picture.get();
}

const Pictures::Largest& Pictures::largest(const Trace& trace, std::size_t node, const Slice& slice) {
  const auto [found, is_new] = largest_.try_emplace(Place{trace.id(), node, slice.origin});
  Largest& all = found->second;
  all.used = ImGui::GetFrameCount();
  if (!is_new) return all;
  const Axes& axes = trace.graph()[node].axes();
  const std::vector<float> values = trace.read(node, slice.region(axes));
  const auto columns = static_cast<std::size_t>(slice.columns(axes));
  for (std::size_t i = 0; i < values.size(); i += columns) {
    float most = 0;
    for (std::size_t c = i; c < i + columns; ++c) {
      most = std::max(most, size_of(values[c]));
    }
    all.rows.push_back(std::max(most, 1e-9F));
    all.all = std::max(all.all, most);
  }
  all.all = std::max(all.all, 1e-9F);
  return all;
}

ColorScale Pictures::scale(const Session& session, const Trace& trace, std::size_t node, const Slice& slice) {
  ColorScale scale{trace.graph()[node].op->value_range()};
  const std::string& by = session.settings().get("color_scale");
  if (by == "tensor") {
    const Extent extent = trace.extent(node);
    if (scale.range != ValueRange::unit) scale.largest = std::max({std::fabs(extent.lowest), std::fabs(extent.highest), 1e-9F});
    return scale;
  }
  const Largest& found = largest(trace, node, slice);
  scale.largest = found.all;
  if (by == "row") scale.rows = &found.rows;
  return scale;
}

ImTextureRef Pictures::texture(TensorPicture& picture, const ColorScale& scale, const Theme& theme) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &scale.largest, sizeof bits);
  const std::uint64_t colors = (static_cast<std::uint64_t>(bits) << 32) ^
                               reinterpret_cast<std::uintptr_t>(&theme) ^ reinterpret_cast<std::uintptr_t>(scale.rows);
  auto found = std::find_if(picture.painted_.begin(), picture.painted_.end(),
                            [&](const TensorPicture::Painted& painted) { return painted.colors == colors; });
  if (found == picture.painted_.end()) {
    auto texture = std::make_unique<ImTextureData>();
    texture->Create(ImTextureFormat_RGBA32, static_cast<int>(picture.across()), static_cast<int>(picture.down()));
    texture->UseColors = true;
    auto* pixel = static_cast<ImU32*>(texture->GetPixels());
    for (std::int64_t r = 0; r < picture.down(); ++r) {
      for (std::int64_t c = 0; c < picture.across(); ++c) {
        const BlockCell& at = picture.square(r, c);
        *pixel++ = std::isfinite(at.value) ? theme.heat(scale.range, scale.share(at.value, at.row))
                   : picture.has_gaps_ && std::isnan(at.value) ? 0
                                                               : masked_color(theme, r, c);
      }
    }
    ImGui::RegisterUserTexture(texture.get());
    found = picture.painted_.insert(picture.painted_.end(), {colors, std::move(texture), 0});
  }
  found->used = ImGui::GetFrameCount();
  // The renderer may have lost everything it had.
  ImTextureData& texture = *found->texture;
  if (texture.Status == ImTextureStatus_Destroyed) texture.SetStatus(ImTextureStatus_WantCreate);
  return texture.GetTexRef();
}

}  // namespace headwise
