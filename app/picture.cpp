#include "app/picture.hpp"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "app/fonts.hpp"
#include "app/headless.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

constexpr int paper_density = 3;         // 288 dots per inch
constexpr float most_pixels_across = 4096;
constexpr double css_pixels_per_inch = 96;
constexpr double most_pixels = 2e8;  // of a PNG; they take 4 bytes each

/// Frames until the layout has settled and nothing moves any more.
void settle(HeadlessWindow& window, Ui& ui, float density) {
  constexpr int layout_frames = 8;  // columns that scroll find their width
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
  if (frame.whole_window || !panel) return {0, 0, std::floor(frame.width), std::floor(height), {}, {}, {}};
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

/// Either what is left to do of a PNG, or a whole SVG.
struct PictureFile::State {
  HeadlessWindow window;
  Ui ui;
  float density;
  Figure figure;
  std::string svg;
  std::optional<PixelPainter> painter;
  std::optional<PngFile> png;

  State(Session& session, Course& course, const Options& options, const PictureFrame& frame, float d)
      : window(frame.width, frame.height, d), ui(session, course, options), density(d) {}
  ~State() { window.enter(); }
};

PictureFile::PictureFile(Session& session, Course& course, const Options& options, const PictureFrame& frame, PictureType type) {
  const Standstill standstill(session);
  const float density = frame.density > 0 ? static_cast<float>(frame.density)
                                          : std::clamp(std::floor(most_pixels_across / frame.width), 1.0F, static_cast<float>(paper_density));
  state_ = std::make_unique<State>(session, course, options, frame, density);
  auto& [window, ui, kept_density, figure, svg, painter, png] = *state_;
  start(ui);
  settle(window, ui, density);
  figure = place_of(ui, session, frame, frame.height);
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
  if (type == PictureType::svg) {
    svg = to_svg(drawn, figure);
  } else {
    if (const double pixels = static_cast<double>(figure.width * figure.height) * std::pow(static_cast<double>(density), 2); pixels > most_pixels) {
      throw Error("a PNG of this would have " + print_short(static_cast<std::int64_t>(pixels)) +
                  " pixels and may have 200 million: make the window or the density smaller, or save it as SVG");
    }
    painter.emplace(drawn, figure, density);
  }
  window.leave();
}

PictureFile::~PictureFile() = default;

bool PictureFile::work(std::chrono::duration<double> budget) {
  const auto end = std::chrono::steady_clock::now() + budget;
  auto& [window, ui, density, figure, svg, painter, png] = *state_;
  if (!painter) return true;
  if (!png) {
    if (!painter->work(budget)) return false;
    const PngTexts texts{{"Title", figure.title}, {"Description", figure.description}, {"Source", "#" + figure.link}};
    png.emplace(painter->bitmap(), texts, css_pixels_per_inch * static_cast<double>(density));
  }
  return png->work(end - std::chrono::steady_clock::now());
}

double PictureFile::progress() const {
  if (!state_->painter) return 1;
  return (state_->painter->progress() + (state_->png ? state_->png->progress() : 0)) / 2;
}

std::string PictureFile::take() { return state_->png ? state_->png->take() : std::move(state_->svg); }

std::string picture(Session& session, Course& course, const Options& options, const PictureFrame& frame, PictureType type) {
  PictureFile file(session, course, options, frame, type);
  while (!file.work(std::chrono::hours(1))) continue;
  return file.take();
}

std::string picture_name(const Session& session, PictureType type) {
  std::string what = session.settings().is_default("view") ? session.node().id() : session.settings().get("view");
  std::replace(what.begin(), what.end(), '/', '-');
  return "headwise-" + what + (type == PictureType::svg ? ".svg" : ".png");
}

}  // namespace headwise
