#include <algorithm>
#include <chrono>
#include <string>

#include "engine/session/sweep.hpp"
#include "engine/tensor/print.hpp"
#include "ui/keys.hpp"
#include "ui/panels/panel.hpp"
#include "ui/widgets/small_plot.hpp"

namespace headwise {

namespace {

constexpr std::chrono::milliseconds counting_time{4};  // of a frame
constexpr std::size_t most_lines = 12;                 // of a tooltip
constexpr const char* explanation =
    "One size changes, the others stay. Ring: as it is set now.";

std::string print_figure(const Measure& measure, std::int64_t value) {
  return measure.kind == Count::Kind::bytes ? print_bytes(value) : print_count(value);
}

/// With few digits, for the end of an axis.
std::string print_end(const Measure& measure, std::int64_t value) {
  return measure.kind == Count::Kind::bytes ? print_bytes(value) : print_short(value);
}

/// `h = 4`
std::string print_setting(const Sweep& sweep, std::int64_t value) {
  return std::string(sweep.swept->symbol) + " = " + print_count(value);
}

const SweepPoint* point_now(const Sweep& sweep) {
  const auto found = std::find_if(sweep.points.begin(), sweep.points.end(), [&](const SweepPoint& p) { return p.value == sweep.now; });
  return found == sweep.points.end() ? nullptr : &*found;
}

/// Any sweep knows what the settings cost as they are.
const Tally* tally_now(const Sweeps& sweeps, std::size_t measure) {
  for (const Sweep& sweep : sweeps.all()) {
    if (const SweepPoint* now = point_now(sweep)) return &now->tallies[measure];
  }
  return nullptr;
}

const Sweeps& counted(Context& ui) {
  const std::uint64_t trace = ui.session.trace().id();
  const std::int64_t bytes = bytes_of_type(ui.session.settings().get("dtype"));
  Context::PlottedSweeps& plotted = ui.plotted;
  if (!plotted.sweeps || plotted.trace != trace || plotted.bytes != bytes) {
    plotted = {std::make_unique<Sweeps>(ui.session.run().settings, bytes), trace, bytes};
  }
  ui.unfinished |= !plotted.sweeps->compute(counting_time);
  return *plotted.sweeps;
}

/// The key's choices as buttons.
void choice(Context& ui, const char* name) {
  const Key& key = ui.session.settings().key(name);
  ImGui::AlignTextToFramePadding();
  muted(ui, key.label);
  tooltip(ui, key.help);
  for (const std::string& word : key.choices) {
    ImGui::SameLine(0, ui.em * 0.3F);
    if (choice_button(ui, word.c_str(), ui.session.settings().get(name) == word)) ui.session.set(name, word);
    ui.landmark_item("control:" + key.name + ":" + word);
  }
}

/// The figure and the terms that it is the sum of.
void sum(Context& ui, const Measure& measure, const std::string& title, const Tally& tally, std::size_t most) {
  ImGui::PushTextWrapPos(std::min(ui.em * 40, ImGui::GetIO().DisplaySize.x - ui.em * 2));
  ui.push(ui.strong_font);
  ImGui::TextUnformatted((title + ": " + print_figure(measure, tally.value)).c_str());
  Context::pop();
  ui.push(ui.mono_font, 0.82F);
  ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->muted);
  for (std::size_t i = 0; i < tally.terms.size() && i < most; ++i) {
    ImGui::TextUnformatted(((i > 0 ? "+ " : "= ") + tally.terms[i].count.what + ": " + print_term(tally.terms[i])).c_str());
  }
  if (tally.terms.size() > most) {
    ImGui::TextUnformatted(("+ " + std::to_string(tally.terms.size() - most) + " more: click the figure of now").c_str());
  }
  ImGui::PopStyleColor();
  Context::pop();
}

void sum_tooltip(Context& ui, const Measure& measure, const std::string& title, const Tally& tally, const std::string& action) {
  if (!ImGui::BeginTooltip()) return;
  sum(ui, measure, title, tally, most_lines);
  if (!action.empty()) ImGui::TextUnformatted(action.c_str());
  ImGui::PopTextWrapPos();
  ImGui::EndTooltip();
}

bool is_logarithmic(const Context& ui) { return ui.session.settings().get("plot_axes") == "log"; }

/// Where the axis of the varied size begins.
std::int64_t first_shown(const Context& ui, const Sweep& sweep) {
  return is_logarithmic(ui) && !sweep.points.empty() ? sweep.points.front().value : 0;
}

void plot(Context& ui, const Sweep& sweep, std::size_t m, ImVec2 low, ImVec2 size) {
  const Measure& measure = measures()[m];
  SmallPlot shown;
  shown.logarithmic = is_logarithmic(ui);
  for (const SweepPoint& p : sweep.points) {
    if (p.value == sweep.now) shown.now = shown.points.size();
    shown.points.push_back({static_cast<double>(p.value), std::max(1.0, static_cast<double>(p.tallies[m].value))});
  }
  if (!sweep.points.empty()) {
    const auto less = [m](const SweepPoint& a, const SweepPoint& b) { return a.tallies[m].value < b.tallies[m].value; };
    const auto [least, most] = std::minmax_element(sweep.points.begin(), sweep.points.end(), less);
    shown.highest = print_end(measure, most->tallies[m].value);
    if (shown.logarithmic && !sweep.is_flat(m)) shown.lowest = print_end(measure, least->tallies[m].value);
    if (ui.narrow) {
      shown.first = print_count(first_shown(ui, sweep));
      shown.last = print_setting(sweep, sweep.points.back().value);
    }
    shown.note = sweep.trend(m);
    shown.brief_note = sweep.trend(m, true);
    shown.stressed = sweep.is_flat(m);
  }
  const auto pointed = draw_small_plot(ui, shown, "plot:" + measure.name + ":" + sweep.swept->symbol, low, size);
  if (!pointed) return;
  const SweepPoint& point = sweep.points[*pointed];
  const bool can_set = point.value != sweep.now && !ui.session.is_locked(sweep.swept->key);
  sum_tooltip(ui, measure, print_setting(sweep, point.value) + ", " + measure.name, point.tallies[m],
                can_set ? "Click to set " + print_setting(sweep, point.value) + "." : "");
  if (can_set && ImGui::IsMouseClicked(0)) ui.session.set(sweep.swept->key, point.setting);
}

/// Name and figure of a measure, as the settings are; a click opens the sum behind it.
void measure_label(Context& ui, std::size_t m, const Tally* now) {
  const Measure& measure = measures()[m];
  ImGui::BeginGroup();
  ui.push(ui.strong_font);
  ImGui::AlignTextToFramePadding();
  ImGui::TextUnformatted(measure.name.c_str());
  Context::pop();
  if (ui.narrow) ImGui::SameLine();
  ui.push(ui.mono_font, 0.9F);
  const std::string figure = now ? print_figure(measure, now->value) : "\u2026";
  const bool opens = choice_button(ui, (figure + "##" + measure.name).c_str(), ImGui::IsPopupOpen(measure.name.c_str()));
  ui.landmark_item("measure:" + measure.name);
  const ImVec2 low = ImGui::GetItemRectMin();
  const ImVec2 high = ImGui::GetItemRectMax();
  Context::pop();
  ImGui::EndGroup();
  tooltip(ui, std::string(measure.help) + " Click for the sum.");
  if (!now) return;
  if (opens) ImGui::OpenPopup(measure.name.c_str());
  // Where it leaves more room, above or below.
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  const bool below = high.y + low.y < screen.y;
  const float room = below ? screen.y - high.y : low.y;
  ImGui::SetNextWindowPos({ui.narrow ? ui.em * 0.5F : low.x, below ? high.y + 2 : low.y - 2}, ImGuiCond_Always, {0, below ? 0.0F : 1.0F});
  ImGui::SetNextWindowSizeConstraints({0, 0}, {screen.x - ui.em, room - ui.em});
  if (!ImGui::BeginPopup(measure.name.c_str())) return;
  sum(ui, measure, measure.name, *now, now->terms.size());
  ImGui::TextUnformatted(measure.help);
  ImGui::PopTextWrapPos();
  ui.landmark("sum:" + measure.name, ImGui::GetWindowPos(), ImGui::GetWindowPos() + ImGui::GetWindowSize());
  ImGui::EndPopup();
}

/// What is varied in a column: where it stands, and from where to where.
void column_heading(Context& ui, const Sweep& sweep, ImVec2 at, float width) {
  ImDrawList* const draw = ImGui::GetWindowDrawList();
  const std::string now = print_setting(sweep, sweep.now);
  ui.push(ui.strong_font);
  const float line = ImGui::GetTextLineHeight();
  draw->AddText(at, ui.theme->text, now.c_str());
  float used = ImGui::CalcTextSize(now.c_str()).x;
  Context::pop();
  ui.push(ui.text_font, 0.8F);
  const float low = at.y + line - ImGui::GetFontSize() * 1.1F;
  const auto text_width = [](const std::string& text) { return ImGui::CalcTextSize(text.c_str()).x; };
  const std::string range = sweep.points.empty() ? "" : print_count(first_shown(ui, sweep)) + " to " + print_count(sweep.points.back().value);
  const float range_width = text_width(range);
  draw->AddText({at.x + width - range_width - ui.em * 0.4F, low}, ui.theme->muted, range.c_str());
  used += ui.em * 0.6F;
  if (used + text_width(sweep.swept->title) + range_width + ui.em < width) draw->AddText({at.x + used, low}, ui.theme->muted, sweep.swept->title);
  Context::pop();
}

}  // namespace

