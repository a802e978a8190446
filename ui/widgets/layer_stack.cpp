#include "ui/widgets/layer_stack.hpp"

#include <algorithm>

#include "engine/tensor/print.hpp"
#include "ui/widgets/heat_map.hpp"
#include "ui/widgets/marks.hpp"

namespace headwise {

namespace {

using Kind = LayerPart::Kind;

/// A box for a part of a layer; outlined where the cursor is in it.
bool draw_part(Context& ui, const std::string& name, ImVec2 low, ImVec2 high, ImU32 color, bool done, bool now) {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->AddRectFilled(low, high, done ? mix(ui.theme->panel, color, 0.2F) : ui.theme->raised, ui.em * 0.3F);
  draw->AddRect(low, high,
                now    ? ui.theme->accent
                : done ? color
                       : ui.theme->border,
                ui.em * 0.3F, 0, now ? 3.0F : 1.5F);
  return draw_spot(ui, name, low, high).clicked;
}

/// Scrolls when the cursor has come to another part of a layer, unless that is in sight.
void keep_in_sight(const Context& ui, std::size_t part, float top, float bottom) {
  int& seen = *ImGui::GetStateStorage()->GetIntRef(ImGui::GetID("part"), -1);
  if (ui.narrow || seen == static_cast<int>(part)) return;
  seen = static_cast<int>(part);
  const float window = ImGui::GetWindowPos().y;
  if (top >= window && bottom <= window + ImGui::GetWindowHeight()) return;
  ImGui::SetScrollFromPosY((top + bottom) * 0.5F - window, 0.5F);
}

/// One layer of the stack, drawn downwards along its part of the residual stream.
class DrawnLayer {
 public:
  DrawnLayer(Context& ui, const StackedLayer& layer, ImVec2 at, float width, bool open)
      : ui_(ui),
        session_(ui.session),
        graph_(session_.graph()),
        layer_(layer),
        pen_(at),
        left_(at.x),
        right_(at.x + width),
        stream_(at.x + ui.em * 2.6F),
        open_(open) {}

  float draw() {
    const float top = pen_.y;
    draw_text(ui_, ui_.strong_font, 0.85F, {left_, pen_.y}, ui_.theme->text, layer_.name, ui_.em * 6);
    pen_.y += ui_.em * 1.2F;
    for (std::size_t p = 0; p < layer_.parts.size();) p = draw_branch(p);
    return pen_.y - top;
  }

 private:
  bool done(const LayerPart& part) const { return reached_node(ui_) >= part.first; }
  bool now(const LayerPart& part) const { return reached_node(ui_) >= part.first && reached_node(ui_) <= part.last; }
  std::string name(const char* part) const { return "layers:" + layer_.name + ":" + part; }

  /// Everything up to the next addition: what is normalised on the stream itself, and what branches off.
  std::size_t draw_branch(std::size_t first) {
    std::size_t end = first;
    while (end < layer_.parts.size() && layer_.parts[end].kind != Kind::add) ++end;
    const LayerPart* add = end < layer_.parts.size() ? &layer_.parts[end] : nullptr;
    std::size_t p = first;
    const float begin = pen_.y;
    // The addition reads the stream: where that is a norm, the norm stands on it.
    if (layer_.parts[p].kind == Kind::norm && (!add || graph_[add->last].inputs[0] == layer_.parts[p].last))
      draw_norm_on_stream(layer_.parts[p++]);
    if (!add) return end;
    const float top = pen_.y;
    const float tall = height_of(p, end);
    const float middle = top + tall * 0.5F;
    stream(top, top + tall + ui_.em * 1.1F, done(*add));
    const ImU32 line = done(layer_.parts[p]) ? ui_.theme->role(Role::output) : ui_.theme->border;
    ImDrawList* list = ImGui::GetWindowDrawList();
    float x = stream_ + ui_.em * 1.2F;
    list->AddLine({stream_, middle}, {x, middle}, line, 2);
    ImVec2 out{x, middle};
    for (; p < end; ++p) {
      out = draw_box(layer_.parts[p], {x, top}, tall);
      x = out.x;
      if (p + 1 < end) list->AddLine({x, middle}, {x + ui_.em * 0.7F, middle}, line, 2);
      if (p + 1 < end) x += ui_.em * 0.7F;
    }
    // Back to the stream, below the boxes.
    const float under = top + tall + ui_.em * 0.55F;
    const ImU32 back = done(*add) ? ui_.theme->role(Role::output) : ui_.theme->border;
    const ImVec2 turn{out.x + ui_.em * 0.5F, out.y};
    list->AddLine(out, turn, back, 2);
    list->AddLine(turn, {turn.x, under}, back, 2);
    list->AddLine({turn.x, under}, {stream_, under}, back, 2);
    const float round = ui_.em * 0.55F;
    list->AddCircleFilled({stream_, under}, round, ui_.theme->panel);
    list->AddCircle({stream_, under}, round, now(*add) ? ui_.theme->accent : back, 0, now(*add) ? 3.0F : 2.0F);
    draw_text_in(ui_, ui_.strong_font, 0.95F, {stream_ - round, under - round}, {stream_ + round, under + round},
                 ui_.theme->text, "+");
    if (draw_spot(ui_, name("add") + std::to_string(end), {stream_ - round, under - round},
                  {stream_ + round, under + round})
            .clicked) {
      session_.go_to_stage(add->last);
    }
    pen_.y = under + ui_.em * 0.65F;
    if (reached_node(ui_) >= layer_.parts[first].first && reached_node(ui_) <= add->last)
      keep_in_sight(ui_, add->last, begin, pen_.y);
    return end + 1;
  }

