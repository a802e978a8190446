#include "app/picture.hpp"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>

#include "app/fonts.hpp"
#include "app/headless.hpp"

namespace headwise {

namespace {

constexpr int paper_density = 3;         // 288 dots per inch
constexpr float most_pixels_across = 4096;
constexpr double css_pixels_per_inch = 96;

/// Frames until the layout has settled and nothing moves any more.
void settle(HeadlessWindow& window, Ui& ui, float density) {
  constexpr int layout_frames = 4;
  constexpr int most_frames = 240;
  const auto draw = [&] {
    // Smoothed edges as wide as a pixel of the picture.
    ImGui::GetCurrentContext()->DrawListSharedData.InitialFringeScale = 1 / density;
    ui.draw();
  };
  window.frames(layout_frames, draw);
  for (int i = 0; i < most_frames && ui.animating(); ++i) window.frames(1, draw);
}

/// The view's panel without its border; the whole window where that is asked for, or no view shown.
Figure place_of(const Ui& ui, const Session& session, const PictureFrame& frame, float height) {
  const auto panel = ui.find("panel:" + session.settings().get("view"));
  if (frame.whole_window || !panel) return {0, 0, frame.width, height, {}, {}, {}};
  const float border = std::ceil(ImGui::GetStyle().ChildRounding * 0.35F);
  Figure figure;
  figure.x = std::ceil(panel->x + border);
  figure.y = std::ceil(panel->y + border);
  figure.width = std::floor(panel->x + panel->width - border) - figure.x;
  figure.height = std::floor(panel->y + panel->height - border) - figure.y;
  return figure;
}

std::string in_words(const Description& description) {
  std::string text;
  for (const Block& block : description.blocks) {
    const bool told = block.kind == Block::Kind::heading || block.kind == Block::Kind::text;
    if (told && !block.text.empty()) text += (text.empty() ? "" : "\n") + block.text;
  }
  return text;
}

std::string title_of(const Description& description) {
  for (const Block& block : description.blocks) {
    if (block.kind == Block::Kind::heading) return block.text;
  }
  return "Headwise";
}

/// Does not step on while it is drawn.
struct Standstill {
  Session& session;
  bool was_playing = session.playing;
  explicit Standstill(Session& s) : session(s) { session.playing = false; }
  ~Standstill() { session.playing = was_playing; }
};

}  // namespace

std::string picture(Session& session, const Lessons& lessons, const Options& options, const PictureFrame& frame, PictureType type) {
  const Standstill standstill(session);
  const float density = frame.density > 0 ? static_cast<float>(frame.density)
                                          : std::clamp(std::floor(most_pixels_across / frame.width), 1.0F, static_cast<float>(paper_density));
  HeadlessWindow window(frame.width, frame.height, density);
  Ui ui(session, lessons, options);
  start(ui);
  settle(window, ui, density);
  Figure figure = place_of(ui, session, frame, frame.height);
  if (const float needed = figure.y + figure.height; needed > frame.height) {
    // In one column the view may be further down: a window that is high enough shows it.
    window.resize(frame.width, needed + frame.height, density);
    settle(window, ui, density);
    figure = place_of(ui, session, frame, frame.height);
  }
  const Description words = ui.describe_view();
  figure.title = title_of(words);
  figure.description = in_words(words);
  figure.link = session.hash();
  const ImDrawData& drawn = *ImGui::GetDrawData();
  if (type == PictureType::svg) return to_svg(drawn, figure);
  return png(to_pixels(drawn, figure, density),
             {{"Title", figure.title}, {"Description", figure.description}, {"Source", "#" + figure.link}},
             css_pixels_per_inch * static_cast<double>(density));
}

std::string picture_name(const Session& session, PictureType type) {
  std::string what = session.settings().is_default("view") ? session.node().id() : session.settings().get("view");
  std::replace(what.begin(), what.end(), '/', '-');
  return "headwise-" + what + (type == PictureType::svg ? ".svg" : ".png");
}

}  // namespace headwise
