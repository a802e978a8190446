#include "engine/attention/head_patterns.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "engine/attention/head_measures.hpp"
#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

constexpr float sharp = 60;  // a score above the others that takes all weight

std::string words(std::int64_t n) {
  std::string text;
  for (std::int64_t i = 0; i < n; ++i) text += (i == 0 ? "w" : " w") + std::to_string(i);
  return text;
}

struct Look {
  Trace trace;
  std::optional<HeadPatterns> patterns;

  explicit Look(const Settings& settings, const Given& given = {}, std::int64_t item = 0) : trace(run(settings, given)) {
    const std::vector<AttentionLayer> layers = attention_layers(trace.graph());
    patterns.emplace(trace, *attention_layer_at(trace.graph(), layers, trace.graph().stages().front()), item);
    patterns->compute([] { return true; });
    REQUIRE(patterns->complete());
  }
  const HeadPattern& head(std::size_t h = 0) const { return patterns->heads().at(h); }
  std::string label(std::size_t h = 0) const { return label_text(head(h), *patterns); }
};

/// One head over `n` tokens whose scores are as given.
template <typename Score>
Look look(std::int64_t n, const std::string& mask, const Score& score) {
  Settings settings(recipe_keys());
  settings.set("tokens", words(n));
  settings.set("num_heads", "1");
  settings.set("scale", "1");
  settings.set("mask", mask);
  const Graph graph = graph_of(settings);
  Tensor scores(graph[graph.find("scores").value()].axes());
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < n; ++j) scores.mutable_values()[static_cast<std::size_t>(i * n + j)] = score(i, j);
  }
  return Look(settings, {{"scores", scores}});
}

double mean_of(std::int64_t n, const std::function<double(std::int64_t)>& value) {
  double sum = 0;
  for (std::int64_t i = 0; i < n; ++i) sum += value(i);
  return sum / static_cast<double>(n);
}

// ---- everything once more, from what the header says, without its bookkeeping

struct Rows {
  std::vector<std::vector<double>> p, u;  // of the rows that count
  std::vector<std::int64_t> query, seen;
};

Rows rows_of(const Trace& trace, const AttentionLayer& layer, std::int64_t item, std::int64_t head) {
  const Axes& axes = trace.graph()[layer.weights].axes();
  Rows rows;
  for (std::int64_t i = 0; i < axes[2].size; ++i) {
    if (trace.label(axes[2], i, item) == padding_token) continue;
    std::vector<double> p, u;
    double sum = 0;
    double seen = 0;
    for (std::int64_t j = 0; j < axes[3].size; ++j) {
      p.push_back(static_cast<double>(trace.value({layer.weights, {item, head, i, j}})));
      u.push_back(layer.mask && trace.value({*layer.mask, {item, i, j}}) == 0 ? 0 : 1);
      sum += p.back();
      seen += u.back();
    }
    if (!(sum > 0) || seen == 0) continue;
    for (double& value : p) value /= sum;
    for (double& value : u) value /= seen;
    rows.p.push_back(p);
    rows.u.push_back(u);
    rows.query.push_back(i);
    rows.seen.push_back(static_cast<std::int64_t>(seen));
  }
  return rows;
}

double entropy_of(const std::vector<double>& p) {
  double h = 0;
  for (const double value : p) h -= value > 0 ? value * std::log(value) : 0;
  return h;
}