  void stream(float from, float to, bool is_done) {
    ImGui::GetWindowDrawList()->AddLine({stream_, from}, {stream_, to},
                                        is_done ? ui_.theme->role(Role::output) : ui_.theme->border, 3);
  }

  void draw_norm_on_stream(const LayerPart& part) {
    const float tall = ui_.em * 1.3F;
    stream(pen_.y, pen_.y + tall + ui_.em * 0.5F, done(part));
    const ImVec2 low{stream_ - ui_.em * 2, pen_.y + ui_.em * 0.1F};
    const ImVec2 high = low + ImVec2{ui_.em * 4, tall};
    if (draw_part(ui_, name("norm") + std::to_string(part.first), low, high, ui_.theme->role(Role::input), done(part),
                  now(part))) {
      session_.go_to_stage(part.last);
    }
    draw_text_in(ui_, ui_.text_font, 0.8F, low, high, ui_.theme->text, "norm");
    pen_.y = high.y + ui_.em * 0.3F;
  }

  float height_of(std::size_t first, std::size_t end) const {
    float tall = ui_.em * 1.6F;
    for (std::size_t p = first; p < end; ++p) {
      const Kind kind = layer_.parts[p].kind;
      if (kind == Kind::attention) tall = std::max(tall, ui_.em * 3.7F);
      if (kind == Kind::experts) tall = std::max(tall, ui_.em * (open_ ? 6.2F : 2.4F));
    }
    return tall;
  }

  /// Where the line goes on from it.
  ImVec2 draw_box(const LayerPart& part, ImVec2 at, float tall) {
    if (part.kind == Kind::attention) return draw_heads(part, at, tall);
    if (part.kind == Kind::experts) return draw_experts(part, at, tall);
    const bool norm = part.kind == Kind::norm;
    const Axes& axes = graph_[part.last].axes();
    const Axes& wide = graph_[part.first].axes();
    const std::string text = norm ? "norm"
                                  : "feed-forward " + std::to_string(axes[2].size) + " \u2192 " +
                                        std::to_string(wide[2].size) + " \u2192 " + std::to_string(axes[2].size);
    const float width = text_width(ui_, ui_.text_font, 0.8F, text) + ui_.em * 1.2F;
    const ImVec2 low{at.x, at.y + (tall - ui_.em * 1.5F) * 0.5F};
    const ImVec2 high = low + ImVec2{width, ui_.em * 1.5F};
    if (draw_part(ui_, name(norm ? "norm" : "ffn") + (norm ? std::to_string(part.first) : ""), low, high,
                  ui_.theme->role(Role::input), done(part), now(part))) {
      session_.go_to_stage(norm ? part.last : part.first);
    }
    draw_text_in(ui_, ui_.text_font, 0.8F, low, high, ui_.theme->text, text);
    return {high.x, (low.y + high.y) * 0.5F};
  }

