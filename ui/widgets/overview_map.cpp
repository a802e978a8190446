#include "ui/widgets/overview_map.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "ui/context.hpp"
#include "ui/widgets/stage_columns.hpp"

namespace headwise {

namespace {

constexpr std::int64_t most_tiles = 256;  // of one tensor
constexpr float thinnest = 3;             // an edge of a block

/// Columns of a grid that is nearly square and full.
std::int64_t grid_columns(std::int64_t count) {
  if (count <= 4) return 1;
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

Plan plan(const Graph& graph, std::size_t node, Index at, std::int64_t kv_heads) {
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
  const std::int64_t groups_across = grid_columns(groups);
  plan.group_across = grid_columns(group);
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

bool overlap(const Region& a, const Region& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].begin >= b[i].end || b[i].begin >= a[i].end) return false;
  }
  return true;
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

OverviewMap lay_out(const Trace& trace, const std::function<Index(std::size_t)>& at, const OverviewSpace& space) {
  const Graph& graph = trace.graph();
  const float em = space.em;
  const std::int64_t kv_heads = kv_heads_of(graph);
  std::vector<std::vector<Plan>> columns;
  for (const auto& nodes : all_columns(graph)) {
    auto& column = columns.emplace_back();
    for (const std::size_t node : nodes) {
      column.push_back(plan(graph, node, at(node), kv_heads));
      column.back().caption = space.caption(node);
    }
  }
  // `along` the pipeline from column to column, `across` it within one.
  const auto along = [&](ImVec2 v) { return space.downwards ? v.y : v.x; };
  const auto across = [&](ImVec2 v) { return space.downwards ? v.x : v.y; };
  const float column_gap = em * (space.downwards ? 0.8F : 1.1F);
  const float gap = em * 0.7F;
  const auto column_size = [&](const std::vector<Plan>& column, float cell) {
    ImVec2 size{0, -gap};  // along, across
    for (const Plan& plan : column) {
      const ImVec2 one = plan.with_words(cell, em);
      size.x = std::max(size.x, along(one));
      size.y += across(one) + gap;
    }
    return size;
  };
  const auto map_size = [&](float cell) {
    ImVec2 size{-column_gap, 0};
    for (const auto& column : columns) {
      const ImVec2 one = column_size(column, cell);
      size.x += one.x + column_gap;
      size.y = std::max(size.y, one.y);
    }
    return size;
  };
  const ImVec2 least = map_size(0);
  const ImVec2 room{std::max(along(space.room), least.x * 1.35F), std::max(across(space.room), least.y * 1.35F)};
  float low = -20;  // powers of two
  float high = std::log2(em * 2.2F);
  for (int i = 0; i < 30; ++i) {
    const float middle = (low + high) * 0.5F;
    const ImVec2 size = map_size(std::exp2(middle));
    (size.x <= room.x && size.y <= room.y ? low : high) = middle;
  }
  OverviewMap map;
  map.cell = std::exp2(low);
  const ImVec2 whole = map_size(map.cell);
  map.size = space.downwards ? ImVec2{whole.y, whole.x} : whole;
  float x = 0;
  for (const auto& column : columns) {
    const ImVec2 size = column_size(column, map.cell);
    float y = (whole.y - size.y) * 0.5F;
    for (const Plan& plan : column) {
      const ImVec2 one = plan.with_words(map.cell, em);
      const ImVec2 bare = plan.size(map.cell, em);
      // Words stand above and below, and the block in the middle of what is its own.
      ImVec2 corner = space.downwards ? ImVec2{y, x} : ImVec2{x, y};
      if (!space.downwards) corner.x += (size.x - one.x) * 0.5F;
      corner.x += (one.x - bare.x) * 0.5F;
      corner.y += plan.caption.y * 0.55F;
      map.blocks.push_back(place_block(graph, plan, corner, map.cell, em));
      y += across(one) + gap;
    }
    x += size.x + column_gap;
  }
  find_links(trace, map);
  return map;
}

}  // namespace headwise
