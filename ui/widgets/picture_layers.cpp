#include <algorithm>
#include <string>
#include <vector>

#include "engine/attention/picture.hpp"
#include "engine/tensor/print.hpp"
#include "ui/widgets/layer_stack.hpp"
#include "ui/widgets/marks.hpp"
#include "ui/widgets/pipeline_pictures.hpp"

namespace headwise {

namespace {

using Layers = std::vector<StackedLayer>;
using Kind = LayerPart::Kind;

const Layers& layers(const Context& ui) {
  return ui.of_run<Layers>([&ui] { return stacked_layers(ui.session.graph()); });
}

std::int64_t count(const Layers& all) { return static_cast<std::int64_t>(all.size()); }

/// The layer that the cursor is in, or the nearest.
std::int64_t current_layer(const Context& ui) {
  const Layers& all = layers(ui);
  std::int64_t at = 0;
  for (std::int64_t n = 0; n < count(all); ++n) {
    if (reached_node(ui) >= all[static_cast<std::size_t>(n)].parts.front().first) at = n;
  }
  return at;
}

std::string product_text(const Context& ui) {
  const std::int64_t n = count(layers(ui));
  const std::int64_t h = ui.session.run().recipe.num_heads;
  return std::to_string(n) + (n == 1 ? " layer" : " layers") + " \u00d7 " + std::to_string(h) +
         (h == 1 ? " head" : " heads") + " = " + print_count(n * h) + " attention computations";
}

const char* kind_name(Kind kind) {
  switch (kind) {
    case Kind::norm:
      return "normalisation";
    case Kind::attention:
      return "attention";
    case Kind::add:
      return "added to the stream";
    case Kind::feed_forward:
      return "feed-forward";
    case Kind::experts:
      return "experts";
  }
  return "";
}

std::string where_text(const Context& ui) {
  const Layers& all = layers(ui);
  const std::size_t at = reached_node(ui);
  for (const StackedLayer& layer : all) {
    for (const LayerPart& part : layer.parts) {
      if (at >= part.first && at <= part.last) return "Now: " + layer.name + ", " + kind_name(part.kind) + ".";
    }
  }
  return at < all.front().parts.front().first ? "Now: what goes into the first layer."
                                              : "Now: what comes out of the last layer.";
}

/// Every attention computation as a square: layers down, heads across.
float draw_all(Context& ui, ImVec2 at, float width, float height) {
  Session& session = ui.session;
  const Layers& all = layers(ui);
  const std::int64_t heads = session.run().recipe.num_heads;
  const float side = std::clamp(std::min(width / static_cast<float>(heads), height / static_cast<float>(count(all))),
                                2.0F, ui.em * 1.3F);
  const float gap = side > 6 ? 2.0F : 0.5F;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const std::size_t at_node = reached_node(ui);
  for (std::int64_t n = 0; n < count(all); ++n) {
    const StackedLayer& layer = all[static_cast<std::size_t>(n)];
    const bool done = at_node >= layer.weights;
    for (std::int64_t h = 0; h < heads; ++h) {
      const ImVec2 low = at + ImVec2{static_cast<float>(h) * side, static_cast<float>(n) * side};
      const ImVec2 high = low + ImVec2{side - gap, side - gap};
      draw->AddRectFilled(low, high, done ? ui.theme->role(Role::weights) : ui.theme->raised, 2);
      if (side > 6) draw->AddRect(low, high, done ? ui.theme->role(Role::weights) : ui.theme->muted, 2);
    }
  }
  const ImVec2 now =
      at + ImVec2{static_cast<float>(session.head()) * side, static_cast<float>(current_layer(ui)) * side};
  draw->AddRect(now - ImVec2{2, 2}, now + ImVec2{side - gap + 2, side - gap + 2}, ui.theme->accent, 2, 0, 2.5F);
  ImGui::SetCursorScreenPos(at);
  ImGui::InvisibleButton("##all", {side * static_cast<float>(heads), side * static_cast<float>(count(all))});
  ui.grids["layers:all"] = {at, {side, side}, {0, count(all)}, {0, heads}};
  if (ImGui::IsItemHovered()) {
    const ImVec2 mouse = ImGui::GetMousePos() - at;
    const std::int64_t n = std::clamp<std::int64_t>(static_cast<std::int64_t>(mouse.y / side), 0, count(all) - 1);
    const std::int64_t h = std::clamp<std::int64_t>(static_cast<std::int64_t>(mouse.x / side), 0, heads - 1);
    ImGui::SetTooltip("%s, head %d", all[static_cast<std::size_t>(n)].name.c_str(), static_cast<int>(h));
    if (ImGui::IsItemClicked()) {
      Cell to = session.first_cell(all[static_cast<std::size_t>(n)].weights);
      to.index[1] = h;
      session.go_to(to);
    }
  }
  return side * static_cast<float>(count(all));
}

}  // namespace

void draw_layers(Context& ui) {
  const Layers& all = layers(ui);
  ui.push(ui.strong_font, 1);
  ImGui::TextWrapped("%s.  %s", product_text(ui).c_str(), where_text(ui).c_str());
  Context::pop();
  muted(ui, ui.session.trace().has_values() ? "Grey: to come. Step on, or click a part to go there."
                                            : ui.session.why_no_values());
  ImGui::Spacing();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const bool stacked = ui.narrow || room.x < ui.em * 40;
  const auto heads = static_cast<float>(ui.session.run().recipe.num_heads);
  const float aside = stacked ? room.x : std::clamp(heads * ui.em * 1.3F, ui.em * 11, room.x * 0.3F);
  const ImVec2 map = at + ImVec2{room.x - aside, 0};
  draw_text(ui, ui.text_font, 0.78F, stacked ? at : map, ui.theme->muted, "layers down, heads across", aside);
  const float tall = draw_all(ui, (stacked ? at : map) + ImVec2{0, ui.em * 1.2F}, aside,
                              stacked ? ui.em * 6 : std::max(room.y - ui.em * 2, ui.em * 6));
  const std::int64_t now = current_layer(ui);
  const Range shown = around(count(all), now, 3);
  const float width = stacked ? room.x : room.x - aside - ui.em;
  const auto stack = [&](ImVec2 pen) {
    if (shown.size() < count(all)) {
      draw_text(ui, ui.text_font, 0.8F, pen, ui.theme->muted,
                "layers " + std::to_string(shown.begin) + " to " + std::to_string(shown.end - 1) + " of " +
                    std::to_string(count(all)) + ", around the cursor");
      pen.y += ui.em * 1.3F;
    }
    for (std::int64_t n = shown.begin; n < shown.end; ++n)
      pen.y += draw_layer(ui, all[static_cast<std::size_t>(n)], pen, width - ui.em, n == now);
    return pen.y;
  };
  if (stacked) {
    const float end = stack({at.x, at.y + tall + ui.em * 2});
    ImGui::SetCursorScreenPos(at);
    ImGui::Dummy({1, end - at.y});
    return;
  }
  // The squares stay in sight.
  ImGui::SetCursorScreenPos(at);
  ImGui::BeginChild("stack", {width, std::max(room.y, ui.em * 10)});
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const float end = stack(start);
  ImGui::SetCursorScreenPos(start);
  ImGui::Dummy({1, end - start.y});
  ImGui::EndChild();
}

void describe_layers(const Context& ui, Description& out) {
  const Session& session = ui.session;
  const Graph& graph = session.graph();
  const Layers& all = layers(ui);
  out.text(product_text(ui) + ".", "layers-product");
  out.text(where_text(ui), "layers-where", true);
  Block& table = out.table("Layers in order", "layers-parts");
  table.columns = {"parts", "state"};
  const std::size_t at = reached_node(ui);
  for (const StackedLayer& layer : all) {
    std::string parts;
    for (const LayerPart& part : layer.parts) parts += (parts.empty() ? "" : ", ") + std::string(kind_name(part.kind));
    table.row_headers.push_back(layer.name);
    table.rows.push_back({parts, at < layer.parts.front().first ? "to come"
                                 : at > layer.parts.back().last ? "done"
                                                                : "now"});
  }
  const StackedLayer& now = all[static_cast<std::size_t>(current_layer(ui))];
  if (now.router && session.trace().has_values()) {
    const Axes& axes = graph[*now.router].axes();
    Block& routes = out.table("Which experts the router of " + now.name + " chose for each token", "layers-experts");
    for (std::int64_t e = 0; e < std::min<std::int64_t>(axes[2].size, 64); ++e)
      routes.columns.push_back("expert " + std::to_string(e));
    const Range tokens = around(axes[1].size, std::min(cursor_token(session), axes[1].size - 1), 64);
    for (std::int64_t t = tokens.begin; t < tokens.end; ++t) {
      routes.row_headers.push_back(session.trace().label(axes[1], t, session.batch_item()));
      std::vector<std::string>& row = routes.rows.emplace_back();
      const std::vector<float> chosen = expert_shares(session, *now.router, t);
      for (std::size_t e = 0; e < routes.columns.size(); ++e)
        row.push_back(chosen[e] > 0 ? print_number(static_cast<double>(chosen[e])) : "");
    }
  }
  for (const StackedLayer& layer : all)
    out.button("Go to the attention weights of " + layer.name, "change stage=" + graph[layer.weights].id());
}

}  // namespace headwise