/// The best cut into blocks of two or more, by trying all.
double best_above_in_blocks(const Rows& rows, std::int64_t n) {
  double best = 0;
  for (std::int64_t cuts = 0; cuts < std::int64_t{1} << (n - 1); ++cuts) {
    std::vector<std::int64_t> block{0};
    for (std::int64_t i = 1; i < n; ++i) block.push_back(block.back() + (cuts >> (i - 1) & 1));
    bool valid = true;
    for (std::int64_t b = 0; b <= block.back(); ++b) valid &= std::count(block.begin(), block.end(), b) >= 2;
    if (!valid) continue;
    double above = 0;
    for (std::size_t r = 0; r < rows.p.size(); ++r) {
      for (std::int64_t j = 0; j < n; ++j) {
        if (block[static_cast<std::size_t>(rows.query[r])] != block[static_cast<std::size_t>(j)]) continue;
        above += rows.p[r][static_cast<std::size_t>(j)] - rows.u[r][static_cast<std::size_t>(j)];
      }
    }
    best = std::max(best, above / static_cast<double>(rows.p.size()));
  }
  return best;
}

void check_head(const Trace& trace, const HeadPatterns& all, std::int64_t h) {
  const AttentionLayer& layer = all.layer();
  const Axes& axes = trace.graph()[layer.weights].axes();
  const HeadPattern& head = all.heads()[static_cast<std::size_t>(h)];
  const Rows rows = rows_of(trace, layer, all.batch_item(), h);
  const auto n = static_cast<std::int64_t>(rows.p.size());
  REQUIRE(head.rows == n);
  if (n == 0) {
    CHECK(head.label() == Pattern::none);
    return;
  }
  const auto near = [](double value) { return doctest::Approx(value).epsilon(1e-4); };
  const auto at = [](std::int64_t i) { return static_cast<std::size_t>(i); };
  CHECK(head.entropy == near(mean_of(n, [&](std::int64_t r) { return entropy_of(rows.p[at(r)]); })));
  CHECK(head.spread == near(mean_of(n, [&](std::int64_t r) {
          return std::exp(entropy_of(rows.p[at(r)])) / static_cast<double>(rows.seen[at(r)]);
        })));
  double most = -1;
  for (std::int64_t o = -4; o <= 4; ++o) {
    double found = 0, uniform = 0, count = 0;
    for (std::int64_t r = 0; r < n; ++r) {
      const std::int64_t j = rows.query[at(r)] + axes[2].first + o - axes[3].first;
      if (j < 0 || j >= axes[3].size || rows.u[at(r)][at(j)] == 0) continue;
      found += rows.p[at(r)][at(j)];
      uniform += rows.u[at(r)][at(j)];
      ++count;
    }
    if (count * 2 < static_cast<double>(n)) continue;
    most = std::max(most, (found - uniform) / count);
    if (head.diagonal && head.diagonal->offset == o) {
      CHECK(head.diagonal->found.share == near(found / count));
      CHECK(head.diagonal->found.expected == near(uniform / count));
    }
  }
  CHECK(head.diagonal.has_value() == (most > -1));
  if (head.diagonal) CHECK(head.diagonal->found.above() == doctest::Approx(most).scale(1).epsilon(1e-5));
  most = -1;
  for (std::int64_t j = 0; j < axes[3].size; ++j) {
    most = std::max(most, mean_of(n, [&](std::int64_t r) { return rows.p[at(r)][at(j)] - rows.u[at(r)][at(j)]; }));
  }
  CHECK(head.stripe->found.above() == doctest::Approx(most).scale(1).epsilon(1e-5));
  const std::int64_t most_seen = *std::max_element(rows.seen.begin(), rows.seen.end());
  std::vector<double> read;
  for (std::int64_t r = 0; r < n; ++r) {
    const auto seen = rows.seen[at(r)];
    if (seen > 2 && 2 * seen >= most_seen) read.push_back(std::exp(entropy_of(rows.p[at(r)])) / static_cast<double>(seen));
  }
  REQUIRE(head.widest.has_value() == (read.size() >= 3));
  if (head.widest) {
    const double widest = *std::max_element(read.begin(), read.end());
    const double sum = std::accumulate(read.begin(), read.end(), 0.0);
    CHECK(head.widest->found.share == doctest::Approx(widest).scale(1).epsilon(1e-5));
    CHECK(head.widest->found.expected == near((sum - widest) / static_cast<double>(read.size() - 1)));
  }
  if (head.blocks && axes[2].size <= 10) {
    CHECK(head.blocks->found.above() == doctest::Approx(best_above_in_blocks(rows, axes[2].size)).scale(1).epsilon(1e-5));
  }
}

