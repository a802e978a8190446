#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>
#include <utility>

#include "ui/figure/figure.hpp"
#include "ui/figure/glyphs.hpp"
#include "ui/figure/outline.hpp"
#include "ui/figure/path_data.hpp"

namespace headwise {

namespace {

using Vertex = const ImDrawVert*;

std::int32_t hundredths(float pixels) { return static_cast<std::int32_t>(std::lround(pixels * 100)); }
std::string print_length(float pixels) { return PathData::number(std::lround(pixels * 100)); }
OutlinePoint point(ImVec2 at) { return {hundredths(at.x), hundredths(at.y)}; }

std::string in_xml(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string base64(const std::string& bytes) {
  static const char* const signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t three = 0;
    for (std::size_t j = 0; j < 3; ++j) three = three << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j) out += i + j <= bytes.size() ? signs[three >> (18 - 6 * j) & 63U] : '=';
  }
  return out;
}

std::string fill(ImU32 color) {
  char text[16];
  std::snprintf(text, sizeof text, "#%02x%02x%02x", color >> IM_COL32_R_SHIFT & 0xFFU, color >> IM_COL32_G_SHIFT & 0xFFU,
                color >> IM_COL32_B_SHIFT & 0xFFU);
  const unsigned alpha = color >> IM_COL32_A_SHIFT & 0xFFU;
  return std::string(" fill=\"") + text + "\"" +
         (alpha < 255 ? " fill-opacity=\"" + PathData::number(std::lround(alpha / 2.55)) + "\"" : "");
}

unsigned opacity(Vertex v) { return v->col >> IM_COL32_A_SHIFT & 0xFFU; }

struct Bounds {
  float left, top, right, bottom;
  bool contains(const Bounds& other) const {
    return other.left >= left && other.top >= top && other.right <= right && other.bottom <= bottom;
  }
  bool touches(const Bounds& other) const {
    return other.left < right && other.right > left && other.top < bottom && other.bottom > top;
  }
  bool operator==(const Bounds&) const = default;
};

template <typename... More>
Bounds bounds(Vertex a, More... more) {
  Bounds all{a->pos.x, a->pos.y, a->pos.x, a->pos.y};
  for (const Vertex v : {a, more...}) {
    all = {std::min(all.left, v->pos.x), std::min(all.top, v->pos.y), std::max(all.right, v->pos.x), std::max(all.bottom, v->pos.y)};
  }
  return all;
}

/// Where the places of a texture are drawn, by a triangle that shows some of them.
class Mapping {
 public:
  Mapping(Vertex a, Vertex b, Vertex c) : pos_(a->pos), uv_(a->uv) {
    const ImVec2 uv1{b->uv.x - uv_.x, b->uv.y - uv_.y};
    const ImVec2 uv2{c->uv.x - uv_.x, c->uv.y - uv_.y};
    const ImVec2 pos1{b->pos.x - pos_.x, b->pos.y - pos_.y};
    const ImVec2 pos2{c->pos.x - pos_.x, c->pos.y - pos_.y};
    const float d = uv1.x * uv2.y - uv2.x * uv1.y;
    across_ = {(uv2.y * pos1.x - uv1.y * pos2.x) / d, (uv2.y * pos1.y - uv1.y * pos2.y) / d};
    down_ = {(uv1.x * pos2.x - uv2.x * pos1.x) / d, (uv1.x * pos2.y - uv2.x * pos1.y) / d};
  }
  ImVec2 operator()(float u, float v) const {
    return {pos_.x + (u - uv_.x) * across_.x + (v - uv_.y) * down_.x, pos_.y + (u - uv_.x) * across_.y + (v - uv_.y) * down_.y};
  }
  ImVec2 across() const { return across_; }
  ImVec2 down() const { return down_; }

