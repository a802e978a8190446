#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "ui/figure/figure.hpp"

namespace headwise {

namespace {

constexpr int subpixels = 256;

float part(ImU32 color, int shift) { return static_cast<float>(color >> shift & 0xFFU); }

/// Red, green, blue, opacity, each up to 255; and the place in the texture.
using VertexParts = std::array<float, 6>;

VertexParts parts(const ImDrawVert& v) {
  return {part(v.col, IM_COL32_R_SHIFT), part(v.col, IM_COL32_G_SHIFT), part(v.col, IM_COL32_B_SHIFT),
          part(v.col, IM_COL32_A_SHIFT), v.uv.x, v.uv.y};
}

/// A texel's colour, 0 to 255 each; outside, the nearest one's.
std::array<float, 4> texel(const ImTextureData& texture, int x, int y) {
  x = std::clamp(x, 0, texture.Width - 1);
  y = std::clamp(y, 0, texture.Height - 1);
  const unsigned char* at = texture.Pixels + (static_cast<std::size_t>(y) * texture.Width + x) * texture.BytesPerPixel;
  if (texture.Format == ImTextureFormat_Alpha8) return {255, 255, 255, static_cast<float>(*at)};
  return {static_cast<float>(at[0]), static_cast<float>(at[1]), static_cast<float>(at[2]), static_cast<float>(at[3])};
}

/// Between the four nearest texels; in pictures of data the one that it lies in.
std::array<float, 4> sample(const ImTextureData& texture, float u, float v) {
  if (texture.UseColors) {
    return texel(texture, static_cast<int>(std::floor(u * static_cast<float>(texture.Width))),
                 static_cast<int>(std::floor(v * static_cast<float>(texture.Height))));
  }
  const float x = u * static_cast<float>(texture.Width) - 0.5F;
  const float y = v * static_cast<float>(texture.Height) - 0.5F;
  const float left = std::floor(x);
  const float top = std::floor(y);
  const float fx = x - left;
  const float fy = y - top;
  const auto c = static_cast<int>(left);
  const auto r = static_cast<int>(top);
  const auto a = texel(texture, c, r);
  if (fx == 0 && fy == 0) return a;
  const auto b = texel(texture, c + 1, r);
  const auto d = texel(texture, c, r + 1);
  const auto e = texel(texture, c + 1, r + 1);
  std::array<float, 4> out{};
  for (std::size_t i = 0; i < 4; ++i) {
    out[i] = (a[i] * (1 - fx) + b[i] * fx) * (1 - fy) + (d[i] * (1 - fx) + e[i] * fx) * fy;
  }
  return out;
}

struct Point {
  std::int64_t x, y;  // in subpixels
};

/// Draws triangles by the rules of graphics cards: a pixel is drawn where its middle lies within, on
/// an edge where that is a top or left one, so that triangles side by side neither overlap nor gape.
class Raster {
 public:
  Raster(Bitmap& out, ImVec2 origin, float density) : out_(out), origin_(origin), density_(density) {}

  void clip_to(const ImVec4& clip) {
    // As glScissor gets it: cut to whole pixels.
    const auto edge = [&](float at, float origin, int most) {
      return std::clamp(static_cast<int>(std::floor((at - origin) * density_ + 0.001F)), 0, most);
    };
    left_ = edge(clip.x, origin_.x, out_.width);
    top_ = edge(clip.y, origin_.y, out_.height);
    right_ = edge(clip.z, origin_.x, out_.width);
    bottom_ = edge(clip.w, origin_.y, out_.height);
  }

  void triangle(const ImDrawVert& a, const ImDrawVert& b, const ImDrawVert& c, const ImTextureData* texture) {
    const ImDrawVert* v[3] = {&a, &b, &c};
    Point p[3] = {place(a), place(b), place(c)};
    std::int64_t area = cross(p[0], p[1], p[2]);
    if (area == 0) return;
    if (area < 0) {
      std::swap(v[1], v[2]);
      std::swap(p[1], p[2]);
      area = -area;
    }
    const bool flat = same_color(*v[0], *v[1]) && same_color(*v[0], *v[2]);
    const bool one_texel = same_uv(*v[0], *v[1]) && same_uv(*v[0], *v[2]);
    set_planes(v, p, area);
    const auto first = [](std::int64_t at) { return static_cast<int>(floor_div(at + subpixels / 2 - 1, subpixels)); };
    const int top = std::max(top_, first(std::min({p[0].y, p[1].y, p[2].y})));
    const int bottom = std::min(bottom_, first(std::max({p[0].y, p[1].y, p[2].y}) + 1));
    for (int y = top; y < bottom; ++y) {
      int from = left_;
      int to = right_;
      for (int i = 0; i < 3; ++i) cut(p[i], p[(i + 1) % 3], y, from, to);
      if (from < to) span(y, from, to, flat && (one_texel || !texture), texture);
    }
  }