/// Norms of head_i W_O[its rows], cell by cell.
void check_contributions(const Trace& trace, const HeadPatterns& all) {
  const AttentionLayer& layer = all.layer();
  if (!layer.mixing) {
    CHECK(!all.heads()[0].norm);
    return;
  }
  const Axes& outputs = trace.graph()[layer.mixing->head_outputs].axes();
  const Axes& w_o = trace.graph()[layer.mixing->w_o].axes();
  const std::int64_t item = all.batch_item();
  std::vector<double> squares(all.heads().size() + 1, 0);
  for (std::int64_t i = 0; i < outputs[2].size; ++i) {
    if (trace.label(outputs[2], i, item) == padding_token) continue;
    for (std::int64_t c = 0; c < w_o[1].size; ++c) {
      double sum = 0;
      for (std::int64_t h = 0; h < outputs[1].size; ++h) {
        double part = 0;
        for (std::int64_t d = 0; d < outputs[3].size; ++d) {
          part += static_cast<double>(trace.value({layer.mixing->head_outputs, {item, h, i, d}})) *
                  static_cast<double>(trace.value({layer.mixing->w_o, {h * outputs[3].size + d, c}}));
        }
        squares[static_cast<std::size_t>(h)] += part * part;
        sum += part;
      }
      squares.back() += sum * sum;
    }
  }
  for (std::size_t h = 0; h < all.heads().size(); ++h) {
    CHECK(all.heads()[h].norm.value() == doctest::Approx(std::sqrt(squares[h])).scale(1).epsilon(1e-4));
  }
  CHECK(all.output_norm() == doctest::Approx(std::sqrt(squares.back())).scale(1).epsilon(1e-4));
}

}  // namespace

TEST_CASE("hand-made weights are called what they are, with their numbers") {
  SUBCASE("each token itself") {
    const Look l = look(8, "none", [](auto i, auto j) { return i == j ? sharp : 0; });
    CHECK(l.head().label() == Pattern::diagonal);
    CHECK(l.label() == "diagonal");
    CHECK(l.head().diagonal->found.share == doctest::Approx(1));
    CHECK(l.head().diagonal->found.expected == doctest::Approx(1.0 / 8));
    CHECK(l.head().entropy == doctest::Approx(0).scale(1));
    CHECK(l.head().spread == doctest::Approx(1.0 / 8));
    CHECK(l.head().largest->weight == doctest::Approx(1));
  }
  SUBCASE("the token before, the first itself") {
    const Look l = look(8, "causal", [](auto i, auto j) { return j == i - 1 ? sharp : 0; });
    CHECK(l.label() == "diagonal, 1 back");
    CHECK(l.head().diagonal->offset == -1);
    // 7 rows have a token before; uniform attention gives it 1/2, 1/3 ... 1/8.
    CHECK(l.head().diagonal->found.share == doctest::Approx(1));
    CHECK(l.head().diagonal->found.expected == doctest::Approx(mean_of(7, [](auto i) { return 1.0 / static_cast<double>(i + 2); })));
  }
  SUBCASE("two ahead") {
    const Look l = look(9, "none", [](auto i, auto j) { return j == i + 2 ? sharp : 0; });
    CHECK(l.label() == "diagonal, 2 ahead");
  }
  SUBCASE("all on the first") {
    const Look l = look(8, "causal", [](auto, auto j) { return j == 0 ? sharp : 0; });
    CHECK(l.label() == "stripe on \"w0\"");
    CHECK(l.head().stripe->found.share == doctest::Approx(1));
    CHECK(l.head().stripe->found.expected == doctest::Approx(mean_of(8, [](auto i) { return 1.0 / static_cast<double>(i + 1); })));
  }
  SUBCASE("one token reads everything, the others one key each") {
    const Look l = look(8, "none", [](auto i, auto j) { return i == 5 || j != (i * 3 + 2) % 8 ? 0 : sharp; });
    CHECK(l.label() == "wide row of \"w5\"");
    CHECK(l.head().widest->found.share == doctest::Approx(1));
    CHECK(l.head().widest->found.expected == doctest::Approx(1.0 / 8));
  }
  SUBCASE("blocks of different lengths, with weight alike in each") {
    const auto block = [](std::int64_t i) { return i < 2 ? 0 : i < 5 ? 1 : 2; };
    const Look l = look(9, "none", [&](auto i, auto j) { return block(i) == block(j) ? sharp : 0; });
    CHECK(l.label() == "3 blocks");
    CHECK(l.head().blocks->starts == std::vector<std::int64_t>{0, 2, 5});
    CHECK(l.head().blocks->found.share == doctest::Approx(1));
    CHECK(l.head().blocks->found.expected == doctest::Approx((4 + 9 + 16) / 81.0));
    CHECK(l.head().blocks->by_distance < 0.9);
  }
  SUBCASE("a band along the diagonal is no blocks") {
    const Look l = look(40, "none", [](auto i, auto j) { return std::abs(i - j) <= 4 ? sharp : 0; });
    CHECK(l.head().blocks->found.above() > clearly_above);
    CHECK(l.label() == "no clear pattern");
    CHECK(justification(l.head(), *l.patterns).find("nearest: ") == 0);
  }
}