 private:
  ImVec2 pos_, uv_, across_, down_;
};

std::string matrix(ImVec2 across, ImVec2 down, ImVec2 origin) {
  std::string text = " transform=\"matrix(";
  for (const float n : {across.x, across.y, down.x, down.y}) {
    char number[24];
    std::snprintf(number, sizeof number, "%.5g ", static_cast<double>(n));
    text += number;
  }
  return text + print_length(origin.x) + " " + print_length(origin.y) + ")\"";
}

class Writer {
 public:
  Writer(const Figure& figure, const GlyphMap& glyphs)
      : glyphs_(glyphs), all_{figure.x, figure.y, figure.x + figure.width, figure.y + figure.height} {}

  void draw(const ImDrawList& list, const ImDrawCmd& command) {
    const ImDrawIdx* const index = list.IdxBuffer.Data + command.IdxOffset;
    const auto vertex = [&](unsigned i) { return list.VtxBuffer.Data + command.VtxOffset + index[i]; };
    clip_ = {std::max(command.ClipRect.x, all_.left), std::max(command.ClipRect.y, all_.top), std::min(command.ClipRect.z, all_.right),
             std::min(command.ClipRect.w, all_.bottom)};
    if (clip_.left >= clip_.right || clip_.top >= clip_.bottom) return;
    unsigned newest = 0;  // a shape's vertices come after those of the one before it
    for (unsigned i = 0; i + 2 < command.ElemCount; i += 3) {
      const Vertex a = vertex(i), b = vertex(i + 1), c = vertex(i + 2);
      const bool begins = std::min({index[i], index[i + 1], index[i + 2]}) > newest || i == 0;
      newest = std::max<unsigned>(newest, std::max({index[i], index[i + 1], index[i + 2]}));
      const ImVec2 low{std::min({a->uv.x, b->uv.x, c->uv.x}), std::min({a->uv.y, b->uv.y, c->uv.y})};
      const ImVec2 high{std::max({a->uv.x, b->uv.x, c->uv.x}), std::max({a->uv.y, b->uv.y, c->uv.y})};
      if (low.x == high.x && low.y == high.y) {
        shape(a, b, c, begins);
        continue;
      }
      // Two triangles that show a rectangle of a texture.
      const Vertex last = i + 5 < command.ElemCount ? vertex(i + 5) : c;
      const Bounds place = bounds(a, b, c, last);
      if (i + 5 < command.ElemCount && index[i] == index[i + 3] && index[i + 2] == index[i + 4]) i += 3;
      newest = std::max<unsigned>(newest, index[i + 2]);
      if (!clip_.touches(place) || opacity(a) == 0) continue;
      const PlacedGlyph* const letter =
          command.TexRef._TexData == &glyphs_.texture() ? glyphs_.find({(low.x + high.x) / 2, (low.y + high.y) / 2}) : nullptr;
      if (letter) {
        glyph(*letter, Mapping(a, b, c), low, high, place, a->col);
      } else if (command.TexRef._TexData) {
        image(*command.TexRef._TexData, Mapping(a, b, c), low, high, place, a->col);
      }
    }
    finish_shapes();
  }

  std::string finish(const Figure& figure) {
    finish_shapes();
    enter({}, {});
    const std::string size = print_length(figure.width) + "\" height=\"" + print_length(figure.height);
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"" + size + "\" viewBox=\"" +
           print_length(figure.x) + " " + print_length(figure.y) + " " + print_length(figure.width) + " " + print_length(figure.height) +
           "\">\n<title>" + in_xml(figure.title) + "</title>\n<desc>" + in_xml(figure.description) + "\n#" + in_xml(figure.link) +
           "</desc>\n<defs>\n" + defs_ + "</defs>\n" + body_ + "</svg>\n";
  }