void draw_counts_plot(Context& ui) {
  const Sweeps& sweeps = counted(ui);
  ui.push(ui.text_font, 0.9F);
  if (ui.narrow) muted(ui, explanation);
  choice(ui, "plot_axes");
  if (!ui.narrow) ImGui::SameLine(0, ui.em * 1.5F);
  choice(ui, "dtype");
  if (!ui.narrow) {
    ImGui::SameLine(0, ui.em * 1.5F);
    muted(ui, explanation);
  }
  Context::pop();

  const auto count = static_cast<int>(sweeps.all().size());
  const float gap = ui.em * 0.45F;
  const float label = ui.narrow ? 0 : ui.em * 8.6F;
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const int beside = ui.narrow ? 2 : count;
  const float width = (room.x - label - gap * static_cast<float>(beside - 1)) / static_cast<float>(beside);
  const float line = ImGui::GetTextLineHeightWithSpacing();
  const float rows = static_cast<float>(measures().size());
  const float height = std::max(ui.em * 3.8F, (room.y - (ui.narrow ? 0 : line)) / rows - gap);
  if (!ui.narrow) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    for (int s = 0; s < count; ++s) {
      column_heading(ui, sweeps.all()[static_cast<std::size_t>(s)], {at.x + label + static_cast<float>(s) * (width + gap), at.y}, width);
    }
    ImGui::SetCursorScreenPos({at.x, at.y + line});
  }
  for (std::size_t m = 0; m < measures().size(); ++m) {
    ImVec2 at = ImGui::GetCursorScreenPos();
    measure_label(ui, m, tally_now(sweeps, m));
    if (ui.narrow) at = ImGui::GetCursorScreenPos();
    for (int s = 0; s < count; ++s) {
      const ImVec2 low{at.x + label + static_cast<float>(s % beside) * (width + gap),
                       at.y + static_cast<float>(s / beside) * (ui.em * 6 + gap)};
      plot(ui, sweeps.all()[static_cast<std::size_t>(s)], m, low, {width, ui.narrow ? ui.em * 6 : height});
    }
    const auto lines = static_cast<float>((count + beside - 1) / beside);
    const float used = ui.narrow ? lines * (ui.em * 6 + gap) : height;
    ImGui::SetCursorScreenPos(at);
    ImGui::Dummy({room.x, used});
    if (m + 1 < measures().size()) ImGui::SetCursorScreenPos({at.x, at.y + used + gap});
  }
}

