#include "ui/ui.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <utility>

#include "ui/context.hpp"
#include "ui/keys.hpp"
#include "ui/layout.hpp"
#include "ui/panels/panel.hpp"
#include "ui/widgets/scrub.hpp"
#include "ui/widgets/word_field.hpp"

namespace headwise {

struct Ui::State {
  Options options;
  Context context;
  double next_step = 0;
  const Theme* styled = nullptr;
  float styled_em = 0;
  float styled_target = 0;
  ItemLog items;

  State(Session& session, Course& course, const Options& given)
      : options(given), context(session, course, options) {}
};

namespace {

/// The text size for a window: 16 on a laptop, larger on a large screen and on a projector.
float text_size(ImVec2 window, bool projector) {
  const float size = std::clamp(std::round(std::min(window.x / 82, window.y / 45)), 14.0F, 30.0F);
  return projector ? std::round(size * 1.4F) : size;
}

constexpr float finger = 44;  // what a fingertip hits, in logical pixels

const Theme& chosen_theme(const Session& session, const Options& options) {
  const std::string& name = session.settings().get("theme");
  const bool dark = name == "dark" || (name == "auto" && options.system_is_dark);
  const Theme& theme = dark ? dark_theme() : light_theme();
  return session.settings().toggle("projector") ? strong(theme) : theme;
}

/// What is folded away or out of sight is told too, but of the other views only where the cursor is.
bool described(const Context& ui, const Panel& panel) {
  if (panel.dock != Dock::stretch || panel.draw == draw_stage) return !ui.session.is_hidden(panel.id);
  return is_visible(ui, panel);
}

}  // namespace

Ui::Ui(Session& session, Course& course, Options options)
    : state_(std::make_unique<State>(session, course, options)) {}
Ui::~Ui() = default;

void Ui::set_options(const Options& options) { state_->options = options; }

void Ui::start(std::span<const std::byte> text_font, std::span<const std::byte> strong_font,
               std::span<const std::byte> mono_font) {
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.ConfigInputTextCursorBlink = false;
  io.ConfigWindowsMoveFromTitleBarOnly = true;
  const auto add = [&io](std::span<const std::byte> font, const char* name) {
    if (font.empty()) return io.Fonts->AddFontDefault();
    ImFontConfig config;
    config.FontDataOwnedByAtlas = false;
    std::snprintf(config.Name, sizeof config.Name, "%s", name);
    return io.Fonts->AddFontFromMemoryTTF(const_cast<std::byte*>(font.data()), static_cast<int>(font.size()), 16, &config);
  };
  Context& ui = state_->context;
  ui.text_font = add(text_font, "text");
  ui.strong_font = add(strong_font, "strong");
  ui.mono_font = add(mono_font, "mono");
}

Requests Ui::draw() {
  Context& ui = state_->context;
  const ImGuiIO& io = ImGui::GetIO();
  ui.em = text_size(io.DisplaySize, ui.session.settings().toggle("projector")) * ImGui::GetStyle().FontScaleDpi;
  ui.narrow = io.DisplaySize.x < ui.em * (state_->options.embedded ? 66 : 48);
  ui.target = state_->options.coarse_pointer ? finger : 0;
  ui.theme = &chosen_theme(ui.session, state_->options);
  ui.time = ImGui::GetTime();
  if (state_->styled != ui.theme || state_->styled_em != ui.em || state_->styled_target != ui.target) {
    ImGui::GetStyle().FontSizeBase = ui.em / ImGui::GetStyle().FontScaleDpi;
    ImGui::GetStyle()._NextFrameFontSizeBase = ImGui::GetStyle().FontSizeBase;
    apply_style(*ui.theme, ui.em, ui.target);
    state_->styled = ui.theme;
    state_->styled_em = ui.em;
    state_->styled_target = ui.target;
  }
  ui.windows = ui.session.windows();
  ui.pictures->begin_frame();
  ui.changed->begin_frame();
  ui.unfinished = false;
  ui.landmarks.clear();
  ui.grids.clear();
  if (!ui.next_hovered) {
    ui.tapped.reset();
    ui.chose_by_tap = false;
  }
  ui.holds_pointer = ui.takes_drag = false;
  ui.hovered = ui.next_hovered;
  ui.next_hovered.reset();
  // A hovered cell belongs to the run it was found in.
  if (ui.hovered && (ui.hovered->node >= ui.session.graph().nodes().size() ||
                     !contains(whole(ui.session.graph()[ui.hovered->node].axes()), ui.hovered->index))) {
    ui.hovered.reset();
  }

  handle_keys(ui);
  go_on_scrubbing(ui);
  Session& session = ui.session;
  if (session.playing) {
    const StepPosition at = session.position();
    if (at.at + 1 >= at.total) {
      session.playing = false;
    } else if (ui.time >= state_->next_step) {
      session.step(1);
      state_->next_step = ui.time + 1 / session.steps_per_second;
    }
  }
  ui.push(ui.text_font, 1);
  draw_panels(ui);
  draw_word_field(ui);
  Context::pop();
  ui.open_value = false;
  return std::exchange(ui.requests, {});
}

Requests Ui::command(std::string_view text) {
  Context& ui = state_->context;
  run_command(ui, text);
  return std::exchange(ui.requests, {});
}

bool Ui::animating() const {
  const Context& ui = state_->context;
  return ui.session.playing || ui.time < ui.message_until || ui.hovered != ui.next_hovered || ui.unfinished ||
         ui.pictures->waiting() || ui.changed->waiting() || ui.motion.runs(ui.time) || ui.scrub.waits();
}

bool Ui::holds_pointer() const { return state_->context.holds_pointer; }
bool Ui::takes_drag() const { return state_->context.takes_drag; }

Description Ui::describe() const {
  Description all;
  const Context& ui = state_->context;
  for (const Panel& panel : panel_table()) {
    if (panel.describe && described(ui, panel)) panel.describe(ui, all);
  }
  return all;
}

Description Ui::describe_view() const {
  Description shown;
  for (const Panel& panel : panel_table()) {
    const bool is_view = panel.dock == Dock::stretch && panel.id == state_->context.session.settings().get("view");
    if (is_view && panel.describe) panel.describe(state_->context, shown);
  }
  return shown;
}

std::string Ui::momentary() const {
  const Context::Palette& palette = state_->context.palette;
  const std::optional<Saving>& saving = state_->context.saving;
  const Context::Teacher& teacher = state_->context.teacher;
  return (palette.is_open ? "open " : "") + std::string(teacher.is_open ? "teacher " : "") + (teacher.as_written ? "as written " : "") + std::to_string(palette.chosen) + palette.query + '\n' + palette.problem + '\n' +
         (saving ? std::to_string(saving->tenths()) : "");
}

const ItemLog& Ui::item_log() const {
  if (!state_->items.is_started()) state_->items.start();
  return state_->items;
}

std::optional<Landmark> Ui::find(std::string_view name) const {
  const Context& ui = state_->context;
  if (constexpr std::string_view item = "item:"; name.starts_with(item)) {
    const Item* const found = item_log().find(name.substr(item.size()));
    if (!found) return std::nullopt;
    return Landmark{std::string(name), found->low.x, found->low.y, found->high.x - found->low.x, found->high.y - found->low.y};
  }
  if (const auto it = ui.landmarks.find(name); it != ui.landmarks.end()) return it->second;
  const std::size_t colon = name.rfind(':');
  const std::size_t comma = name.rfind(',');
  if (colon == name.npos || comma == name.npos || comma < colon) return std::nullopt;
  const auto grid = ui.grids.find(name.substr(0, colon));
  std::int64_t row = -1;
  std::int64_t column = -1;
  std::from_chars(name.data() + colon + 1, name.data() + comma, row);
  std::from_chars(name.data() + comma + 1, name.data() + name.size(), column);
  if (grid == ui.grids.end() || !grid->second.rows.contains(row) || !grid->second.columns.contains(column)) {
    return std::nullopt;
  }
  const auto& [low, square, rows, columns, block_rows, block_columns] = grid->second;
  return Landmark{std::string(name), low.x + static_cast<float>((column - columns.begin) / block_columns) * square.x,
                  low.y + static_cast<float>((row - rows.begin) / block_rows) * square.y, square.x, square.y};
}

void Ui::notify(std::string message) {
  Context& ui = state_->context;
  ui.message_until = ui.time + 3 + 0.03 * static_cast<double>(message.size());
  ui.message = std::move(message);
}

void Ui::show_saving(std::optional<Saving> saving) { state_->context.saving = std::move(saving); }

}  // namespace headwise