 private:
  /// Of one colour; its smoothed fringe, which fades to nothing, ends where it is half gone.
  void shape(Vertex a, Vertex b, Vertex c, bool begins) {
    const Vertex strongest = std::max({a, b, c}, [](Vertex x, Vertex y) { return opacity(x) < opacity(y); });
    const unsigned most = opacity(strongest);
    const Bounds place = bounds(a, b, c);
    if (most == 0 || !clip_.touches(place)) return;
    // Drawn over itself, what one can see through is darker: no union then.
    if (strongest->col != shape_color_ || (begins && most < 255)) finish_shapes();
    shape_color_ = strongest->col;
    shape_bounds_ = outline_.empty() ? place
                                     : Bounds{std::min(place.left, shape_bounds_.left), std::min(place.top, shape_bounds_.top),
                                              std::max(place.right, shape_bounds_.right), std::max(place.bottom, shape_bounds_.bottom)};
    const float level = static_cast<float>(most) / 2;
    std::vector<OutlinePoint> kept;
    const Vertex corners[] = {a, b, c};
    for (std::size_t i = 0; i < 3; ++i) {
      const Vertex from = corners[i];
      const Vertex to = corners[(i + 1) % 3];
      if (static_cast<float>(opacity(from)) >= level) kept.push_back(point(from->pos));
      if ((static_cast<float>(opacity(from)) >= level) != (static_cast<float>(opacity(to)) >= level)) kept.push_back(between(from, to, level));
    }
    for (std::size_t i = 2; i < kept.size(); ++i) outline_.add(kept[0], kept[i - 1], kept[i]);
  }

  /// The same point from either side.
  static OutlinePoint between(Vertex a, Vertex b, float level) {
    if (opacity(a) > opacity(b)) std::swap(a, b);
    const float t = (level - static_cast<float>(opacity(a))) / (static_cast<float>(opacity(b)) - static_cast<float>(opacity(a)));
    return point({a->pos.x + (b->pos.x - a->pos.x) * t, a->pos.y + (b->pos.y - a->pos.y) * t});
  }

  void finish_shapes() {
    if (outline_.empty()) return;
    PathData path;
    for (const auto& line : outline_.take()) {
      path.move(line[0]);
      for (std::size_t i = 1; i < line.size(); ++i) path.line(line[i]);
      path.close();
    }
    if (path.text().empty()) return;
    enter(needed_clip(shape_bounds_, clip_), {});
    body_ += "<path" + fill(shape_color_) + " d=\"" + path.text() + "\"/>\n";
  }

  void glyph(const PlacedGlyph& letter, const Mapping& at, ImVec2 low, ImVec2 high, const Bounds& place, ImU32 color) {
    const ImFontGlyph& g = *letter.glyph;
    finish_shapes();
    auto [known, is_new] = letters_.try_emplace(letter.glyph, letters_.size());
    if (is_new) {
      const GlyphPath path = glyph_path(letter);
      char scale[48];
      std::snprintf(scale, sizeof scale, "%.7f -%.7f", static_cast<double>(path.scale), static_cast<double>(path.scale));
      defs_ += "<path id=\"g" + std::to_string(known->second) + "\" transform=\"scale(" + scale + ")\" d=\"" + path.data + "\"/>\n";
    }
    // One logical pixel of the letter's own, to the right and down.
    const float wide = (g.U1 - g.U0) / (g.X1 - g.X0);
    const float high_by = (g.V1 - g.V0) / (g.Y1 - g.Y0);
    const ImVec2 right{at.across().x * wide, at.across().y * wide};
    const ImVec2 down{at.down().x * high_by, at.down().y * high_by};
    const float baseline = std::round(letter.font->Ascent) - g.Y0;
    const ImVec2 corner = at(g.U0, g.V0);
    const ImVec2 pen{corner.x - right.x * g.X0 + down.x * baseline, corner.y - right.y * g.X0 + down.y * baseline};
    // Some are cut to fit a frame: then they show less than the whole letter.
    const float half_texel = 0.5F / static_cast<float>(glyphs_.texture().Width);
    const bool is_cut = low.x > g.U0 + half_texel || high.x < g.U1 - half_texel || low.y > g.V0 + half_texel || high.y < g.V1 - half_texel;
    enter(is_cut ? std::optional(common(place, clip_)) : needed_clip(place, clip_), color);
    const bool upright = std::fabs(right.x - 1) < 0.002F && std::fabs(right.y) < 0.002F && std::fabs(down.y - 1) < 0.002F;
    body_ += "<use xlink:href=\"#g" + std::to_string(known->second) + "\"" +
             (upright ? " x=\"" + print_length(pen.x) + "\" y=\"" + print_length(pen.y) + "\"" : matrix(right, down, pen)) + "/>\n";
  }