  /// A head each, with its attention weights.
  ImVec2 draw_heads(const LayerPart& part, ImVec2 at, float tall) {
    const Axes& axes = graph_[layer_.weights].axes();
    const std::int64_t heads = axes[1].size;
    const float side = std::clamp((right_ - at.x - ui_.em * 2) / static_cast<float>(heads) - ui_.em * 0.25F,
                                  ui_.em * 2.7F, ui_.em * 3.6F);
    const auto fit =
        std::max<std::int64_t>(1, static_cast<std::int64_t>((right_ - at.x - ui_.em * 2) / (side + ui_.em * 0.25F)));
    const Range shown = around(heads, session_.head(), fit);
    float x = at.x;
    for (std::int64_t h = shown.begin; h < shown.end; ++h) {
      const ImVec2 low{x, at.y};
      const ImVec2 high{x + side, at.y + tall};
      const bool here = now(part) && (h == session_.head() || session_.all_heads());
      const bool is_done = reached_node(ui_) >= layer_.weights;
      Cell to{layer_.weights, session_.first_cell(layer_.weights).index};
      to.index[1] = h;
      if (draw_part(ui_, name("head") + std::to_string(h), low, high, ui_.theme->role(Role::weights), done(part), here))
        session_.go_to(to);
      draw_text(ui_, ui_.text_font, 0.72F, low + ImVec2{ui_.em * 0.25F, 1}, ui_.theme->text,
                "head " + std::to_string(h), side);
      if (is_done && session_.trace().has_values()) {
        draw_thumbnail(ui_, layer_.weights, slice_at(axes, to.index), low + ImVec2{ui_.em * 0.25F, ui_.em * 0.95F},
                       high - ImVec2{ui_.em * 0.25F, ui_.em * 0.2F});
      }
      x = high.x + ui_.em * 0.25F;
    }
    if (shown.size() < heads) {
      draw_text(ui_, ui_.text_font, 0.8F, {x, at.y + tall * 0.5F - ui_.em * 0.5F}, ui_.theme->muted,
                "+" + std::to_string(heads - shown.size()));
      x += ui_.em * 1.8F;
    }
    return {x - ui_.em * 0.25F, at.y + tall * 0.5F};
  }

  /// The experts, and which tokens the router sends to each.
  ImVec2 draw_experts(const LayerPart& part, ImVec2 at, float tall) {
    const Axes& axes = graph_[*layer_.router].axes();
    const std::int64_t experts = axes[2].size;
    const float gap = ui_.em * 0.3F;
    const float side =
        std::clamp((right_ - at.x - ui_.em) / static_cast<float>(experts) - gap, ui_.em * 2, ui_.em * 4.2F);
    const auto fit = std::max<std::int64_t>(1, static_cast<std::int64_t>((right_ - at.x - ui_.em) / (side + gap)));
    const Range shown = around(experts, 0, fit);
    const bool is_done = reached_node(ui_) >= *layer_.router && session_.trace().has_values();
    const float box = ui_.em * 1.9F;
    const float y = open_ ? at.y + tall - box : at.y + (tall - box) * 0.5F;
    const std::int64_t tokens = axes[1].size;
    std::vector<std::int64_t> routed(static_cast<std::size_t>(experts), 0);
    if (is_done && tokens <= 256) {
      for (std::int64_t t = 0; t < tokens; ++t) {
        const std::vector<float> row = expert_shares(session_, *layer_.router, t);
        for (std::size_t e = 0; e < row.size(); ++e) routed[e] += row[e] > 0 ? 1 : 0;
      }
    }
    const auto left = [&](std::int64_t e) { return at.x + static_cast<float>(e - shown.begin) * (side + gap); };
    for (std::int64_t e = shown.begin; e < shown.end; ++e) {
      const ImVec2 low{left(e), y};
      const ImVec2 high{low.x + side, y + box};
      const std::string key = name("expert") + std::to_string(e);
      if (draw_part(ui_, key, low, high, ui_.theme->role(Role::input), done(part), false)) {
        Cell to = session_.first_cell(*layer_.router);
        to.index[1] = cursor_token(session_);
        to.index[2] = e;
        session_.go_to(to);
      }
      draw_text_in(ui_, ui_.text_font, 0.72F, low, {high.x, low.y + box * 0.5F}, ui_.theme->text,
                   side > ui_.em * 3.6F ? "expert " + std::to_string(e) : "e" + std::to_string(e));
      if (is_done && tokens <= 256) {
        const std::int64_t n = routed[static_cast<std::size_t>(e)];
        draw_text_in(ui_, ui_.text_font, 0.68F, {low.x, low.y + box * 0.45F}, high, ui_.theme->text,
                     side > ui_.em * 3.6F ? std::to_string(n) + (n == 1 ? " token" : " tokens") : std::to_string(n));
      }
    }
    const float end = left(shown.end - 1) + side;
    if (now(part))
      ImGui::GetWindowDrawList()->AddRect({at.x - 4, y - 4}, {end + 4, y + box + 4}, ui_.theme->accent, ui_.em * 0.3F,
                                          0, 2.5F);
    if (open_) draw_routes(at, y, left, side, shown, is_done);
    return {end, y + box * 0.5F};
  }