TEST_CASE("uniform attention over the allowed keys is no pattern, whatever the mask") {
  for (const char* mask : {"none", "causal", "causal,window", "window"}) {
    CAPTURE(mask);
    const Look l = look(10, mask, [](auto, auto) { return 0.0F; });
    CHECK(l.label() == "no clear pattern");
    CHECK(l.head().entropy_share == doctest::Approx(1));
    CHECK(l.head().spread == doctest::Approx(1));
    CHECK(l.head().diagonal->found.above() == doctest::Approx(0).scale(1));
    CHECK(l.head().stripe->found.above() == doctest::Approx(0).scale(1));
    CHECK(l.head().blocks->found.above() == doctest::Approx(0).scale(1));
    CHECK(l.head().widest->found.above() == doctest::Approx(0).scale(1));
  }
}

TEST_CASE("rows that are masked whole, and padding, do not count") {
  Settings settings(recipe_keys());
  settings.set("tokens", "a b c d e f | g h i");
  settings.set("mask", "custom,padding");
  settings.set("edits", "mask:0,2,0=0;mask:0,2,1=0;mask:0,2,2=0;mask:0,2,3=0;mask:0,2,4=0;mask:0,2,5=0");
  const Look whole(settings);
  CHECK(whole.head().rows == 5);
  CHECK(whole.head().left_out == 1);
  const Look padded(settings, {}, 1);
  CHECK(padded.head().rows == 3);
  CHECK(padded.head().left_out == 0);
  CHECK(padded.head().spread <= 1 + 1e-9);
}

TEST_CASE("cross-attention has no blocks; one row has no pattern") {
  Settings settings(recipe_keys());
  settings.set("tokens", "a b c d e");
  settings.set("context_tokens", "p q r s t");
  CHECK(!Look(settings).head().blocks);
  settings.set("context_tokens", "p q");
  CHECK(Look(settings).head().rows == 5);
  settings.reset("context_tokens");
  settings.set("tokens", "a");
  const Look one(settings);
  CHECK(one.head().label() == Pattern::none);
  CHECK(one.label() == "too few rows for a pattern");
}