  void image(const ImTextureData& texture, const Mapping& at, ImVec2 low, ImVec2 high, const Bounds& place, ImU32 tint) {
    finish_shapes();
    enter(needed_clip(place, clip_), {});
    const ImVec2 size{high.x - low.x, high.y - low.y};
    body_ += "<image width=\"1\" height=\"1\" preserveAspectRatio=\"none\" style=\"image-rendering:optimizeSpeed;image-rendering:pixelated\"" +
             matrix({at.across().x * size.x, at.across().y * size.x}, {at.down().x * size.y, at.down().y * size.y}, at(low.x, low.y)) +
             " xlink:href=\"data:image/png;base64," + base64(png(pixels_of(texture, low, high, tint))) + "\"/>\n";
  }

  static Bounds common(const Bounds& a, const Bounds& b) {
    return {std::max(a.left, b.left), std::max(a.top, b.top), std::min(a.right, b.right), std::min(a.bottom, b.bottom)};
  }
  /// None where it all lies within, or is cut by the edge of the figure alone.
  std::optional<Bounds> needed_clip(const Bounds& place, const Bounds& clip) const {
    constexpr float fringe = 1;
    const Bounds wider{clip.left - fringe, clip.top - fringe, clip.right + fringe, clip.bottom + fringe};
    if (wider.contains(common(place, all_))) return std::nullopt;
    return clip;
  }

  /// Opens the group that clips so, and within it the group of that colour of letters (none: no group).
  void enter(const std::optional<Bounds>& clip, const std::optional<ImU32>& letters) {
    if (clip == entered_clip_ && letters == entered_letters_) return;
    if (entered_letters_) body_ += "</g>\n";
    if (clip != entered_clip_) {
      if (entered_clip_) body_ += "</g>\n";
      if (clip) body_ += "<g clip-path=\"url(#c" + std::to_string(clip_id(*clip)) + ")\">\n";
    }
    if (letters) body_ += "<g" + fill(*letters) + ">\n";
    entered_clip_ = clip;
    entered_letters_ = letters;
  }

  std::size_t clip_id(const Bounds& clip) {
    const auto known = std::find(clips_.begin(), clips_.end(), clip);
    if (known != clips_.end()) return static_cast<std::size_t>(known - clips_.begin());
    clips_.push_back(clip);
    defs_ += "<clipPath id=\"c" + std::to_string(clips_.size() - 1) + "\"><rect x=\"" + print_length(clip.left) + "\" y=\"" +
             print_length(clip.top) + "\" width=\"" + print_length(clip.right - clip.left) + "\" height=\"" +
             print_length(clip.bottom - clip.top) + "\"/></clipPath>\n";
    return clips_.size() - 1;
  }

  const GlyphMap& glyphs_;
  const Bounds all_;
  Bounds clip_{};
  std::string defs_, body_;
  std::map<const ImFontGlyph*, std::size_t> letters_;
  std::vector<Bounds> clips_;
  std::optional<Bounds> entered_clip_;
  std::optional<ImU32> entered_letters_;
  Outline outline_;
  ImU32 shape_color_ = 0;
  Bounds shape_bounds_{};
};

}  // namespace

std::string to_svg(const ImDrawData& frame, const Figure& figure) {
  const GlyphMap glyphs(*ImGui::GetIO().Fonts->TexData);
  Writer writer(figure, glyphs);
  for (const ImDrawList* const list : frame.CmdLists) {
    for (const ImDrawCmd& command : list->CmdBuffer) {
      if (!command.UserCallback) writer.draw(*list, command);
    }
  }
  return writer.finish(figure);
}

}  // namespace headwise
