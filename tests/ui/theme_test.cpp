#include <doctest/doctest.h>

#include <cmath>

#include "ui/theme.hpp"

using namespace headwise;

namespace {

double luminance(ImU32 color) {
  const auto channel = [&](int shift) {
    const double v = ((color >> shift) & 0xffU) / 255.0;
    return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * channel(IM_COL32_R_SHIFT) + 0.7152 * channel(IM_COL32_G_SHIFT) + 0.0722 * channel(IM_COL32_B_SHIFT);
}

/// WCAG 2.1's contrast ratio.
double contrast(ImU32 a, ImU32 b) {
  const double la = luminance(a);
  const double lb = luminance(b);
  return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

constexpr Role roles[] = {Role::none,   Role::input, Role::query, Role::key,   Role::value,
                          Role::scores, Role::mask,  Role::weights, Role::output};

}  // namespace

TEST_CASE("every text colour reads on every surface: WCAG AA") {
  for (const Theme* theme : {&light_theme(), &dark_theme(), &strong(light_theme()), &strong(dark_theme())}) {
    CAPTURE(theme->dark);
    for (const ImU32 surface : {theme->background, theme->panel, theme->raised}) {
      CHECK(contrast(theme->text, surface) >= 7);
      CHECK(contrast(theme->muted, surface) >= 4.5);
      CHECK(contrast(theme->changed, surface) >= 4.5);
      for (const Role role : roles) {
        CAPTURE(static_cast<int>(role));
        CHECK(contrast(theme->role(role), surface) >= 4.5);
      }
    }
    CHECK(contrast(theme->on_accent, theme->accent) >= 4.5);
    CHECK(contrast(theme->warning, theme->warning_fill) >= 4.5);
    CHECK(contrast(theme->accent, theme->panel) >= 4.5);
  }
}

TEST_CASE("numbers read on every tint, and neighbouring tints differ") {
  for (const Theme* theme : {&light_theme(), &dark_theme()}) {
    for (std::int64_t n = 0; n < 8; ++n) {
      CHECK(contrast(Theme::ink_on(theme->tint(n)), theme->tint(n)) >= 4.5);
      CHECK(theme->tint(n) != theme->tint(n + 1));
      CHECK(theme->tint(n) == theme->tint(n + 8));
    }
  }
}

TEST_CASE("numbers read on every heat colour, zero is neutral, and size shows as darkness or light") {
  for (const Theme* theme : {&light_theme(), &dark_theme(), &strong(light_theme()), &strong(dark_theme())}) {
    for (int i = -100; i <= 100; ++i) {
      for (const ValueRange range : {ValueRange::any, ValueRange::unit}) {
        const ImU32 fill = theme->heat(range, static_cast<float>(i) / 100);
        CHECK(contrast(Theme::ink_on(fill), fill) >= 4.5);
      }
    }
    CHECK(theme->heat(ValueRange::any, 0) == theme->heat(ValueRange::unit, 0));
    for (int i = 1; i < 20; ++i) {
      for (const float sign : {-1.0F, 1.0F}) {
        const double less = luminance(theme->heat(ValueRange::any, sign * static_cast<float>(i) / 20));
        const double more = luminance(theme->heat(ValueRange::any, sign * static_cast<float>(i + 1) / 20));
        CHECK((theme->dark ? more > less : more < less));
      }
    }
  }
}
