#include "ui/figure/figure.hpp"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "app/picture.hpp"
#include "engine/tensor/error.hpp"
#include "tests/ui/screen.hpp"
#include "ui/figure/outline.hpp"
#include "ui/figure/path_data.hpp"
#include "ui/keys.hpp"

using namespace headwise;

namespace {

std::size_t count_of(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + what.size())) ++count;
  return count;
}

/// A frame of shapes alone.
struct Drawing {
  ImDrawListSharedData shared;
  ImDrawList list{&shared};
  ImDrawData data;

  Drawing() {
    list._ResetForNewFrame();
    list.PushClipRect({0, 0}, {1000, 1000});
  }
  Bitmap pixels(float width, float height, float density = 1) {
    data.Valid = true;
    data.CmdLists.push_back(&list);
    return to_pixels(data, {0, 0, width, height, {}, {}, {}}, density);
  }
  void triangle(ImVec2 a, ImVec2 b, ImVec2 c, ImU32 color) {
    list.PrimReserve(3, 3);
    for (const ImVec2 at : {a, b, c}) list.PrimVtx(at, {0, 0}, color);
  }
};

}  // namespace

TEST_CASE("triangles side by side cover every pixel once, wherever their corners are") {
  std::mt19937 random(3);
  std::uniform_real_distribution<float> within(3, 37);
  for (int round = 0; round < 200; ++round) {
    // A fan around a point within covers the square, half transparent: a pixel drawn twice is darker.
    Drawing drawing;
    const ImVec2 middle{within(random), within(random)};
    const ImVec2 corners[] = {{0, 0}, {within(random), 0}, {40, 0}, {40, within(random)}, {40, 40}, {within(random), 40}, {0, 40}};
    for (std::size_t i = 0; i < std::size(corners); ++i) {
      drawing.triangle(middle, corners[i], corners[(i + 1) % std::size(corners)], IM_COL32(0, 0, 0, 128));
    }
    const Bitmap bitmap = drawing.pixels(40, 40);
    int wrong = 0;
    for (int y = 0; y < 40; ++y) {
      for (int x = 0; x < 40; ++x) wrong += bitmap.at(x, y)[0] != 127;
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("colours run evenly across a triangle, and the density multiplies its pixels") {
  Drawing drawing;
  drawing.list.PrimReserve(3, 3);
  drawing.list.PrimVtx({0, 0}, {0, 0}, IM_COL32(0, 0, 0, 255));
  drawing.list.PrimVtx({51, 0}, {0, 0}, IM_COL32(255, 0, 0, 255));
  drawing.list.PrimVtx({0, 51}, {0, 0}, IM_COL32(0, 255, 0, 255));
  const Bitmap bitmap = drawing.pixels(60, 60, 2);
  REQUIRE(bitmap.width == 120);
  for (int y = 0; y < 100; y += 7) {
    for (int x = 0; x + y < 100; x += 7) {
      const double red = (x + 0.5) / 2 * 5;
      CHECK(std::fabs(bitmap.at(x, y)[0] - red) <= 1);
      CHECK(std::fabs(bitmap.at(x, y)[1] - (y + 0.5) / 2 * 5) <= 1);
    }
  }
  CHECK(bitmap.at(110, 110)[2] == 255);
}

TEST_CASE("the outline of triangles is where they end, and encloses their area") {
  Outline outline;
  outline.add({0, 0}, {400, 0}, {400, 300});
  outline.add({0, 0}, {0, 300}, {400, 300});  // the other way round
  const auto rectangle = outline.take();
  REQUIRE(rectangle.size() == 1);
  CHECK(rectangle[0].size() == 4);
  CHECK(outline.empty());

  std::mt19937 random(4);
  for (int round = 0; round < 100; ++round) {
    // A convex shape cut into triangles in two ways has one outline.
    std::vector<OutlinePoint> corners;
    for (int i = 0; i < 9; ++i) {
      const double angle = (i + 0.8 * static_cast<double>(random() % 1000) / 1000) * 2 * 3.14159265 / 9;
      corners.push_back({static_cast<std::int32_t>(10000 * std::cos(angle)), static_cast<std::int32_t>(7000 * std::sin(angle))});
    }
    const std::size_t from = random() % 9;
    for (std::size_t i = 1; i + 1 < 9; ++i) outline.add(corners[from], corners[(from + i) % 9], corners[(from + i + 1) % 9]);
    const auto lines = outline.take();
    REQUIRE(lines.size() == 1);
    std::vector<OutlinePoint> found = lines[0];
    std::sort(found.begin(), found.end());
    std::sort(corners.begin(), corners.end());
    CHECK(found == corners);
  }
}

TEST_CASE("numbers of paths are exact and short") {
  CHECK(PathData::number(0) == "0");
  CHECK(PathData::number(150) == "1.5");
  CHECK(PathData::number(-5) == "-.05");
  CHECK(PathData::number(-12345) == "-123.45");
  PathData path;
  path.move({100, 200});
  path.line({150, 200});
  path.line({150, 200});
  path.line({150, 100});
  path.line({100, 50});
  path.close();
  CHECK(path.text() == "M1 2h.5v-1l-.5-.5z");
}

TEST_CASE("an SVG has every letter of the frame, and says what it shows and where to find it") {
  Screen screen;
  screen.session.load({{"stage", "attn_weights"}, {"mask", "causal"}, {"tokens", "Fish & chips < 3"}});
  screen.frames(4);
  const ImDrawData& frame = *ImGui::GetDrawData();
  std::size_t letters = 0;
  for (const ImDrawList* list : frame.CmdLists) {
    for (const ImDrawCmd& command : list->CmdBuffer) {
      if (command.TexRef._TexData != ImGui::GetIO().Fonts->TexData) continue;
      for (unsigned i = 0; i + 5 < command.ElemCount; i += 3) {
        const auto vertex = [&](unsigned k) { return list->VtxBuffer[static_cast<int>(command.VtxOffset + list->IdxBuffer[static_cast<int>(command.IdxOffset + k)])]; };
        const ImDrawVert a = vertex(i), c = vertex(i + 2);
        if (a.uv.x == c.uv.x) continue;
        i += 3;
        const bool seen = c.pos.x > command.ClipRect.x && a.pos.x < command.ClipRect.z && c.pos.y > command.ClipRect.y &&
                          a.pos.y < command.ClipRect.w && a.pos.x < 1280 && a.pos.y < 720 && (a.col & IM_COL32_A_MASK) != 0;
        // Turned letters have their corners elsewhere.
        if (seen || a.uv.y == c.uv.y || a.pos.x >= c.pos.x) ++letters;
      }
    }
  }
  Figure whole{0, 0, 1280, 720, "Fish & <chips>", "In \"words\"", screen.session.hash()};
  const std::string svg = to_svg(frame, whole);
  CHECK(letters > 500);
  CHECK(count_of(svg, "<use ") == letters);
  CHECK(svg.find("<title>Fish &amp; &lt;chips&gt;</title>") != svg.npos);
  CHECK(svg.find("mask=causal") != svg.npos);
  CHECK(count_of(svg, "<g") == count_of(svg, "</g>"));
  // What lies outside the part that is shown is left out.
  whole.width = whole.height = 100;
  CHECK(count_of(to_svg(frame, whole), "<use ") < 40);
}

TEST_CASE("pictures of data are in an SVG to the pixel") {
  Screen screen;
  const Figure whole{0, 0, 1280, 720, {}, {}, {}};
  const std::size_t tensors = count_of(to_svg(*ImGui::GetDrawData(), whole), "<image ");
  ImTextureData texture;
  texture.Create(ImTextureFormat_RGBA32, 3, 2);
  texture.UseColors = true;
  for (int i = 0; i < 24; ++i) texture.Pixels[i] = static_cast<unsigned char>(i % 4 == 3 ? 255 : 10 * i);
  ImGui::RegisterUserTexture(&texture);
  screen.window.frames(2, [&] {
    screen.ui.draw();
    ImGui::GetForegroundDrawList()->AddImage(texture.GetTexRef(), {100, 100}, {400, 300});
  });
  const std::string svg = to_svg(*ImGui::GetDrawData(), whole);
  CHECK(count_of(svg, "<image ") == tensors + 1);
  CHECK(svg.find("matrix(300 0 0 200 100 100)") != svg.npos);
  const Bitmap all = pixels_of(texture, {0, 0}, {1, 1}, IM_COL32_WHITE);
  REQUIRE(all.rgba.size() == 24);
  CHECK(std::equal(all.rgba.begin(), all.rgba.end(), texture.Pixels));
  const Bitmap drawn = to_pixels(*ImGui::GetDrawData(), whole, 1);
  for (int i = 0; i < 6; ++i) {
    CHECK(drawn.at(100 + i % 3 * 100, 100 + i / 3 * 100)[1] == texture.Pixels[4 * i + 1]);
    CHECK(drawn.at(199 + i % 3 * 100, 199 + i / 3 * 100)[1] == texture.Pixels[4 * i + 1]);
  }

  // A picture taken meanwhile leaves what the graphics card has to do with it as it was.
  texture.SetStatus(ImTextureStatus_WantUpdates);
  const ImGuiContext* const before = ImGui::GetCurrentContext();
  screen.window.frames(1, [&] {
    CHECK(picture(screen.session, screen.course, {}, {}, PictureType::svg).size() > 10000);
    CHECK(ImGui::GetCurrentContext() == before);
    CHECK(texture.Status == ImTextureStatus_WantUpdates);
  });
  CHECK(ImGui::GetPlatformIO().Textures.contains(&texture));
  ImGui::UnregisterUserTexture(&texture);
  screen.frames(1);
}

TEST_CASE("a picture shows the view alone or the window, in either theme, and the same one twice") {
  Screen screen;
  screen.session.load({{"stage", "scores"}});
  screen.session.playing = true;
  const auto draw = [&](PictureFrame frame) { return picture(screen.session, screen.course, {}, frame, PictureType::svg); };
  const std::string view = draw({});
  CHECK(view == draw({}));
  CHECK(screen.session.playing);
  PictureFrame window;
  window.whole_window = true;
  CHECK(draw(window).find("width=\"1280\" height=\"720\"") != std::string::npos);
  CHECK(view.find("width=\"1280\"") == view.npos);
  CHECK(view.find("#v=1&amp;stage=scores") != view.npos);
  CHECK(view.find("fill=\"#ffffff\"") != view.npos);
  screen.session.set("theme", "dark");
  CHECK(draw({}).find("fill=\"#181b21\"") != std::string::npos);
  // On a phone the view is further down than the screen reaches.
  PictureFrame phone;
  phone.width = 390;
  phone.height = 300;
  const std::string narrow = draw(phone);
  CHECK(count_of(narrow, "<use ") > 100);
  CHECK(picture_name(screen.session, PictureType::png) == "headwise-scores.png");
}

TEST_CASE("E asks for the view as SVG, with Shift as PNG, and the list for four files") {
  Screen screen;
  const auto asked = [&screen](const std::function<void()>& act) {
    std::optional<PictureRequest> seen;
    act();
    screen.window.frames(4, [&] {
      if (const Requests now = screen.ui.draw(); now.picture) seen = now.picture;
    });
    return seen;
  };
  const auto svg = asked([&] { screen.window.press(ImGuiKey_E); });
  REQUIRE(svg);
  CHECK(svg->type == PictureType::svg);
  CHECK_FALSE(svg->whole_window);
  const auto png = asked([&] { screen.window.press(ImGuiMod_Shift | ImGuiKey_E); });
  REQUIRE(png);
  CHECK(png->type == PictureType::png);
  screen.click("header:export");
  const Landmark at = screen.place("header:export png window");
  const auto window = asked([&] { screen.window.click(at.x + 5, at.y + at.height / 2); });
  REQUIRE(window);
  CHECK(window->type == PictureType::png);
  CHECK(window->whole_window);
  CHECK_THROWS_AS(picture_command("export gif"), Error);
}

TEST_CASE("a long sentence's scores are in the picture cell by cell, where the screen shows blocks") {
  Screen screen(1280, 900);
  std::string tokens = "a";
  for (int i = 1; i < 320; ++i) tokens += " w" + std::to_string(i);
  screen.session.load({{"stage", "scores"}, {"tokens", tokens}});
  screen.frames(10);
  const auto largest = [] {
    int across = 0;
    for (const ImTextureData* texture : ImGui::GetPlatformIO().Textures) {
      if (texture->UseColors) across = std::max(across, texture->Width);
    }
    return across;
  };
  CHECK(largest() < 320);
  const std::string svg = picture(screen.session, screen.course, {}, {1280, 900}, PictureType::svg);
  // How a PNG of 320 x 320 pixels begins, in base64.
  CHECK(svg.find("iVBORw0KGgoAAAANSUhEUgAAAUAAAAFA") != svg.npos);
}

TEST_CASE("a picture that is made in pieces is the same, and what happens meanwhile does not show") {
  Screen screen;
  const PictureFrame frame;
  const std::string whole = picture(screen.session, screen.course, {}, frame, PictureType::png);
  const ImGuiContext* const before = ImGui::GetCurrentContext();
  PictureFile file(screen.session, screen.course, {}, frame, PictureType::png);
  CHECK(ImGui::GetCurrentContext() == before);
  double progress = 0;
  int pieces = 0;
  for (; !file.work(std::chrono::microseconds(500)); ++pieces) {
    CHECK(file.progress() >= progress);
    CHECK(file.progress() <= 1);
    progress = file.progress();
    if (pieces % 10 != 0) continue;
    screen.session.set("seed", std::to_string(pieces));
    screen.frames(1);
  }
  CHECK(pieces > 10);
  CHECK(file.take() == whole);
  // One that is given up leaves nothing behind.
  PictureFile given_up(screen.session, screen.course, {}, frame, PictureType::png);
  CHECK_FALSE(given_up.work(std::chrono::nanoseconds(1)));
  screen.frames(1);
}

TEST_CASE("while a picture is made there is a box with a way to stop it, and Esc does") {
  Screen screen;
  CHECK_FALSE(screen.ui.find("saving:stop"));
  screen.ui.show_saving(Saving{"headwise-scores.png", 0.4F});
  screen.frames(2);
  bool stopped = false;
  const auto watch = [&] { stopped |= screen.ui.draw().stop_picture; };
  screen.window.press(ImGuiKey_Escape);
  screen.window.frames(3, watch);
  CHECK(stopped);
  stopped = false;
  const Landmark stop = screen.place("saving:stop");
  screen.window.click(stop.x + stop.width / 2, stop.y + stop.height / 2);
  screen.window.frames(6, watch);
  CHECK(stopped);
  screen.ui.show_saving(std::nullopt);
  screen.frames(2);
  CHECK_FALSE(screen.ui.find("saving:stop"));
}