 private:
  static std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0); }
  static std::int64_t cross(Point a, Point b, Point c) { return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x); }
  static bool same_color(const ImDrawVert& a, const ImDrawVert& b) { return a.col == b.col; }
  static bool same_uv(const ImDrawVert& a, const ImDrawVert& b) { return a.uv.x == b.uv.x && a.uv.y == b.uv.y; }

  Point place(const ImDrawVert& v) const {
    const auto fixed = [](float at) { return static_cast<std::int64_t>(std::llround(static_cast<double>(at) * subpixels)); };
    return {fixed((v.pos.x - origin_.x) * density_), fixed((v.pos.y - origin_.y) * density_)};
  }

  /// Leaves of a row the pixels whose middles lie on the inner side of the edge from a to b.
  static void cut(Point a, Point b, int y, int& from, int& to) {
    if (from >= to) return;
    const std::int64_t dx = b.x - a.x;
    const std::int64_t dy = b.y - a.y;
    const auto within = [&](std::int64_t x) { return static_cast<int>(std::clamp<std::int64_t>(x, from, to)); };
    const bool top_left = dy < 0 || (dy == 0 && dx > 0);
    // Inside: side - dy * subpixels * x >= 0.
    const std::int64_t side = dx * (std::int64_t{y} * subpixels + subpixels / 2 - a.y) - dy * (subpixels / 2 - a.x) - (top_left ? 0 : 1);
    if (dy == 0) {
      if (side < 0) to = from;
    } else if (dy > 0) {
      to = within(floor_div(side, dy * subpixels) + 1);
    } else {
      from = within(-floor_div(side, -dy * subpixels));
    }
  }

  /// Each attribute as base + x * across + y * down, at the middles of pixels.
  void set_planes(const ImDrawVert* const* v, const Point* p, std::int64_t area) {
    const VertexParts a = parts(*v[0]);
    const VertexParts b = parts(*v[1]);
    const VertexParts c = parts(*v[2]);
    const double scale = subpixels / static_cast<double>(area);
    const auto d = [](std::int64_t n) { return static_cast<double>(n); };
    for (std::size_t i = 0; i < a.size(); ++i) {
      const double ab = static_cast<double>(b[i] - a[i]);
      const double ac = static_cast<double>(c[i] - a[i]);
      const double across = (ab * d(p[2].y - p[0].y) - ac * d(p[1].y - p[0].y)) * scale;
      const double down = (ac * d(p[1].x - p[0].x) - ab * d(p[2].x - p[0].x)) * scale;
      across_[i] = static_cast<float>(across);
      down_[i] = down;
      base_[i] = static_cast<double>(a[i]) - across * (d(p[0].x) / subpixels - 0.5) - down * (d(p[0].y) / subpixels - 0.5);
    }
  }

  /// `even`: of one colour.
  void span(int y, int from, int to, bool even, const ImTextureData* texture) {
    VertexParts at{};
    for (std::size_t i = 0; i < at.size(); ++i) {
      at[i] = static_cast<float>(base_[i] + static_cast<double>(across_[i]) * from + down_[i] * y);
    }
    std::array<std::uint8_t, 4> color{};
    const auto look = [&] {
      std::array<float, 4> tint{255, 255, 255, 255};
      if (texture) tint = sample(*texture, at[4], at[5]);
      for (std::size_t i = 0; i < 4; ++i) color[i] = byte(at[i] * tint[i] / 255);
    };
    look();
    std::uint8_t* pixel = out_.at(from, y);
    for (int x = from; x < to; ++x, pixel += 4) {
      blend(pixel, color);
      if (even) continue;
      for (std::size_t i = 0; i < at.size(); ++i) at[i] += across_[i];
      look();
    }
  }

  static std::uint8_t byte(float value) { return static_cast<std::uint8_t>(std::clamp(value, 0.0F, 255.0F) + 0.5F); }

  static void blend(std::uint8_t* under, const std::array<std::uint8_t, 4>& over) {
    if (over[3] == 255) {
      std::memcpy(under, over.data(), 4);
      return;
    }
    const unsigned alpha = over[3];
    for (std::size_t i = 0; i < 3; ++i) {
      under[i] = static_cast<std::uint8_t>((over[i] * alpha + under[i] * (255 - alpha) + 127) / 255);
    }
  }

  Bitmap& out_;
  ImVec2 origin_;
  float density_;
  int left_ = 0, top_ = 0, right_ = 0, bottom_ = 0;
  std::array<double, 6> base_{}, down_{};
  VertexParts across_{};
};

}  // namespace

