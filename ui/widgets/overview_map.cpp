#include "ui/widgets/overview_map.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "engine/graph/provenance.hpp"
#include "ui/context.hpp"
#include "ui/widgets/stage_columns.hpp"

namespace headwise {

namespace {

constexpr std::int64_t most_tiles = 256;  // of one tensor
constexpr float thinnest = 3;             // an edge of a block

/// How tiles stand: the KV heads' groups, and the query heads within each.
enum class Grid { down, across, square };
struct Arrangement {
  Grid groups, heads;
};
constexpr Arrangement arrangements[] = {{Grid::down, Grid::down},     {Grid::down, Grid::across},   {Grid::across, Grid::down},
                                        {Grid::square, Grid::down},   {Grid::down, Grid::square},   {Grid::square, Grid::across},
                                        {Grid::square, Grid::square}, {Grid::across, Grid::square}, {Grid::across, Grid::across}};

/// Columns of a full grid.
std::int64_t grid_columns(Grid grid, std::int64_t count) {
  if (grid != Grid::square) return grid == Grid::down ? 1 : count;
  std::int64_t columns = 1;
  for (std::int64_t c = 1; c * c <= count; ++c) {
    if (count % c == 0) columns = c;
  }
  return columns;
}

struct Place {
  std::int64_t x, y;        // in tiles
  std::int64_t group = -1;  // of query heads that share a KV head
};

/// A tensor before its size on the screen is known.
struct Plan {
  std::size_t node = 0;
  std::vector<Slice> slices;
  std::vector<Place> places;
  std::int64_t rows = 1, columns = 1;  // of a slice
  std::int64_t across = 1, down = 1;   // tiles
  std::int64_t group_across = 1, group_down = 1;
  std::int64_t left_out = 0;
  ImVec2 caption;

