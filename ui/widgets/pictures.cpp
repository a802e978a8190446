#include "ui/widgets/pictures.hpp"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace headwise {

namespace {

constexpr std::int64_t most_cells = 1 << 19;   // read in a frame for thumbnails
constexpr std::size_t most_squares = 1 << 22;  // kept though nobody looks at them

bool is_larger(float value, float than) {
  return std::isfinite(value) && (!std::isfinite(than) || std::fabs(value) > std::fabs(than));
}

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

TensorPicture::TensorPicture(const std::vector<float>& values, const SlicePart& part, bool has_gaps)
    : across_(part.across()), has_gaps_(has_gaps) {
  const float* value = values.data();
  squares_.reserve(static_cast<std::size_t>(part.down() * across_));
  for (std::int64_t r = 0; r < part.rows.size(); ++r) {
    const auto row = static_cast<std::int32_t>(part.rows.begin + r);
    auto at = static_cast<std::size_t>(r / part.block_rows * across_);
    for (std::int64_t c = 0; c < part.columns.size(); c += part.block_columns, ++at) {
      auto column = static_cast<std::int32_t>(part.columns.begin + c);
      if (r % part.block_rows == 0) squares_.push_back({*value, row, column});
      BlockCell best = squares_[at];
      const float* const end = value + std::min(part.block_columns, part.columns.size() - c);
      for (; value != end; ++value, ++column) {
        if (is_larger(*value, best.value)) best = {*value, row, column};
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
    if (is_old) squares_ -= picture.squares_.size();
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

TensorPicture* Pictures::find(const Trace& trace, std::size_t node, const Slice& slice, const SlicePart& part, bool may_wait,
                              const StandIn& values) {
  const auto key = std::make_tuple(Place{trace.id(), node, slice.origin}, values.id, part.rows.begin, part.rows.end,
                                   part.columns.begin, part.columns.end, part.block_rows, part.block_columns);
  auto found = pictures_.find(key);
  if (found == pictures_.end()) {
    if (may_wait && cells_read_ >= most_cells) {
      waiting_ = true;
      return nullptr;
    }
    cells_read_ += part.rows.size() * part.columns.size();
    const Region region = region_of(trace.graph()[node].axes(), slice, part.rows, part.columns);
    const std::vector<float> cells = values.read ? values.read(region) : trace.read(node, region);
    found = pictures_.emplace(key, std::make_unique<TensorPicture>(cells, part, values.has_gaps)).first;
    squares_ += found->second->squares_.size();
  }
  found->second->used_ = ImGui::GetFrameCount();
  return found->second.get();
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
      if (is_larger(values[c], most)) most = std::fabs(values[c]);
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
