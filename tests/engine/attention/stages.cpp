// The stages of a recipe are those of the design's table: ids, axes and sizes, worked out here
// from the settings alone.
#include <algorithm>
#include <set>

#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

struct Shape {
  std::string id;
  std::string names;
  Index sizes;
};

/// Longest sentence and number of sentences; the tests' sentences have only spaces between tokens.
std::pair<std::int64_t, std::int64_t> count_tokens(const std::string& text) {
  std::int64_t longest = 0;
  std::int64_t now = 1;
  std::int64_t sentences = 1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '|') {
      ++sentences;
      now = 0;  // the space after the bar counts the first token
      ++i;
      ++now;
    } else if (text[i] == ' ' && text[i + 1] != '|') {
      ++now;
    }
    longest = std::max(longest, now);
  }
  return {sentences, longest};
}

std::int64_t either(const Settings& s, const char* key, std::int64_t automatic) {
  return s.get(key) == "auto" ? automatic : std::stoll(s.get(key));
}

std::vector<Shape> expected(const Settings& s) {
  const auto [B, T] = count_tokens(s.get("tokens"));
  const std::int64_t d = std::stoll(s.get("d_model"));
  const std::int64_t h = std::stoll(s.get("num_heads"));
  const std::int64_t h_kv = either(s, "num_kv_heads", h);
  const std::int64_t d_k = either(s, "head_dim", d / h);
  const std::int64_t d_v = either(s, "v_dim", d_k);
  const std::string mask = s.get("mask");
  const char* by_pair = "(B, h, T_q, T_kv)";
  std::vector<Shape> all;
  if (s.get("position") == "sinusoidal") {
    all.push_back({"embeddings", "(B, T_q, d_model)", {B, T, d}});
    all.push_back({"positions", "(T_q, d_model)", {T, d}});
  }
  all.push_back({"x", "(B, T_q, d_model)", {B, T, d}});
  all.push_back({"q", "(B, T_q, h*d_k)", {B, T, h * d_k}});
  all.push_back({"k", "(B, T_kv, h_kv*d_k)", {B, T, h_kv * d_k}});
  all.push_back({"v", "(B, T_kv, h_kv*d_v)", {B, T, h_kv * d_v}});
  all.push_back({"q_heads", "(B, h, T_q, d_k)", {B, h, T, d_k}});
  all.push_back({"k_heads", "(B, h_kv, T_kv, d_k)", {B, h_kv, T, d_k}});
  all.push_back({"v_heads", "(B, h_kv, T_kv, d_v)", {B, h_kv, T, d_v}});
  if (h_kv < h) {
    all.push_back({"k_shared", "(B, h, T_kv, d_k)", {B, h, T, d_k}});
    all.push_back({"v_shared", "(B, h, T_kv, d_v)", {B, h, T, d_v}});
  }
  all.push_back({"scores", by_pair, {B, h, T, T}});
  all.push_back({"scaled_scores", by_pair, {B, h, T, T}});
  if (mask != "none") all.push_back({"masked_scores", by_pair, {B, h, T, T}});
  if (s.get("pipeline") == "attention") {
    all.push_back({"attn_weights", by_pair, {B, h, T, T}});
  } else {
    std::int64_t tile = either(s, "tile_keys", (T + 2) / 3);
    tile = std::min(tile, T);
    const std::int64_t n = (T + tile - 1) / tile;
    const char* by_tile = "(tile, B, h, T_q)";
    all.push_back({"running_max", by_tile, {n, B, h, T}});
    all.push_back({"rescale", by_tile, {n, B, h, T}});
    all.push_back({"running_sum", by_tile, {n, B, h, T}});
    all.push_back({"accumulator", "(tile, B, h, T_q, d_v)", {n, B, h, T, d_v}});
  }
  all.push_back({"head_outputs", "(B, h, T_q, d_v)", {B, h, T, d_v}});
  all.push_back({"concat", "(B, T_q, h*d_v)", {B, T, h * d_v}});
  all.push_back({"output", "(B, T_q, d_model)", {B, T, d}});
  if (s.get("pipeline") == "flash") {
    all.push_back({"standard_weights", by_pair, {B, h, T, T}});
    all.push_back({"standard_outputs", "(B, h, T_q, d_v)", {B, h, T, d_v}});
    all.push_back({"difference", "(B, h, T_q, d_v)", {B, h, T, d_v}});
  }
  return all;
}

}  // namespace

TEST_CASE("stages, axes and sizes are those of the design's table") {
  for (int i = 0; i < samples(300, 3000); ++i) {
    Random random(20000 + static_cast<std::uint64_t>(i));
    const Settings settings = random_settings(random);
    INFO(describe(settings));
    const Graph graph = graph_of(settings);
    const std::vector<Shape> shapes = expected(settings);
    REQUIRE(graph.stages().size() == shapes.size());
    for (std::size_t k = 0; k < shapes.size(); ++k) {
      const Node& node = graph[graph.stages()[k]];
      CHECK(node.id() == shapes[k].id);
      CHECK(axis_names(node.axes()) == shapes[k].names);
      Index sizes;
      for (const Axis& axis : node.axes()) sizes.push_back(axis.size);
      CHECK(sizes == shapes[k].sizes);
    }
  }
}

TEST_CASE("weights are stored (in, out), biases and masks are there when asked for") {
  for (int i = 0; i < samples(100, 1000); ++i) {
    Random random(21000 + static_cast<std::uint64_t>(i));
    const Settings settings = random_settings(random);
    INFO(describe(settings));
    const Graph graph = graph_of(settings);
    const bool bias = settings.get("bias") == "1";
    std::set<std::string> others;
    for (const Node& node : graph.nodes()) {
      if (node.kind != NodeKind::stage) others.insert(node.id());
    }
    std::set<std::string> wanted{"w_q", "w_k", "w_v", "w_o"};
    if (bias) wanted.insert({"b_q", "b_k", "b_v", "b_o"});
    if (settings.get("mask") != "none") wanted.insert("mask");
    CHECK(others == wanted);
    for (const char* name : {"q", "k", "v", "o"}) {
      const Axes& weight = graph[*graph.find(std::string("w_") + name)].axes();
      const std::string stage = name == std::string("o") ? "output" : name;
      const Node& linear = graph[*graph.find(stage)];
      CHECK(weight.size() == 2);
      CHECK(weight[0] == linear.signature.input_axes[0].back());
      CHECK(weight[1] == linear.axes().back());
      if (bias) CHECK(graph[*graph.find(std::string("b_") + name)].axes() == Axes{weight[1]});
    }
  }
}

TEST_CASE("axes of heads know their groups, and what they count") {
  Settings settings(recipe_keys());
  settings.set("num_heads", "4");
  settings.set("num_kv_heads", "2");
  settings.set("v_dim", "3");
  const Graph graph = graph_of(settings);
  const auto axis = [&](const char* id, std::size_t a) { return graph[*graph.find(id)].axes()[a]; };
  CHECK(axis("q", 2).group == 2);
  CHECK(axis("v", 2).group == 3);
  CHECK(axis("concat", 2).group == 3);
  CHECK(axis("x", 2).group == 0);
  CHECK(axis("k_heads", 1).kind == AxisKind::kv_head);
  CHECK(axis("k_shared", 1).kind == AxisKind::head);
  CHECK(axis("scores", 0).kind == AxisKind::batch);
  CHECK(axis("scores", 2).kind == AxisKind::query);
  CHECK(axis("scores", 3).kind == AxisKind::key);
  CHECK(axis("x", 1).kind == AxisKind::query);
  CHECK(axis("k", 1).kind == AxisKind::key);
}
