#include "ui/widgets/arcs.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

constexpr std::int64_t most_lines = 4096;      // more are those of one query
constexpr float least_of_all = 0.02F;          // fainter lines are not drawn
constexpr float least_of_one = 0.005F;
constexpr float text_scale = 0.85F;

/// A column of tokens: every one named where there is room.
struct Column {
  const Axis* axis = nullptr;
  float top = 0, line = 0;       // of the first token, and from one to the next
  float text_x = 0, line_x = 0;  // where names end or begin, and where lines do
  std::int64_t every = 1;        // which names are printed

  float y(std::int64_t i) const { return top + (static_cast<float>(i) + 0.5F) * line; }
  std::int64_t at(float y) const {
    return std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor((y - top) / line)), 0, axis->size - 1);
  }
};

/// What the mouse points at, or what stands in for it.
struct Focus {
  std::optional<std::int64_t> query, key;
  const Arc* arc = nullptr;
};

class Drawing {
 public:
  Drawing(Context& ui, const HeadPatterns& of, std::span<const std::int64_t> heads, ImVec2 at, ImVec2 size)
      : ui_(ui), of_(of), heads_(heads), at_(at), size_(size) {
    const Axes& axes = ui.session.graph()[of.layer().weights].axes();
    const float wide = std::min(size.x * 0.26F, std::max(widest(axes[2]), widest(axes[3])) + ui.em * 0.5F);
    queries_ = column(axes[2], at.x + wide, at.x + wide + ui.em * 0.3F);
    keys_ = column(axes[3], at.x + size.x - wide - ui.em * 3, at.x + size.x - wide - ui.em * 3.3F);
  }

  void draw() {
    one_query_ = arcs_of_one_query(ui_, of_, heads_);
    ImGui::SetCursorScreenPos(at_);
    ImGui::InvisibleButton("##arcs", {std::max(size_.x, 1.0F), std::max(size_.y, 1.0F)});
    const bool hovered = ImGui::IsItemHovered();
    const bool clicked = ImGui::IsItemClicked();
    const ImVec2 mouse = ImGui::GetMousePos();
    Focus focus;
    if (hovered && mouse.x <= queries_.line_x) focus.query = queries_.at(mouse.y);
    if (hovered && mouse.x >= keys_.line_x) focus.key = keys_.at(mouse.y);
    const std::optional<std::int64_t> query = focus.query ? focus.query : one_query_ ? std::optional(shown_query()) : std::nullopt;
    // Of one query in any case: it is the same list that is asked for while the mouse moves over its keys.
    const std::vector<Arc>& all =
        ui_.heads->arcs(ui_.session, of_, heads_, one_query_ ? query : std::nullopt, one_query_ ? least_of_one : least_of_all);
    std::vector<const Arc*> shown;
    for (const Arc& arc : all) {
      if ((!query || arc.query == *query) && (!focus.key || arc.key == *focus.key)) shown.push_back(&arc);
    }
    if (hovered && !focus.query && !focus.key) focus.arc = nearest(shown, mouse);
    const bool one_token = focus.query || focus.key || one_query_;
    draw_lines(shown, focus, one_token);
    draw_tokens(shown, focus, query, one_token);
    draw_numbers(shown);
    if (!hovered) return;
    say(shown, focus);
    if (clicked) go(shown, focus);
  }

 private:
  float text_width(const std::string& text) const {
    return ui_.text_font->CalcTextSizeA(ui_.em * text_scale, 1e9F, 0, text.c_str()).x;
  }
  std::string name(const Axis& axis, std::int64_t i) const { return ui_.session.trace().label(axis, i, of_.batch_item()); }
  float widest(const Axis& axis) const {
    float most = text_width(axis.kind == AxisKind::query ? "query" : "key");
    for (std::int64_t i = 0; i < std::min<std::int64_t>(axis.size, 128); ++i) most = std::max(most, text_width(name(axis, i)));
    return most;
  }

