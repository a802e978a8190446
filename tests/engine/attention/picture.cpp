// What pipelines say for their pictures, against the graph and its values.
#include "engine/attention/picture.hpp"

#include <algorithm>
#include <cmath>

#include "engine/attention/memory.hpp"
#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

/// Random settings of any pipeline with such a picture.
Settings pictured(Random& random, PictureKind kind) {
  Settings s = random_variant(random);
  while (find_pipeline(s.get("pipeline")).picture != kind) s = random_variant(random);
  return s;
}

}  // namespace

TEST_CASE("each kind of picture belongs to a pipeline") {
  for (const PictureKind kind : {PictureKind::memory, PictureKind::tiles, PictureKind::cache, PictureKind::layers}) {
    CHECK(std::any_of(pipelines().begin(), pipelines().end(), [kind](const Pipeline& p) { return p.picture == kind; }));
  }
}

TEST_CASE("what is carried along after the last tile is the row's maximum and the softmax's denominator") {
  for (int i = 0; i < samples(20, 300); ++i) {
    Random random(94000 + static_cast<std::uint64_t>(i));
    const Settings settings = pictured(random, PictureKind::tiles);
    INFO(describe(settings));
    const Recipe recipe = make_recipe(settings);
    const Trace trace = run(settings);
    const Graph& graph = trace.graph();
    const TilesPicture picture = tiles_picture(recipe, graph);
    const Axes& scores = graph[picture.scores].axes();
    const std::int64_t tiles = graph[picture.maximum].axes()[0].size;
    CHECK((tiles - 1) * picture.tile_keys < scores[3].size);
    CHECK(tiles * picture.tile_keys >= scores[3].size);
    Index row = random.cell(scores);
    row[3] = 0;
    Region region = single(row);
    region[3] = {0, scores[3].size};
    const std::vector<float> values = trace.read(picture.scores, region);
    const float most = *std::max_element(values.begin(), values.end());
    const Cell maximum{picture.maximum, {tiles - 1, row[0], row[1], row[2]}};
    CHECK(trace.value(maximum) == most);
    double sum = 0;
    for (const float v : values)
      sum += std::isfinite(most) ? std::exp(static_cast<double>(v) - static_cast<double>(most)) : 0;
    CHECK(close(static_cast<double>(trace.value({picture.sum, maximum.index})), sum, sum));

    const Cell any{picture.sum, random.cell(graph[picture.sum].axes())};
    const auto place = picture.place(graph, any);
    REQUIRE(place);
    CHECK(place->tile == any.index[0]);
    CHECK(place->block * picture.tile_queries <= any.index[3]);
    CHECK((place->block + 1) * picture.tile_queries > any.index[3]);
    CHECK(!picture.place(graph, {picture.scores, row}));
  }
}

TEST_CASE("steps of decoding: what they cache, read and compute is what the memory and the stages say") {
  for (int i = 0; i < samples(20, 200); ++i) {
    Random random(95000 + static_cast<std::uint64_t>(i));
    const Settings settings = pictured(random, PictureKind::cache);
    INFO(describe(settings));
    const Recipe recipe = make_recipe(settings);
    const Graph graph = graph_of(settings);
    const std::vector<DecodeStep> steps = decode_steps(recipe, graph);
    REQUIRE(steps.size() == static_cast<std::size_t>(recipe.count("new_tokens")) + 1);
    const std::int64_t token = recipe.sentences() * kv_cache_per_token(recipe).value;
    std::int64_t written = 0;
    std::int64_t flops = 0;
    for (std::size_t s = 0; s < steps.size(); ++s) {
      const DecodeStep& step = steps[s];
      CAPTURE(step.name);
      CHECK(step.before == (s == 0 ? 0 : steps[s - 1].after));
      CHECK(step.read.value == step.after * token);
      CHECK(step.written.value == (step.after - step.before) * token);
      CHECK(step.flops <= step.recomputed);
      REQUIRE(!step.caches.empty());
      for (const std::size_t cache : step.caches) {
        const Axes& axes = graph[cache].axes();
        CHECK(axes[axes.size() - 2].size == step.after);
        CHECK(axes[axes.size() - 2].kind == AxisKind::key);
      }
      // All caches together are as many bytes as it reads.
      std::int64_t cells = 0;
      for (const std::size_t cache : step.caches) cells += cell_count(graph[cache].axes());
      CHECK(cells * 4 == step.read.value);
      written += step.written.value;
      flops += step.flops;
    }
    CHECK(steps.back().after == recipe.tokens);
    CHECK(written == recipe.tokens * token);
    // Recomputing the whole sentence is what the pipeline itself runs to compare.
    std::int64_t whole = 0;
    for (const std::size_t stage : graph.stages()) {
      if (graph[stage].id().starts_with("recomputed/")) whole += total(counts(graph, stage), Count::Kind::matmul_flops);
    }
    CHECK(steps.back().recomputed == whole);
    CHECK(flops <= total(graph, Count::Kind::matmul_flops));
  }
}

TEST_CASE("layers: as many as were asked for, their parts in order and without gaps, and routers that choose") {
  bool routed = false;
  for (int i = 0; i < samples(20, 200); ++i) {
    Random random(96000 + static_cast<std::uint64_t>(i));
    const Settings settings = pictured(random, PictureKind::layers);
    INFO(describe(settings));
    const Recipe recipe = make_recipe(settings);
    const Trace trace = run(settings);
    const Graph& graph = trace.graph();
    const std::vector<StackedLayer> all = stacked_layers(graph);
    REQUIRE(all.size() == static_cast<std::size_t>(recipe.settings.count("layers")));
    for (const StackedLayer& layer : all) {
      CAPTURE(layer.name);
      std::size_t next = layer.parts.front().first;
      int attention = 0;
      for (const LayerPart& part : layer.parts) {
        for (std::size_t n = next; n < part.first; ++n) CHECK(graph[n].kind != NodeKind::stage);
        CHECK(part.last >= part.first);
        next = part.last + 1;
        attention += part.kind == LayerPart::Kind::attention ? 1 : 0;
        if (part.kind == LayerPart::Kind::attention) CHECK((layer.weights > part.first && layer.weights < part.last));
      }
      CHECK(attention == 1);
      const Axes& weights = graph[layer.weights].axes();
      CHECK(weights[1].size == recipe.num_heads);
      Region row = single(random.cell(weights));
      row[3] = {0, weights[3].size};
      double sum = 0;
      for (const float v : trace.read(layer.weights, row)) sum += static_cast<double>(v);
      CHECK(sum <= 1.0001);  // less with a sink, or where masked after the softmax
      if (!layer.router) continue;
      routed = true;
      const Axes& router = graph[*layer.router].axes();
      Region token = single(random.cell(router));
      token[2] = {0, router[2].size};
      const std::vector<float> shares = trace.read(*layer.router, token);
      CHECK(std::count_if(shares.begin(), shares.end(), [](float v) { return v > 0; }) ==
            recipe.settings.count("top_k"));
    }
  }
  CHECK(routed);
}