  ImVec2 tile(float cell) const {
    return {std::max(thinnest, static_cast<float>(columns) * cell), std::max(thinnest, static_cast<float>(rows) * cell)};
  }
  static float spread(std::int64_t tiles, std::int64_t in_group, float side, float em) {
    return static_cast<float>(tiles) * side + em * 0.12F * static_cast<float>(tiles - 1) +
           (in_group < tiles ? em * 0.2F * static_cast<float>(tiles / in_group - 1) : 0);
  }
  ImVec2 size(float cell, float em) const {
    const ImVec2 one = tile(cell);
    return {spread(across, group_across, one.x, em), spread(down, group_down, one.y, em)};
  }
  ImVec2 with_words(float cell, float em) const {
    const ImVec2 bare = size(cell, em);
    return {std::max(bare.x, caption.x), bare.y + caption.y};
  }
};

std::int64_t size_of(const Axes& axes, std::optional<std::size_t> axis) { return axis ? axes[*axis].size : 1; }

Plan plan(const Graph& graph, std::size_t node, const Index& at, std::int64_t kv_heads, const Arrangement& arranged) {
  const Axes& axes = graph[node].axes();
  Plan plan;
  plan.node = node;
  const Slice shown = slice_at(axes, at);
  plan.rows = shown.rows(axes);
  plan.columns = shown.columns(axes);
  const auto head_axis = find_head_axis(axes);
  const std::int64_t heads = size_of(axes, head_axis);
  std::vector<std::size_t> others;  // steps of a loop
  std::int64_t steps = 1;
  for (std::size_t a = 0; a < axes.size(); ++a) {
    if (a == shown.row || a == shown.column || a == head_axis || axes[a].kind == AxisKind::batch) continue;
    others.push_back(a);
    steps *= axes[a].size;
  }
  const bool all_heads = heads <= most_tiles;
  const bool all_steps = steps * (all_heads ? heads : 1) <= most_tiles;
  plan.left_out = heads * steps - (all_heads ? heads : 1) * (all_steps ? steps : 1);

  // Heads that share a KV head stand together.
  const bool grouped = head_axis && axes[*head_axis].kind == AxisKind::head && kv_heads > 0 && heads % kv_heads == 0;
  const std::int64_t group = all_heads && grouped ? heads / kv_heads : 1;
  const std::int64_t groups = all_heads ? heads / group : 1;
  const std::int64_t groups_across = grid_columns(arranged.groups, groups);
  plan.group_across = grid_columns(arranged.heads, group);
  plan.group_down = group / plan.group_across;
  const std::int64_t heads_across = groups_across * plan.group_across;
  const std::int64_t drawn_steps = all_steps ? steps : 1;
  plan.across = heads_across * drawn_steps;
  plan.down = groups / groups_across * plan.group_down;

  for (std::int64_t step = 0; step < drawn_steps; ++step) {
    for (std::int64_t h = 0; h < (all_heads ? heads : 1); ++h) {
      Index index = at;
      if (all_heads && head_axis) index[*head_axis] = h;
      std::int64_t rest = step;
      if (all_steps) {
        for (std::size_t i = others.size(); i-- > 0; rest /= axes[others[i]].size) index[others[i]] = rest % axes[others[i]].size;
      }
      plan.slices.push_back(slice_at(axes, index));
      const std::int64_t g = h / group;
      const std::int64_t in = h % group;
      plan.places.push_back({step * heads_across + g % groups_across * plan.group_across + in % plan.group_across,
                             g / groups_across * plan.group_down + in / plan.group_across, group > 1 ? step * groups + g : -1});
    }
  }
  if (group == 1) plan.group_across = plan.group_down = 1 << 20;  // no wider gaps anywhere
  return plan;
}

/// Weights and inputs stand just before the first stage that reads them.
std::vector<std::vector<std::size_t>> all_columns(const Graph& graph) {
  std::vector<std::vector<std::size_t>> all;
  std::vector<bool> placed(graph.nodes().size());
  for (const auto& stages : stage_columns(graph)) {
    std::vector<std::size_t> before;
    for (const std::size_t stage : stages) {
      for (const std::size_t input : graph[stage].inputs) {
        if (graph[input].kind == NodeKind::stage || placed[input]) continue;
        placed[input] = true;
        before.push_back(input);
      }
    }
    if (!before.empty()) all.push_back(std::move(before));
    all.push_back(stages);
  }
  return all;
}

std::int64_t kv_heads_of(const Graph& graph) {
  for (const Node& node : graph.nodes()) {
    if (const auto axis = find_axis(node.axes(), AxisKind::kv_head)) return node.axes()[*axis].size;
  }
  return 0;
}

OverviewMap::Box around(const OverviewMap::Box& a, const OverviewMap::Box& b) {
  return {{std::min(a.first.x, b.first.x), std::min(a.first.y, b.first.y)},
          {std::max(a.second.x, b.second.x), std::max(a.second.y, b.second.y)}};
}

OverviewMap::Block place_block(const Graph& graph, const Plan& plan, ImVec2 low, float cell, float em) {
  OverviewMap::Block block{plan.node, {low, low + plan.size(cell, em)}, {}, {}, plan.left_out};
  const ImVec2 one = plan.tile(cell);
  std::map<std::int64_t, OverviewMap::Box> groups;
  for (std::size_t i = 0; i < plan.slices.size(); ++i) {
    const Place& place = plan.places[i];
    const auto offset = [em](std::int64_t at, std::int64_t in_group, float side) {
      return static_cast<float>(at) * (side + em * 0.12F) + em * 0.2F * static_cast<float>(at / in_group);
    };
    const ImVec2 corner = low + ImVec2{offset(place.x, plan.group_across, one.x), offset(place.y, plan.group_down, one.y)};
    const OverviewMap::Box box{corner, corner + one};
    block.tiles.push_back({plan.slices[i], plan.slices[i].region(graph[plan.node].axes()), box});
    if (place.group < 0) continue;
    const auto [at, is_new] = groups.try_emplace(place.group, box);
    if (!is_new) at->second = around(at->second, box);
  }
  for (const auto& [group, box] : groups) block.groups.push_back(box);
  return block;
}

void find_links(const Trace& trace, OverviewMap& map) {
  std::map<std::size_t, std::size_t> block_of;
  for (std::size_t b = 0; b < map.blocks.size(); ++b) block_of[map.blocks[b].node] = b;
  for (std::size_t to = 0; to < map.blocks.size(); ++to) {
    const OverviewMap::Block& block = map.blocks[to];
    for (std::size_t t = 0; t < block.tiles.size(); ++t) {
      for (const auto& [node, region] : trace.reads(block.node, block.tiles[t].region)) {
        const auto from = block_of.find(node);
        if (from == block_of.end()) continue;
        const auto& tiles = map.blocks[from->second].tiles;
        for (std::size_t f = 0; f < tiles.size(); ++f) {
          if (from->second == to && f == t) continue;
          if (overlap(tiles[f].region, region)) map.links.push_back({from->second, f, to, t});
        }
      }
    }
  }
}

}  // namespace

const OverviewMap::Block* OverviewMap::find(std::size_t node) const {
  const auto found = std::find_if(blocks.begin(), blocks.end(), [&](const Block& block) { return block.node == node; });
  return found == blocks.end() ? nullptr : &*found;
}

namespace {

/// All columns of an arrangement, in as many bands, one below another, as they need at some size of a cell.
class Layout {
 public:
  Layout(const Graph& graph, const std::function<Index(std::size_t)>& at, const OverviewSpace& space, const Arrangement& arranged)
      : graph_(graph), em_(space.em), words_above_(space.words_above) {
    const std::int64_t kv_heads = kv_heads_of(graph);
    for (const auto& nodes : all_columns(graph)) {
      auto& column = columns_.emplace_back();
      for (const std::size_t node : nodes) {
        column.push_back(plan(graph, node, at(node), kv_heads, arranged));
        column.back().caption = space.caption(node);
      }
    }
    // Fewer bands are easier to follow, unless that costs much size.
    ImVec2 room = space.room;
    while (bands(0, room.x).size.y * 1.35F > room.y) room = {room.x * 1.1F, room.y * 1.1F};
    const std::size_t most = std::max<std::size_t>(4, bands(0, room.x).starts.size());
    const float largest = largest_cell(room, most);
    for (std::size_t count = 1; count <= most && cell_ == 0; ++count) {
      if (const float cell = largest_cell(room, count); cell >= 0.75F * largest) cell_ = cell;
    }
    bands_ = balanced(bands(cell_, room.x), room.x);
  }