  Column column(const Axis& axis, float text_x, float line_x) const {
    const float head = ui_.em * 1.2F;  // the word over the column
    const float least = ui_.em * text_scale * 1.02F;
    Column c{&axis, at_.y + head, 0, text_x, line_x, 1};
    c.line = std::min((size_.y - head) / static_cast<float>(axis.size), ui_.em * 1.9F);
    c.every = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(least / c.line)));
    return c;
  }

  /// Where nobody points at one: the cursor's within a head, which arrow keys move, else the last.
  std::int64_t shown_query() const {
    const Session& session = ui_.session;
    const Axes& axes = session.node().axes();
    const auto axis = find_axis(axes, AxisKind::query);
    if (!axis || !find_head_axis(axes)) return of_.rows() - 1;
    return std::min(session.cursor().index[*axis], queries_.axis->size - 1);
  }

  /// Lines of several heads between the same two tokens run side by side.
  float shift(const Arc& arc) const {
    const auto n = static_cast<float>(heads_.size());
    const auto place = static_cast<float>(std::find(heads_.begin(), heads_.end(), arc.head) - heads_.begin());
    return (place - (n - 1) / 2) * std::min(ui_.em * 0.14F, queries_.line * 0.7F / n);
  }
  float y_at(const Arc& arc, float x) const {
    const float t = std::clamp((x - queries_.line_x) / (keys_.line_x - queries_.line_x), 0.0F, 1.0F);
    const float from = queries_.y(arc.query);
    return from + (keys_.y(arc.key) - from) * t * t * (3 - 2 * t) + shift(arc);
  }
  ImVec2 middle(const Arc& arc) const {
    // Not all in one line, or numbers of heads that read the same token would hide each other.
    const auto place = static_cast<float>(std::find(heads_.begin(), heads_.end(), arc.head) - heads_.begin());
    const auto n = static_cast<float>(heads_.size());
    const float t = n < 2 ? 0.5F : 0.3F + 0.4F * place / (n - 1);
    const float x = queries_.line_x + (keys_.line_x - queries_.line_x) * t;
    return {x, y_at(arc, x)};
  }
  float number_radius() const { return ui_.em * 0.52F; }

  /// The strongest line of every head among those shown; before those of queries that read one key alone,
  /// which under a causal mask the first has to.
  std::map<std::int64_t, const Arc*> strongest(const std::vector<const Arc*>& shown) const {
    std::map<std::pair<std::int64_t, std::int64_t>, int> lines;  // of a head and query
    for (const Arc* arc : shown) ++lines[{arc->head, arc->query}];
    const auto chooses = [&](const Arc* arc) { return lines[{arc->head, arc->query}] > 1; };
    std::map<std::int64_t, const Arc*> all;
    for (const Arc* arc : shown) {  // the strongest come last
      const Arc*& best = all[arc->head];
      if (!best || chooses(arc) || !chooses(best)) best = arc;
    }
    return all;
  }

  const Arc* nearest(const std::vector<const Arc*>& shown, ImVec2 mouse) const {
    for (const auto& [head, arc] : strongest(shown)) {
      const ImVec2 d = middle(*arc) - mouse;
      if (std::hypot(d.x, d.y) <= number_radius()) return arc;
    }
    const Arc* best = nullptr;
    float distance = ui_.em * 0.4F;
    for (const Arc* arc : shown) {
      const float d = std::fabs(y_at(*arc, mouse.x) - mouse.y) - ui_.em * 0.2F * arc->weight;
      if (d >= distance) continue;
      distance = d;
      best = arc;
    }
    return best;
  }

  void draw_lines(const std::vector<const Arc*>& shown, const Focus& focus, bool one_token) const {
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const float third = (keys_.line_x - queries_.line_x) / 3;
    const auto line = [&](const Arc& arc, ImU32 color, float width) {
      const ImVec2 from{queries_.line_x, queries_.y(arc.query) + shift(arc)};
      const ImVec2 to{keys_.line_x, keys_.y(arc.key) + shift(arc)};
      draw->AddBezierCubic(from, {from.x + third, from.y}, {to.x - third, to.y}, to, color, width, 14);
    };
    const float wide = std::min(ui_.em * 0.36F, queries_.line * 0.9F);  // of a weight of 1
    for (const Arc* arc : shown) {
      const float strength = one_token ? 0.25F + 0.75F * std::sqrt(arc->weight) : 0.08F + 0.92F * arc->weight;
      line(*arc, with_alpha(ui_.theme->category(arc->head), std::min(strength, 1.0F)), 1 + wide * arc->weight);
    }
    if (!focus.arc) return;
    line(*focus.arc, ui_.theme->panel, ui_.em * 0.3F + wide * focus.arc->weight);
    line(*focus.arc, ui_.theme->category(focus.arc->head), ui_.em * 0.15F + wide * focus.arc->weight);
  }

  void draw_tokens(const std::vector<const Arc*>& shown, const Focus& focus, std::optional<std::int64_t> query, bool one_token) {
    const float size = ui_.em * text_scale;
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const auto text = [&](const Column& c, std::int64_t i, bool right, bool strong) {
      ImFont* font = strong ? ui_.strong_font : ui_.text_font;
      const float room = right ? at_.x + size_.x - ui_.em * 2.9F - c.text_x : c.text_x - at_.x;
      const std::string label = shortened(font, size, name(*c.axis, i), room);
      const float width = font->CalcTextSizeA(size, 1e9F, 0, label.c_str()).x;
      const float y = c.y(i) - size * 0.55F;
      const ImU32 color = strong ? ui_.theme->text : ui_.theme->muted;
      draw->AddText(font, size, {right ? c.text_x : c.text_x - width, y}, color, label.c_str());
    };
    const auto title = [&](const Column& c, bool right) {
      const char* word = right ? "key" : "query";
      const ImU32 color = ui_.theme->role(right ? Role::key : Role::query);
      const float x = right ? c.text_x : c.text_x - ui_.strong_font->CalcTextSizeA(size, 1e9F, 0, word).x;
      draw->AddText(ui_.strong_font, size, {x, at_.y}, color, word);
    };
    title(queries_, false);
    title(keys_, true);
    // The largest weight of each token that the lines shown end at, the largest first.
    std::vector<const Arc*> printed;
    for (auto it = shown.rbegin(); one_token && it != shown.rend(); ++it) {
      const bool again = std::any_of(printed.begin(), printed.end(), [&](const Arc* arc) {
        return focus.key ? arc->query == (*it)->query : arc->key == (*it)->key;
      });
      if (!again) printed.push_back(*it);
    }
    // Names by weight first, then those that still have room.
    const auto names = [&](const Column& c, bool right, bool of_lines, std::optional<std::int64_t> chosen) {
      std::vector<float> used;
      const auto free = [&](std::int64_t i) {
        return std::none_of(used.begin(), used.end(), [&](float y) { return std::fabs(y - c.y(i)) < size; });
      };
      const auto put = [&](std::int64_t i, bool strong) {
        if (!free(i)) return false;
        used.push_back(c.y(i));
        text(c, i, right, strong);
        ui_.landmark((right ? "arcs:key:" : "arcs:query:") + std::to_string(i), {right ? c.text_x : at_.x, c.y(i) - c.line / 2},
                     {right ? at_.x + size_.x : c.text_x, c.y(i) + c.line / 2});
        return true;
      };
      if (chosen) put(*chosen, true);
      for (const Arc* arc : printed) {
        if (!of_lines) break;
        const std::int64_t i = right ? arc->key : arc->query;
        if (!put(i, true)) continue;
        number(*arc, right ? at_.x + size_.x - ui_.em * 2.6F : queries_.line_x + ui_.em * 0.5F, c.y(i));
      }
      for (std::int64_t i = 0; i < c.axis->size; i += c.every) put(i, chosen == i);
    };
    names(queries_, false, focus.key.has_value(), focus.key ? std::nullopt : query);
    names(keys_, true, one_token && !focus.key, focus.key);
  }

  /// A weight beside its token, on the panel's colour so that lines do not cross it.
  void number(const Arc& arc, float x, float y) const {
    const float size = ui_.em * text_scale;
    const std::string text = print_number(static_cast<double>(arc.weight), 2);
    const ImVec2 extent = ui_.mono_font->CalcTextSizeA(size, 1e9F, 0, text.c_str());
    const ImVec2 low{x, y - extent.y / 2};
    ImDrawList* draw = ImGui::GetWindowDrawList();
    draw->AddRectFilled(low - ImVec2{2, 0}, low + extent + ImVec2{2, 0}, ui_.theme->panel, 3);
    draw->AddText(ui_.mono_font, size, low, ui_.theme->text, text.c_str());
  }

  /// Each head's number on its strongest line.
  void draw_numbers(const std::vector<const Arc*>& shown) const {
    constexpr std::size_t most = 24;
    const auto all = strongest(shown);
    if (all.size() > most) return;
    const float size = ui_.em * 0.72F;
    ImDrawList* draw = ImGui::GetWindowDrawList();
    for (const auto& [head, arc] : all) {
      const ImVec2 at = middle(*arc);
      const ImU32 color = ui_.theme->category(head);
      draw->AddCircleFilled(at, number_radius() + 1.5F, ui_.theme->panel);
      draw->AddCircleFilled(at, number_radius(), color);
      const std::string text = std::to_string(head);
      const ImVec2 extent = ui_.strong_font->CalcTextSizeA(size, 1e9F, 0, text.c_str());
      draw->AddText(ui_.strong_font, size, at - ImVec2{extent.x / 2, extent.y / 2}, Theme::ink_on(color), text.c_str());
      const float r = number_radius();
      ui_.landmark("arcs:head:" + text, at - ImVec2{r, r}, at + ImVec2{r, r});
    }
  }

  /// In a tooltip: the line, or by head what the token reads most (or what reads it most).
  void say(const std::vector<const Arc*>& shown, const Focus& focus) const {
    if (!focus.query && !focus.key && !focus.arc) return;
    if (!ImGui::BeginTooltip()) return;
    if (focus.arc) {
      const Cell cell = cell_of(*focus.arc);
      ui_.next_hovered = cell;
      ui_.push(ui_.mono_font, 0.9F);
      ImGui::Text("%s = %s", ui_.session.trace().cell_name(cell).c_str(),
                  print_number(static_cast<double>(focus.arc->weight), 4).c_str());
      Context::pop();
      muted(ui_, "click to choose: how it was computed stands under Arithmetic");
      ImGui::EndTooltip();
      return;
    }
    constexpr std::size_t most = 4;
    constexpr std::size_t most_heads = 12;
    const Column& other = focus.query ? keys_ : queries_;
    const std::string token = focus.query ? name(*queries_.axis, *focus.query) : name(*keys_.axis, *focus.key);
    ui_.push(ui_.strong_font, 0.9F);
    ImGui::TextUnformatted(("\"" + token + "\" " + (focus.query ? "reads" : "is read by")).c_str());
    Context::pop();
    ui_.push(ui_.text_font, 0.9F);
    for (std::size_t h = 0; h < std::min(heads_.size(), most_heads); ++h) {
      std::string line = ui_.session.trace().head_name(heads_[h]) + ":";
      std::size_t count = 0;
      for (auto it = shown.rbegin(); it != shown.rend() && count < most; ++it) {
        if ((*it)->head != heads_[h]) continue;
        line += (count++ == 0 ? "  " : ",  ") + name(*other.axis, focus.query ? (*it)->key : (*it)->query) + " " +
                print_number(static_cast<double>((*it)->weight), 2);
      }
      ImGui::TextUnformatted((line + (count == 0 ? "  nothing above 0.02" : "")).c_str());
    }
    if (heads_.size() > most_heads) muted(ui_, "and " + std::to_string(heads_.size() - most_heads) + " more heads");
    Context::pop();
    ImGui::EndTooltip();
  }

  Cell cell_of(const Arc& arc) const { return {of_.layer().weights, {of_.batch_item(), arc.head, arc.query, arc.key}}; }

  void go(const std::vector<const Arc*>& shown, const Focus& focus) const {
    if (focus.arc) return ui_.session.go_to(cell_of(*focus.arc));
    Cell cell = ui_.session.first_cell(of_.layer().weights);
    // To the strongest of the head that is shown large, else to the token's first.
    if (focus.query) cell.index[2] = *focus.query;
    if (focus.key) cell.index[3] = *focus.key;
    for (const Arc* arc : shown) {
      if (arc->head == cell.index[1]) cell = cell_of(*arc);
    }
    if (focus.query || focus.key) ui_.session.go_to(cell);
  }

  Context& ui_;
  const HeadPatterns& of_;
  std::span<const std::int64_t> heads_;
  ImVec2 at_, size_;
  Column queries_, keys_;
  bool one_query_ = false;
};

}  // namespace

bool arcs_of_one_query(const Context& ui, const HeadPatterns& of, std::span<const std::int64_t> heads) {
  const Axes& axes = ui.session.graph()[of.layer().weights].axes();
  return axes[2].size * axes[3].size * static_cast<std::int64_t>(heads.size()) > most_lines;
}

void draw_arcs(Context& ui, const HeadPatterns& of, std::span<const std::int64_t> heads, ImVec2 at, ImVec2 size) {
  Drawing(ui, of, heads, at, size).draw();
}

}  // namespace headwise
