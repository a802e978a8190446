#include "ui/theme.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace headwise {

namespace {

constexpr ImU32 rgb(unsigned hex) {
  return IM_COL32((hex >> 16) & 0xff, (hex >> 8) & 0xff, hex & 0xff, 255);
}

float channel(ImU32 color, int shift) { return static_cast<float>((color >> shift) & 0xffU); }

float linear(float value) {
  const float v = value / 255.0F;
  return v <= 0.04045F ? v / 12.92F : std::pow((v + 0.055F) / 1.055F, 2.4F);
}

ImU32 ramp(const std::array<ImU32, 4>& stops, float t) {
  const float at = std::clamp(t, 0.0F, 1.0F) * 3;
  const auto i = std::min<std::size_t>(static_cast<std::size_t>(at), 2);
  return mix(stops[i], stops[i + 1], at - static_cast<float>(i));
}

}  // namespace

ImU32 mix(ImU32 a, ImU32 b, float t) {
  ImU32 out = 0;
  for (const int shift : {IM_COL32_R_SHIFT, IM_COL32_G_SHIFT, IM_COL32_B_SHIFT, IM_COL32_A_SHIFT}) {
    const float value = channel(a, shift) + (channel(b, shift) - channel(a, shift)) * t;
    out |= static_cast<ImU32>(value + 0.5F) << shift;
  }
  return out;
}

ImU32 with_alpha(ImU32 color, float alpha) {
  return (color & ~IM_COL32_A_MASK) | static_cast<ImU32>(alpha * 255 + 0.5F) << IM_COL32_A_SHIFT;
}

ImU32 Theme::role(Role which) const {
  switch (which) {
    case Role::query: return dark ? rgb(0x6fb7f2) : rgb(0x0063a0);
    case Role::key: return dark ? rgb(0xf5a25d) : rgb(0xa84a00);
    case Role::value: return dark ? rgb(0x4fd1a5) : rgb(0x00734f);
    case Role::weights: return dark ? rgb(0xe39ac6) : rgb(0x9a3f77);
    case Role::output: return dark ? rgb(0xb9a8f0) : rgb(0x5b45a8);
    case Role::input: return dark ? rgb(0xe8d36a) : rgb(0x6f5c00);
    case Role::scores: return dark ? rgb(0xc3ccd8) : rgb(0x44515f);
    case Role::mask:
    case Role::index:
    case Role::none: return muted;
  }
  return text;
}

ImU32 Theme::category(std::int64_t i) const {
  // Okabe & Ito's, darker on a light panel.
  static constexpr std::array<ImU32, 8> on_light{rgb(0x0072b2), rgb(0xd55e00), rgb(0x00815b), rgb(0xb0558a),
                                                 rgb(0xa87400), rgb(0x2f8fc7), rgb(0x857600), rgb(0x3f464e)};
  static constexpr std::array<ImU32, 8> on_dark{rgb(0x4aa3e0), rgb(0xf0803a), rgb(0x1fb58a), rgb(0xdf8fbd),
                                                rgb(0xe6a21a), rgb(0x8fd0f5), rgb(0xf0e442), rgb(0xdfe4ea)};
  return (dark ? on_dark : on_light)[static_cast<std::size_t>(i) % on_light.size()];
}

ImU32 Theme::heat(ValueRange range, float t) const {
  static constexpr std::array<ImU32, 4> light_negative{rgb(0xf4f4f5), rgb(0xb5d2e8), rgb(0x5a9bcb), rgb(0x1b5d9b)};
  static constexpr std::array<ImU32, 4> light_positive{rgb(0xf4f4f5), rgb(0xf6c3ac), rgb(0xdd7560), rgb(0xac1f32)};
  static constexpr std::array<ImU32, 4> light_share{rgb(0xf4f4f5), rgb(0xe3c3d8), rgb(0xbd7aa6), rgb(0x7a2459)};
  static constexpr std::array<ImU32, 4> dark_negative{rgb(0x242932), rgb(0x274a6b), rgb(0x3a80b6), rgb(0x8cc6f0)};
  static constexpr std::array<ImU32, 4> dark_positive{rgb(0x242932), rgb(0x6a352f), rgb(0xbb5a48), rgb(0xf7a98e)};
  static constexpr std::array<ImU32, 4> dark_share{rgb(0x242932), rgb(0x553148), rgb(0xa45b88), rgb(0xf0b8da)};
  if (range == ValueRange::unit) return ramp(dark ? dark_share : light_share, t);
  if (t < 0) return ramp(dark ? dark_negative : light_negative, -t);
  return ramp(dark ? dark_positive : light_positive, t);
}

ImU32 Theme::tint(std::int64_t i) const { return mix(panel, category(i), dark ? 0.5F : 0.45F); }

ImU32 Theme::ink_on(ImU32 fill) {
  const float luminance = 0.2126F * linear(channel(fill, IM_COL32_R_SHIFT)) +
                          0.7152F * linear(channel(fill, IM_COL32_G_SHIFT)) +
                          0.0722F * linear(channel(fill, IM_COL32_B_SHIFT));
  return luminance > 0.179F ? rgb(0x000000) : rgb(0xffffff);
}