void describe_counts_plot(const Context& ui, Description& out) {
  out.heading("Counts");
  out.text(explanation);
  for (const char* name : {"dtype", "plot_axes"}) {
    const Key& key = ui.session.settings().key(name);
    out.field(key.label, key.name, ui.session.settings().get(name), key.choices);
  }
  if (!ui.plotted.sweeps) return;
  for (std::size_t m = 0; m < measures().size(); ++m) {
    const Measure& measure = measures()[m];
    const Tally* const now = tally_now(*ui.plotted.sweeps, m);
    std::string trends;
    for (const Sweep& sweep : ui.plotted.sweeps->all()) {
      if (const std::string trend = sweep.trend(m); !trend.empty()) trends += (trends.empty() ? "" : "; ") + trend;
    }
    out.text(measure.name + (now ? ", now " + print_figure(measure, now->value) : "") + ": " + trends + ". " + measure.help);
    Block& table = out.table(measure.name, "plot-" + std::to_string(m));
    table.columns = {"figure", "as a sum"};
    for (const Sweep& sweep : ui.plotted.sweeps->all()) {
      for (const SweepPoint& point : sweep.points) {
        std::string sum;
        for (const Tally::Term& term : point.tallies[m].terms) sum += (sum.empty() ? "" : "; ") + term.count.what + ": " + print_term(term);
        table.row_headers.push_back(print_setting(sweep, point.value) + (point.value == sweep.now ? " (now)" : ""));
        table.rows.push_back({print_figure(measure, point.tallies[m].value), std::move(sum)});
      }
    }
  }
}

}  // namespace headwise