  template <typename Left>
  void draw_routes(ImVec2 at, float experts_y, const Left& left, float side, Range experts, bool is_done) {
    const Axes& axes = graph_[*layer_.router].axes();
    const std::int64_t chosen = std::min(cursor_token(session_), axes[1].size - 1);
    const float step = ui_.em * 3.6F;
    const Range tokens =
        around(axes[1].size, chosen, std::max<std::int64_t>(1, static_cast<std::int64_t>((right_ - at.x) / step)));
    ImDrawList* list = ImGui::GetWindowDrawList();
    for (const bool strong : {false, true}) {  // the chosen token's on top
      for (std::int64_t t = tokens.begin; t < tokens.end && is_done; ++t) {
        if ((t == chosen) != strong) continue;
        const std::vector<float> row = expert_shares(session_, *layer_.router, t);
        const ImVec2 from{at.x + (static_cast<float>(t - tokens.begin) + 0.5F) * step - ui_.em * 0.15F,
                          at.y + ui_.em * 1.15F};
        for (std::int64_t e = experts.begin; e < experts.end; ++e) {
          const float share = row[static_cast<std::size_t>(e)];
          if (share <= 0) continue;
          const ImVec2 to{left(e) + side * 0.5F, experts_y - 2};
          const ImU32 color = with_alpha(strong ? ui_.theme->accent : ui_.theme->muted, strong ? 1.0F : 0.55F);
          list->AddLine(from, to, color, 1 + 4 * share);
          list->AddTriangleFilled(to, to + ImVec2{-ui_.em * 0.25F, -ui_.em * 0.4F},
                                  to + ImVec2{ui_.em * 0.25F, -ui_.em * 0.4F}, color);
          if (!strong) continue;
          const ImVec2 middle{(from.x + to.x * 2) / 3, (from.y + to.y * 2) / 3};
          const ImVec2 half{ui_.em * 1.1F, ui_.em * 0.5F};
          list->AddRectFilled(middle - half, middle + half, ui_.theme->panel, 3);
          draw_text_in(ui_, ui_.mono_font, 0.75F, middle - half, middle + half, ui_.theme->text,
                       print_number(static_cast<double>(share), 2));
        }
      }
    }
    for (std::int64_t t = tokens.begin; t < tokens.end; ++t) {
      const ImVec2 low{at.x + static_cast<float>(t - tokens.begin) * step, at.y};
      const ImVec2 high = low + ImVec2{step - ui_.em * 0.3F, ui_.em * 1.15F};
      if (t == chosen) list->AddRectFilled(low, high, mix(ui_.theme->panel, ui_.theme->accent, 0.2F), 3);
      const std::string word = session_.trace().label(axes[1], t, session_.batch_item());
      ImFont* font = t == chosen ? ui_.strong_font : ui_.text_font;
      const float indent = std::max(2.0F, (high.x - low.x - text_width(ui_, font, 0.78F, word)) * 0.5F);
      draw_text(ui_, font, 0.78F, low + ImVec2{indent, 1}, ui_.theme->text, word, high.x - low.x - 2);
      if (!draw_spot(ui_, name("token") + std::to_string(t), low, high).clicked) continue;
      Cell to = session_.first_cell(*layer_.router);
      to.index[1] = t;
      session_.go_to(to);
    }
  }

  Context& ui_;
  Session& session_;
  const Graph& graph_;
  const StackedLayer& layer_;
  ImVec2 pen_;
  float left_, right_, stream_;
  bool open_;
};

}  // namespace

std::size_t reached_node(const Context& ui) {
  const Session& session = ui.session;
  return session.node().kind == NodeKind::stage ? session.cursor().node
                                                : first_reader(session.graph(), session.cursor().node);
}

std::int64_t cursor_token(const Session& session) {
  const auto axis = find_axis(session.node().axes(), AxisKind::query);
  return axis ? session.cursor().index[*axis] : 0;
}

std::vector<float> expert_shares(const Session& session, std::size_t router, std::int64_t token) {
  Region row = single(session.first_cell(router).index);
  row[1] = {token, token + 1};
  row[2] = {0, session.graph()[router].axes()[2].size};
  return session.trace().read(router, row);
}

float draw_layer(Context& ui, const StackedLayer& layer, ImVec2 at, float width, bool open) {
  return DrawnLayer(ui, layer, at, width, open).draw();
}

}  // namespace headwise
