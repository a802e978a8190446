#include <algorithm>
#include <string>
#include <vector>

#include "engine/attention/picture.hpp"
#include "engine/tensor/print.hpp"
#include "ui/widgets/marks.hpp"
#include "ui/widgets/pipeline_pictures.hpp"
#include "ui/widgets/turned_text.hpp"

namespace headwise {

namespace {

using Steps = std::vector<DecodeStep>;

const Steps& steps(const Context& ui) {
  const Session& session = ui.session;
  return ui.of_run<Steps>([&session] { return decode_steps(session.run().recipe, session.graph()); });
}

/// The step that the cursor is in: -1 before the first, as many as there are behind the last.
std::int64_t current_step(const Context& ui) {
  const Session& session = ui.session;
  const std::size_t cursor = session.cursor().node;
  const std::size_t at = session.node().kind == NodeKind::weight ? first_reader(session.graph(), cursor) : cursor;
  std::int64_t step = -1;
  for (const DecodeStep& each : steps(ui)) {
    if (at < each.first) return step;
    ++step;
  }
  return at > steps(ui).back().last ? step + 1 : step;
}

struct Sums {
  std::int64_t read = 0, weights = 0, flops = 0, recomputed = 0;
};

/// Over the steps before `end`; the prompt reads nothing that was cached before.
Sums sums(const Steps& all, std::int64_t end) {
  Sums sum;
  for (std::int64_t s = 0; s < end; ++s) {
    const DecodeStep& step = all[static_cast<std::size_t>(s)];
    if (s > 0) sum.read += step.read.value;
    sum.weights += step.weights.value;
    sum.flops += step.flops;
    sum.recomputed += step.recomputed;
  }
  return sum;
}

std::string times_text(std::int64_t more, std::int64_t less) {
  return print_number(static_cast<double>(more) / static_cast<double>(std::max<std::int64_t>(1, less)), 1);
}

std::string token(const Context& ui, std::int64_t t) {
  const Axis axis{"T", 0, AxisKind::key};
  return ui.session.trace().label(axis, t, ui.session.batch_item());
}

std::string total_text(const Context& ui) {
  const Steps& all = steps(ui);
  const Sums sum = sums(all, static_cast<std::int64_t>(all.size()));
  return "All " + std::to_string(all.size() - 1) + " new tokens: " + print_bytes(sum.read) +
         " read from the cache and " + print_bytes(sum.weights) + " of weights; " + print_count(sum.flops) +
         " matmul FLOPs in place of " + print_count(sum.recomputed) + " without a cache (" +
         times_text(sum.recomputed, sum.flops) + " times as many).";
}

std::string where_text(const Context& ui) {
  const Steps& all = steps(ui);
  const std::int64_t now = current_step(ui);
  const auto count = static_cast<std::int64_t>(all.size());
  if (now < 0) return "Before the prompt: the cache is empty.";
  if (now >= count) return "All tokens are decoded; what follows computes everything anew, to compare.";
  const DecodeStep& step = all[static_cast<std::size_t>(now)];
  if (now == 0) {
    return "Prefill: the prompt's " + std::to_string(step.after) + " tokens are computed at once, and " +
           print_bytes(step.written.value) + " are written to the cache.";
  }
  const Sums so_far = sums(all, now + 1);
  return "Token " + std::to_string(step.before) + " \"" + token(ui, step.before) + "\": 1 new row in each cache (" +
         print_bytes(step.written.value) + "); attention reads all " + std::to_string(step.after) + " rows, " +
         print_bytes(step.read.value) + ", besides " + print_bytes(step.weights.value) +
         " of weights. Read from the cache so far: " + print_bytes(so_far.read) + ". " + print_count(step.flops) +
         " matmul FLOPs; all tokens anew would take " + print_count(step.recomputed) + ".";
}

/// The narrowest cell that has its token's name above it.
float least_named(const Context& ui) { return ui.em * 0.85F; }

/// Where a step's row of numbers stands.
struct Place {
  ImVec2 at;
  float line = 0;
  Range shown;  // of the steps
  float y(std::int64_t step) const { return at.y + static_cast<float>(step - shown.begin) * line; }
};

float cell_width(const Context& ui, float width) {
  return std::min(width / static_cast<float>(steps(ui).back().after), ui.em * 3);
}

/// Titles, and the tokens' names where there is room for them, upright where they are too long.
float header_height(const Context& ui, float width) {
  const float cell = cell_width(ui, width);
  bool flat = true;
  for (std::int64_t t = 0; t < steps(ui).back().after && flat; ++t)
    flat = text_width(ui, ui.text_font, 0.75F, token(ui, t)) < cell - 2;
  return ui.em * (flat || cell < least_named(ui) ? 2.4F : 4);
}

void draw_cache_rows(Context& ui, std::size_t cache, const Place& place, float left, float width, float header) {
  Session& session = ui.session;
  const Steps& all = steps(ui);
  const std::int64_t now = current_step(ui);
  const std::int64_t tokens = all.back().after;
  const float cell = cell_width(ui, width);
  const bool apart = cell >= ui.em * 0.6F;
  const std::size_t last = all.back().caches[cache];
  const Node& node = session.graph()[last];
  const ImU32 color = ui.theme->role(node.role);
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw_text(ui, ui.strong_font, 0.85F, {left, place.at.y - header}, color, node.title, width);
  if (cell >= least_named(ui)) {
    for (std::int64_t t = 0; t < tokens; ++t) {
      const std::string name = token(ui, t);
      const float x = left + static_cast<float>(t) * cell;
      const bool flat = text_width(ui, ui.text_font, 0.75F, name) < cell - 2;
      if (flat) {
        draw_text_in(ui, ui.text_font, 0.75F, {x, place.at.y - ui.em * 1.1F}, {x + cell, place.at.y}, ui.theme->text,
                     name);
      } else {
        draw_turned_text(draw, ui.text_font, ui.em * 0.75F,
                         {x + (cell - ui.em * 0.75F) * 0.5F, place.at.y - ui.em * 0.2F}, ui.theme->text, name.c_str(),
                         header - ui.em * 1.5F);
      }
    }
  }
  for (std::int64_t s = place.shown.begin; s < place.shown.end; ++s) {
    const DecodeStep& step = all[static_cast<std::size_t>(s)];
    const float y = place.y(s);
    const bool later = s > now;
    const auto box = [&](std::int64_t from, std::int64_t to, ImU32 fill, ImU32 border) {
      const ImVec2 low{left + static_cast<float>(from) * cell, y + 1};
      const ImVec2 high{left + static_cast<float>(to) * cell - (apart ? 2 : 0), y + place.line - 3};
      if (fill) draw->AddRectFilled(low, high, fill, 2);
      draw->AddRect(low, high, border, 2);
      return std::pair{low, high};
    };
    const ImU32 faint = ui.theme->border;
    const ImU32 old_fill = later ? 0 : with_alpha(color, 0.28F);
    const ImU32 new_fill = later ? 0 : color;
    const std::int64_t by = apart ? 1 : std::max<std::int64_t>(1, tokens);
    for (std::int64_t t = 0; t < step.before; t += by)
      box(t, std::min(t + by, step.before), old_fill, later ? faint : color);
    for (std::int64_t t = step.before; t < step.after; t += by) {
      const auto [low, high] = box(t, std::min(t + by, step.after), new_fill, later ? faint : color);
      if (cell >= ui.em * 1.1F)
        draw_text_in(ui, ui.strong_font, 0.85F, low, high, later ? ui.theme->muted : Theme::ink_on(color), "+");
    }
    if (s == now) {
      const ImVec2 low{left - 3, y - 1};
      const ImVec2 high{left + static_cast<float>(step.after) * cell + 1, y + place.line - 1};
      draw->AddRect(low, high, ui.theme->accent, 3, 0, 2.5F);
    }
  }
  const std::string name = "cache:" + std::to_string(cache);
  const ImVec2 low{left, place.at.y};
  ImGui::SetCursorScreenPos(low);
  ImGui::InvisibleButton(("##" + name).c_str(),
                         {cell * static_cast<float>(tokens), place.line * static_cast<float>(place.shown.size())});
  ui.grids[name] = {low, {cell, place.line}, place.shown, {0, tokens}};
  if (!ImGui::IsItemHovered()) return;
  const ImVec2 mouse = ImGui::GetMousePos() - low;
  const std::int64_t s = std::clamp(place.shown.begin + static_cast<std::int64_t>(mouse.y / place.line),
                                    place.shown.begin, place.shown.end - 1);
  const std::int64_t t = std::clamp<std::int64_t>(static_cast<std::int64_t>(mouse.x / cell), 0, tokens - 1);
  const DecodeStep& step = all[static_cast<std::size_t>(s)];
  const std::string kept = t >= step.after    ? "not there yet"
                           : t >= step.before ? "new in " + step.name + ": written, and read at once"
                                              : "kept from before, read in " + step.name;
  ImGui::SetTooltip("%s of token %s \"%s\": %s\nclick to see its numbers", node.title.c_str(),
                    std::to_string(t).c_str(), token(ui, t).c_str(), kept.c_str());
  if (!ImGui::IsItemClicked()) return;
  Cell to = session.first_cell(step.caches[cache]);
  to.index[to.index.size() - 2] = std::min(t, step.after - 1);
  session.go_to(to);
}

void draw_numbers(Context& ui, const Place& place, float left, float width, float header) {
  const Steps& all = steps(ui);
  const std::int64_t now = current_step(ui);
  const float half = (width - ui.em) * 0.5F;
  const float digits = ui.em * 5.2F;
  std::int64_t most = 1;
  std::int64_t most_flops = 1;
  for (const DecodeStep& step : all) {
    most = std::max(most, step.read.value);
    most_flops = std::max({most_flops, step.recomputed, step.flops});
  }
  const float right = left + half + ui.em;
  draw_text(ui, ui.strong_font, 0.85F, {left, place.at.y - header}, ui.theme->text, "Cache read", half);
  draw_text(ui, ui.strong_font, 0.85F, {right, place.at.y - header}, ui.theme->text, "Matmul FLOPs", half);
  draw_text(ui, ui.text_font, 0.75F, {right, place.at.y - ui.em * 1.15F}, ui.theme->muted,
            "with the cache, and all anew", half);
  draw_text(ui, ui.text_font, 0.75F, {left, place.at.y - ui.em * 1.15F}, ui.theme->muted, "bytes in this step", half);
  const auto share = [](std::int64_t a, std::int64_t b) {
    return static_cast<float>(static_cast<double>(a) / static_cast<double>(b));
  };
  for (std::int64_t s = place.shown.begin; s < place.shown.end; ++s) {
    const DecodeStep& step = all[static_cast<std::size_t>(s)];
    const float y = place.y(s);
    const ImU32 ink = s > now ? ui.theme->muted : ui.theme->text;
    const float alpha = s > now ? 0.3F : 0.8F;
    const std::int64_t read = s == 0 ? 0 : step.read.value;
    draw_bar(ui, {left, y + 2}, {left + half - digits, y + place.line - 4}, 0, share(read, most),
             with_alpha(ui.theme->accent, alpha));
    draw_text(ui, ui.mono_font, 0.82F, {left + half - digits + ui.em * 0.3F, y + place.line * 0.5F - ui.em * 0.5F}, ink,
              print_bytes(read), digits);
    const float middle = y + place.line * 0.5F;
    draw_bar(ui, {right, y + 2}, {right + half - digits, middle - 2}, 0, share(step.flops, most_flops),
             with_alpha(ui.theme->accent, alpha));
    draw_bar(ui, {right, middle - 1}, {right + half - digits, y + place.line - 4}, 0,
             share(step.recomputed, most_flops), with_alpha(ui.theme->muted, alpha));
    draw_text(ui, ui.mono_font, 0.82F, {right + half - digits + ui.em * 0.3F, middle - ui.em * 0.5F}, ink,
              step.recomputed == step.flops ? "the same" : times_text(step.recomputed, step.flops) + "\u00d7 less",
              digits);
    ImGui::SetCursorScreenPos({left, y});
    ImGui::Dummy({width, place.line});
    ui.landmark_item("cache:bytes:" + step.name);
    tooltip(ui, step.read.what + ": " + step.read.formula + " = " + step.read.numbers + " = " +
                    print_count(step.read.value) + " B\n" + step.weights.what + ": " + step.weights.formula + " = " +
                    step.weights.numbers + " = " + print_count(step.weights.value) + " B\nmatmul FLOPs: " +
                    print_count(step.flops) + ", all tokens anew: " + print_count(step.recomputed));
  }
}

}  // namespace

void draw_cache(Context& ui) {
  const Steps& all = steps(ui);
  ImGui::TextWrapped("%s", where_text(ui).c_str());
  muted(ui, "+ new in this step.  Shaded: kept, and read.  Outline only: to come.");
  ImGui::Spacing();
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const bool stacked = ui.narrow || room.x < ui.em * 44;
  const float names = ui.em * (stacked ? 3.6F : 7);
  const float numbers = stacked ? room.x - names : ui.em * 23;
  const std::int64_t now = std::max<std::int64_t>(0, current_step(ui));
  const auto count = static_cast<std::int64_t>(all.size());
  const Range shown = around(count, std::min(now, count - 1), 24);
  const std::size_t caches = all.back().caches.size();
  const float gap = ui.em;
  const float width = (room.x - names - (stacked ? 0 : numbers + gap) - gap * static_cast<float>(caches - 1)) /
                      static_cast<float>(caches);
  const float header = header_height(ui, width);
  const float footer = ImGui::CalcTextSize(total_text(ui).c_str(), nullptr, false, room.x).y + ui.em;
  const float room_y = (room.y - header - footer) / static_cast<float>(shown.size());
  Place place{start + ImVec2{0, header}, std::clamp(room_y, ui.em * 1.3F, ui.em * 2.2F), shown};
  for (std::int64_t s = shown.begin; s < shown.end; ++s) {
    const DecodeStep& step = all[static_cast<std::size_t>(s)];
    const float y = place.y(s);
    const std::string name = stacked || s == 0 ? step.name : step.name + "  " + token(ui, step.before);
    draw_text(ui, s == now ? ui.strong_font : ui.text_font, 0.85F, {start.x, y + place.line * 0.5F - ui.em * 0.5F},
              ui.theme->text, name, names - ui.em * 0.4F);
    if (draw_spot(ui, "cache:" + step.name, {start.x, y}, {start.x + names - ui.em * 0.4F, y + place.line - 2})
            .clicked) {
      ui.session.go_to_stage(step.first);
    }
  }
  float used = 0;
  for (std::size_t c = 0; c < caches; ++c) {
    draw_cache_rows(ui, c, place, start.x + names + static_cast<float>(c) * (width + gap), width, header);
    used = std::min(width, ui.em * 3 * static_cast<float>(all.back().after));
  }
  const float tall = place.line * static_cast<float>(shown.size());
  float bottom = place.at.y + tall;
  if (stacked) {
    Place below = place;
    below.at.y = bottom + ui.em * 3;
    draw_numbers(ui, below, start.x + names, numbers, ui.em * 2.4F);
    bottom = below.at.y + tall;
  } else {
    const float left = start.x + names + static_cast<float>(caches) * (std::min(width, used) + gap) +
                       (used < width ? static_cast<float>(caches - 1) * (width - used) : 0);
    draw_numbers(ui, place, left, std::min(numbers, start.x + room.x - left), header);
  }
  ImGui::SetCursorScreenPos({start.x, bottom + ui.em * 0.5F});
  muted(ui, total_text(ui));
}

void describe_cache(const Context& ui, Description& out) {
  const Steps& all = steps(ui);
  const Graph& graph = ui.session.graph();
  out.text(where_text(ui), "cache-where", true);
  out.text(total_text(ui), "cache-total");
  Block& table = out.table("The cache, step by step", "cache-steps");
  table.columns = {"cached tokens",         "new",          "bytes written",   "bytes read of the cache",
                   "bytes read of weights", "matmul FLOPs", "without a cache", "state"};
  const std::int64_t now = current_step(ui);
  for (std::size_t s = 0; s < all.size(); ++s) {
    const DecodeStep& step = all[s];
    const auto at = static_cast<std::int64_t>(s);
    table.row_headers.push_back(step.name);
    table.rows.push_back({std::to_string(step.after), std::to_string(step.after - step.before),
                          print_count(step.written.value), print_count(s == 0 ? 0 : step.read.value),
                          print_count(step.weights.value), print_count(step.flops), print_count(step.recomputed),
                          at == now  ? "now"
                          : at < now ? "done"
                                     : "to come"});
  }
  for (const DecodeStep& step : all) out.button("Go to " + step.name, "change stage=" + graph[step.first].id());
}

}  // namespace headwise