const Theme& light_theme() {
  static const Theme theme{false,          rgb(0xeceef1), rgb(0xffffff), rgb(0xf1f3f5), rgb(0xcdd3da),
                           rgb(0x16191d), rgb(0x545d68), rgb(0x1f5fbf), rgb(0xffffff), rgb(0x9b1c1c),
                           rgb(0xfdeaea), rgb(0x8a5200)};
  return theme;
}

const Theme& dark_theme() {
  static const Theme theme{true,           rgb(0x101216), rgb(0x181b21), rgb(0x22262e), rgb(0x3a414c),
                           rgb(0xeef0f3), rgb(0xa4adb9), rgb(0x6fa8ff), rgb(0x0b1220), rgb(0xff9b93),
                           rgb(0x3a1b1b), rgb(0xf3b95f)};
  return theme;
}

const Theme& strong(const Theme& theme) {
  static const auto stronger = [](Theme all) {
    all.text = all.dark ? rgb(0xffffff) : rgb(0x000000);
    all.background = all.panel = all.dark ? rgb(0x000000) : rgb(0xffffff);
    all.muted = mix(all.muted, all.text, 0.7F);
    all.border = mix(all.border, all.text, 0.45F);
    return all;
  };
  static const Theme light = stronger(light_theme());
  static const Theme dark = stronger(dark_theme());
  return theme.dark ? dark : light;
}

void apply_style(const Theme& theme, float em, float target) {
  ImGuiStyle& style = ImGui::GetStyle();
  const float dpi = style.FontScaleDpi;
  const float base = style.FontSizeBase;
  style = ImGuiStyle();
  style.FontScaleDpi = dpi;
  style.FontSizeBase = base;
  style.WindowPadding = {em * 0.6F, em * 0.5F};
  style.FramePadding = {em * 0.45F, std::max(em * 0.25F, (target - em) * 0.5F)};
  style.ItemSpacing = {em * 0.5F, em * 0.35F};
  style.ItemInnerSpacing = {em * 0.35F, em * 0.25F};
  style.CellPadding = {em * 0.35F, em * 0.15F};
  style.ScrollbarSize = em * 0.65F;
  style.GrabMinSize = em * 0.8F;
  style.WindowRounding = style.ChildRounding = style.PopupRounding = em * 0.45F;
  style.FrameRounding = style.GrabRounding = em * 0.3F;
  style.ScrollbarRounding = em;
  style.WindowBorderSize = style.ChildBorderSize = style.PopupBorderSize = 1;
  style.FrameBorderSize = 1;
  style.IndentSpacing = em;
  style.HoverDelayNormal = 0.25F;
  style.AntiAliasedLinesUseTex = false;

  const auto set = [&style](ImGuiCol which, ImU32 color) {
    style.Colors[which] = ImGui::ColorConvertU32ToFloat4(color);
  };
  const ImU32 hovered = headwise::mix(theme.raised, theme.accent, 0.18F);
  const ImU32 active = headwise::mix(theme.raised, theme.accent, 0.35F);
  set(ImGuiCol_Text, theme.text);
  set(ImGuiCol_TextDisabled, theme.muted);
  set(ImGuiCol_WindowBg, theme.background);
  set(ImGuiCol_ChildBg, theme.panel);
  set(ImGuiCol_PopupBg, theme.panel);
  set(ImGuiCol_Border, theme.border);
  set(ImGuiCol_BorderShadow, 0);
  set(ImGuiCol_FrameBg, theme.raised);
  set(ImGuiCol_FrameBgHovered, hovered);
  set(ImGuiCol_FrameBgActive, active);
  set(ImGuiCol_Button, theme.raised);
  set(ImGuiCol_ButtonHovered, hovered);
  set(ImGuiCol_ButtonActive, active);
  set(ImGuiCol_Header, headwise::mix(theme.panel, theme.accent, 0.14F));
  set(ImGuiCol_HeaderHovered, hovered);
  set(ImGuiCol_HeaderActive, active);
  set(ImGuiCol_CheckMark, theme.accent);
  set(ImGuiCol_SliderGrab, theme.accent);
  set(ImGuiCol_SliderGrabActive, theme.accent);
  set(ImGuiCol_ScrollbarBg, 0);
  set(ImGuiCol_ScrollbarGrab, theme.border);
  set(ImGuiCol_ScrollbarGrabHovered, theme.muted);
  set(ImGuiCol_ScrollbarGrabActive, theme.accent);
  set(ImGuiCol_Separator, theme.border);
  set(ImGuiCol_TextSelectedBg, with_alpha(theme.accent, 0.35F));
  set(ImGuiCol_NavCursor, theme.accent);
  set(ImGuiCol_TextLink, theme.accent);
  set(ImGuiCol_TableBorderLight, theme.border);
  set(ImGuiCol_TableBorderStrong, theme.border);
  set(ImGuiCol_TableHeaderBg, theme.raised);
  set(ImGuiCol_ModalWindowDimBg, with_alpha(IM_COL32(0, 0, 0, 255), 0.45F));
  set(ImGuiCol_ResizeGrip, 0);
}

}  // namespace headwise