struct PixelPainter::State {
  std::vector<std::pair<const ImDrawList*, const ImDrawCmd*>> commands;
  Bitmap bitmap;
  Raster raster;
  std::size_t command = 0;  // the next triangle's
  unsigned element = 0;     // and its first corner
  std::size_t drawn = 0, total = 0;  // corners

  State(int width, int height, const Figure& figure, float density)
      : bitmap(width, height), raster(bitmap, {figure.x, figure.y}, density) {
    std::fill(bitmap.rgba.begin(), bitmap.rgba.end(), std::uint8_t{255});
  }
};

PixelPainter::PixelPainter(const ImDrawData& frame, const Figure& figure, float density) {
  const auto pixels = [density](float size) { return std::max(1, static_cast<int>(std::lround(size * density))); };
  state_ = std::make_unique<State>(pixels(figure.width), pixels(figure.height), figure, density);
  for (const ImDrawList* const list : frame.CmdLists) {
    for (const ImDrawCmd& command : list->CmdBuffer) {
      if (command.UserCallback || command.ElemCount == 0) continue;
      state_->commands.emplace_back(list, &command);
      state_->total += command.ElemCount;
    }
  }
}

PixelPainter::~PixelPainter() = default;

bool PixelPainter::work(std::chrono::duration<double> budget) {
  constexpr unsigned between_looks = 16 * 3;  // at the clock: some are as large as the figure
  const auto end = std::chrono::steady_clock::now() + budget;
  State& s = *state_;
  while (s.command < s.commands.size()) {
    const auto& [list, command] = s.commands[s.command];
    const ImDrawIdx* const index = list->IdxBuffer.Data + command->IdxOffset;
    const ImDrawVert* const vertex = list->VtxBuffer.Data + command->VtxOffset;
    s.raster.clip_to(command->ClipRect);
    const unsigned until = std::min(command->ElemCount, s.element + between_looks);
    for (unsigned i = s.element; i + 2 < until; i += 3) {
      s.raster.triangle(vertex[index[i]], vertex[index[i + 1]], vertex[index[i + 2]], command->TexRef._TexData);
    }
    s.drawn += until - s.element;
    s.element = until;
    if (s.element == command->ElemCount) {
      ++s.command;
      s.element = 0;
    }
    if (std::chrono::steady_clock::now() >= end) break;
  }
  return s.command == s.commands.size();
}

double PixelPainter::progress() const {
  return state_->total == 0 ? 1 : static_cast<double>(state_->drawn) / static_cast<double>(state_->total);
}

const Bitmap& PixelPainter::bitmap() const { return state_->bitmap; }

Bitmap to_pixels(const ImDrawData& frame, const Figure& figure, float density) {
  PixelPainter painter(frame, figure, density);
  while (!painter.work(std::chrono::hours(1))) continue;
  return painter.bitmap();
}

Bitmap pixels_of(const ImTextureData& texture, ImVec2 uv_low, ImVec2 uv_high, ImU32 tint) {
  const auto pixel = [](float at, int size) { return std::clamp(static_cast<int>(std::lround(at * static_cast<float>(size))), 0, size); };
  const int left = pixel(uv_low.x, texture.Width);
  const int top = pixel(uv_low.y, texture.Height);
  Bitmap out(std::max(1, pixel(uv_high.x, texture.Width) - left), std::max(1, pixel(uv_high.y, texture.Height) - top));
  for (int y = 0; y < out.height; ++y) {
    for (int x = 0; x < out.width; ++x) {
      const auto color = texel(texture, left + x, top + y);
      constexpr int shifts[] = {IM_COL32_R_SHIFT, IM_COL32_G_SHIFT, IM_COL32_B_SHIFT, IM_COL32_A_SHIFT};
      for (std::size_t i = 0; i < 4; ++i) {
        out.at(x, y)[i] = static_cast<std::uint8_t>(color[i] * part(tint, shifts[i]) / 255 + 0.5F);
      }
    }
  }
  return out;
}

}  // namespace headwise