TEST_CASE("a pipeline without attention weights has none; the nearest weights follow the cursor") {
  Settings settings(recipe_keys());
  settings.set("pipeline", "storage");
  CHECK(attention_layers(graph_of(settings)).empty());
  settings.reset("pipeline");
  settings.set("training", "1");
  settings.set("mask", "causal");
  const Graph dropped = graph_of(settings);
  const auto at = [](const Graph& g, const char* id) {
    const std::vector<AttentionLayer> layers = attention_layers(g);
    return g[attention_layer_at(g, layers, g.find(id).value())->weights].id();
  };
  CHECK(at(dropped, "x") == "dropped_weights");
  CHECK(at(dropped, "output") == "dropped_weights");
  CHECK(at(dropped, "attn_weights") == "attn_weights");
  for (const AttentionLayer& layer : attention_layers(dropped)) CHECK(dropped[layer.mask.value()].id() == "mask");
  settings.set("pipeline", "block");
  const Graph block = graph_of(settings);
  CHECK(at(block, "x") == "block0/attn/dropped_weights");
  CHECK(at(block, "block0/residual2") == "block0/attn/dropped_weights");
  CHECK(at(block, "block1/norm1") == "block1/attn/dropped_weights");
  CHECK(at(block, "output") == "block1/attn/dropped_weights");
}

TEST_CASE("the same numbers as recomputed from their definitions, in every pipeline") {
  for (int i = 0; i < samples(60, 2000); ++i) {
    Random random(9100 + static_cast<std::uint64_t>(i));
    const Settings settings = random_variant(random);
    CAPTURE(describe(settings));
    const Trace trace = run(settings);
    for (const AttentionLayer& layer : attention_layers(trace.graph())) {
      CAPTURE(trace.graph()[layer.weights].id());
      const Axes& axes = trace.graph()[layer.weights].axes();
      HeadPatterns all(trace, layer, random.below(axes[0].size));
      // A little at a time gives what all at once gives.
      int steps = 0;
      while (!all.complete()) all.compute([&, left = 1]() mutable { ++steps; return left-- > 0; });
      CHECK(all.progress() == 1);
      for (std::int64_t h = 0; h < axes[1].size; ++h) check_head(trace, all, h);
      check_contributions(trace, all);
    }
  }
}

TEST_CASE("every pipeline with weights knows where heads are mixed") {
  for (const Pipeline& pipeline : pipelines()) {
    Settings settings(recipe_keys());
    settings.set("pipeline", pipeline.name);
    const Graph graph = graph_of(settings);
    for (const AttentionLayer& layer : attention_layers(graph)) {
      CAPTURE(graph[layer.weights].id());
      REQUIRE(layer.mixing);
      CHECK(graph[layer.mixing->w_o].id().find("w_o") != std::string::npos);
    }
  }
}

TEST_CASE("a head that is switched off adds nothing, and its weights stay") {
  Settings settings(recipe_keys());
  settings.set("heads_off", "1");
  const Look l(settings);
  CHECK(l.head(1).norm.value() == 0);
  CHECK(l.head(0).contribution.value() == doctest::Approx(1));
  CHECK(l.head(1).entropy > 0);
  settings.set("contributions", "1");
  CHECK(Look(settings).head(0).norm.value() == doctest::Approx(l.head(0).norm.value()));
}

TEST_CASE("heads are sorted by each measure, the largest first") {
  Settings settings(recipe_keys());
  settings.set("d_model", "16");
  settings.set("num_heads", "8");
  const Look l(settings);
  CHECK(sorted_heads(l.patterns->heads(), "head") == std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7});
  for (const HeadMeasure& measure : head_measures()) {
    CAPTURE(measure.name);
    const std::vector<std::int64_t> order = sorted_heads(l.patterns->heads(), measure.name);
    REQUIRE(order.size() == 8);
    for (std::size_t i = 1; i < order.size(); ++i) {
      CHECK(measure.value(l.head(static_cast<std::size_t>(order[i - 1]))).value() >=
            measure.value(l.head(static_cast<std::size_t>(order[i]))).value());
    }
    CHECK(!measure.numbers(l.head(), *l.patterns).empty());
  }
}