  float cell() const { return cell_; }

  OverviewMap map() const {
    OverviewMap map;
    map.cell = cell_;
    map.size = bands_.size;
    float top = 0;
    for (std::size_t b = 0; b < bands_.starts.size(); ++b) {
      const std::size_t end = b + 1 < bands_.starts.size() ? bands_.starts[b + 1] : columns_.size();
      float x = (bands_.size.x - bands_.widths[b]) * 0.5F;
      for (std::size_t c = bands_.starts[b]; c < end; ++c) {
        const ImVec2 own = column_size(columns_[c], cell_);
        float y = top + (bands_.heights[b] - own.y) * 0.5F;
        for (const Plan& plan : columns_[c]) {
          const ImVec2 one = plan.with_words(cell_, em_);
          const ImVec2 corner{x + (own.x - plan.size(cell_, em_).x) * 0.5F, y + words_above_};
          map.blocks.push_back(place_block(graph_, plan, corner, cell_, em_));
          y += one.y + em_ * gap;
        }
        x += own.x + em_ * column_gap;
      }
      top += bands_.heights[b] + em_ * band_gap;
    }
    return map;
  }

 private:
  static constexpr float gap = 0.6F, column_gap = 1.1F, band_gap = 1.2F;  // ems
  struct Bands {
    std::vector<std::size_t> starts;  // of each, its first column
    std::vector<float> widths, heights;
    ImVec2 size{0, 0};
  };

  ImVec2 column_size(const std::vector<Plan>& column, float cell) const {
    ImVec2 size{0, -em_ * gap};
    for (const Plan& plan : column) {
      const ImVec2 one = plan.with_words(cell, em_);
      size.x = std::max(size.x, one.x);
      size.y += one.y + em_ * gap;
    }
    return size;
  }
  Bands bands(float cell, float room) const {
    Bands all;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      const ImVec2 one = column_size(columns_[c], cell);
      if (c == 0 || all.widths.back() + em_ * column_gap + one.x > room) {
        all.starts.push_back(c);
        all.widths.push_back(-em_ * column_gap);
        all.heights.push_back(0);
      }
      all.widths.back() += em_ * column_gap + one.x;
      all.heights.back() = std::max(all.heights.back(), one.y);
    }
    all.size.y = -em_ * band_gap;
    for (std::size_t b = 0; b < all.starts.size(); ++b) {
      all.size.x = std::max(all.size.x, all.widths[b]);
      all.size.y += all.heights[b] + em_ * band_gap;
    }
    return all;
  }
  /// As many bands, of widths as equal as can be.
  Bands balanced(Bands all, float room) const {
    float low = 0;
    for (int i = 0; i < 12; ++i) {
      const float middle = (low + room) * 0.5F;
      Bands narrower = bands(cell_, middle);
      const bool is_good = narrower.starts.size() <= all.starts.size() && narrower.size.y <= all.size.y;
      (is_good ? room : low) = middle;
      if (is_good) all = std::move(narrower);
    }
    return all;
  }
  /// 0 where not even the words fit into so many bands.
  float largest_cell(ImVec2 room, std::size_t count) const {
    const auto fits = [&](float cell) {
      const Bands all = bands(cell, room.x);
      return all.starts.size() <= count && all.size.y <= room.y;
    };
    if (!fits(0)) return 0;
    float low = -20;  // powers of two
    float high = std::log2(em_ * 2.2F);
    for (int i = 0; i < 24; ++i) {
      const float middle = (low + high) * 0.5F;
      (fits(std::exp2(middle)) ? low : high) = middle;
    }
    return std::exp2(low);
  }

  const Graph& graph_;
  float em_, words_above_;
  std::vector<std::vector<Plan>> columns_;
  Bands bands_;
  float cell_ = 0;
};

}  // namespace

OverviewMap lay_out(const Trace& trace, const std::function<Index(std::size_t)>& at, const OverviewSpace& space) {
  // Heads one below another, as they are mostly drawn, unless that costs much size.
  std::optional<Layout> best;
  for (const Arrangement& arranged : arrangements) {
    Layout layout(trace.graph(), at, space, arranged);
    if (!best || layout.cell() > best->cell() * 1.2F) best.emplace(std::move(layout));
  }
  OverviewMap map = best->map();
  find_links(trace, map);
  return map;
}

}  // namespace headwise
