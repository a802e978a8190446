#include "engine/attention/head_patterns.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "engine/attention/tokens.hpp"
#include "engine/tensor/matmul.hpp"

namespace headwise {

namespace {

constexpr std::int64_t farthest_offset = 4;
constexpr std::int64_t most_bins = 256;      // tokens, or runs of tokens, that blocks are found among
constexpr double no_difference = 1e-6;       // between columns or offsets: the one with the larger share is named

/// Is `found` more above what is expected than `best`?
bool stands_out_more(const Found& found, const Found& best) { return found.above() > best.above() + no_difference; }

std::vector<std::string> names_along(const Axis& axis, const Trace& trace, std::int64_t batch_item) {
  std::vector<std::string> names;
  std::map<std::string, int> count;
  for (std::int64_t i = 0; i < axis.size; ++i) ++count[names.emplace_back(trace.label(axis, i, batch_item))];
  for (std::int64_t i = 0; i < axis.size; ++i) {
    std::string& name = names[static_cast<std::size_t>(i)];
    name = "\"" + name + "\"" + (count[name] > 1 ? " at " + std::to_string(i + axis.first) : "");
  }
  return names;
}

}  // namespace

Pattern HeadPattern::label() const {
  Pattern best = Pattern::none;
  double above = clearly_above;
  const auto consider = [&](Pattern pattern, const Found& found) {
    if (found.above() < above) return;
    above = found.above();
    best = pattern;
  };
  if (rows < fewest_rows) return best;
  if (diagonal) consider(Pattern::diagonal, diagonal->found);
  if (stripe) consider(Pattern::stripe, stripe->found);
  if (widest) consider(Pattern::spread, widest->found);
  // A band along the diagonal fills blocks too: real ones keep in what distance alone would let cross their borders.
  const bool borders = blocks && 1 - blocks->found.share <= (1 - blocks->by_distance) / 2;
  if (borders) consider(Pattern::block, blocks->found);
  return best;
}

/// Over the rows of one head.
struct HeadPatterns::Sums {
  struct Shares {
    double found = 0, uniform = 0;
  };
  struct Offset {
    Shares shares;
    std::int64_t rows = 0;
  };
  struct Row {
    std::int64_t query = 0;
    std::int64_t seen = 0;
    double read = 0;  // exp(H) / a
  };
  std::vector<Shares> columns;
  std::vector<Offset> offsets = std::vector<Offset>(2 * farthest_offset + 1);
  std::vector<Row> choosing;          // rows with three keys or more in sight
  std::int64_t rows_with_choice = 0;  // with two or more
  std::vector<Shares> bins;           // row-major
};

HeadPatterns::HeadPatterns(const Trace& trace, const AttentionLayer& layer, std::int64_t batch_item)
    : trace_(trace), layer_(layer), batch_item_(batch_item) {
  const Axes& axes = trace.graph()[layer.weights].axes();
  queries_ = axes[2];
  keys_ = axes[3];
  query_names_ = names_along(queries_, trace, batch_item);
  key_names_ = names_along(keys_, trace, batch_item);
  heads_.resize(static_cast<std::size_t>(axes[1].size));
  squares_.resize(heads_.size() + 1, 0);
  while (rows_ < queries_.size && trace.label(queries_, rows_, batch_item) != padding_token) ++rows_;
  const auto item = static_cast<std::size_t>(batch_item);
  const bool self = queries_.size == keys_.size && queries_.first == keys_.first &&
                    trace.labels().query[item] == trace.labels().key[item];
  if (!self || queries_.size < 4) return;
  bin_ = (queries_.size + most_bins - 1) / most_bins;
  bins_ = (queries_.size + bin_ - 1) / bin_;
}

double HeadPatterns::progress() const {
  constexpr double looking = 0.7;  // the rest is adding up contributions
  const double part = static_cast<double>(row_) / static_cast<double>(std::max<std::int64_t>(1, rows_));
  if (complete_) return 1;
  if (at_ == heads_.size()) return looking + (1 - looking) * part;
  return looking * (static_cast<double>(at_) + part) / static_cast<double>(heads_.size());
}

Range HeadPatterns::next_rows(std::int64_t most) const {
  return {row_, std::min(row_ + std::max<std::int64_t>(1, most), rows_)};
}

void HeadPatterns::compute(const std::function<bool()>& more) {
  while (!complete_ && more()) {
    if (at_ < heads_.size()) {
      look_at_rows();
    } else if (layer_.mixing && row_ < rows_) {
      add_contributions();
    } else {
      finish();
    }
  }
}

void HeadPatterns::look_at_rows() {
  if (row_ == 0) {
    sums_ = std::make_shared<Sums>();
    sums_->columns.resize(static_cast<std::size_t>(keys_.size));
    sums_->bins.resize(static_cast<std::size_t>(bins_ * bins_));
  }
  constexpr std::int64_t most_cells = 1 << 15;
  const Range rows = next_rows(most_cells / keys_.size);
  const Range item{batch_item_, batch_item_ + 1};
  const auto head = static_cast<std::int64_t>(at_);
  const Range keys{0, keys_.size};
  const std::vector<float> weights = trace_.read(layer_.weights, {item, {head, head + 1}, rows, keys});
  const std::vector<float> allowed = layer_.mask ? trace_.read(*layer_.mask, {item, rows, keys}) : std::vector<float>{};
  for (std::int64_t i = rows.begin; i < rows.end; ++i) {
    const std::int64_t first = (i - rows.begin) * keys_.size;
    add_row(i, weights.data() + first, layer_.mask ? allowed.data() + first : nullptr);
  }
  row_ = rows.end;
  if (row_ < rows_) return;
  end_head();
  row_ = 0;
  ++at_;
}

void HeadPatterns::add_row(std::int64_t query, const float* weights, const float* allowed) {
  HeadPattern& head = heads_[at_];
  const auto in_sight = [&](std::int64_t j) { return !allowed || allowed[j] != 0; };
  double sum = 0;
  double surprise = 0;  // sum of w ln w
  std::int64_t seen = 0;
  for (std::int64_t j = 0; j < keys_.size; ++j) {
    const float w = weights[j];
    sum += static_cast<double>(w);
    if (w > 0) surprise += static_cast<double>(w) * static_cast<double>(std::log(w));
    if (in_sight(j)) ++seen;
    if (w > (head.largest ? head.largest->weight : 0)) head.largest = {w, query, j};
  }
  if (!(sum > 0) || !std::isfinite(sum) || seen == 0) {
    ++head.left_out;
    return;
  }
  ++head.rows;
  const double entropy = std::max(0.0, std::log(sum) - surprise / sum);
  const double uniform = 1 / static_cast<double>(seen);
  head.entropy += entropy;
  head.spread += std::exp(entropy) * uniform;
  if (seen > 1) {
    head.entropy_share += entropy / std::log(static_cast<double>(seen));
    ++sums_->rows_with_choice;
  }
  if (seen > 2) sums_->choosing.push_back({query, seen, std::exp(entropy) * uniform});

  const auto add = [&](Sums::Shares& to, std::int64_t j) {
    to.found += static_cast<double>(weights[j]) / sum;
    if (in_sight(j)) to.uniform += uniform;
  };
  for (std::int64_t j = 0; j < keys_.size; ++j) add(sums_->columns[static_cast<std::size_t>(j)], j);
  for (std::int64_t o = -farthest_offset; o <= farthest_offset; ++o) {
    const std::int64_t j = query + queries_.first + o - keys_.first;
    if (j < 0 || j >= keys_.size || !in_sight(j)) continue;
    Sums::Offset& offset = sums_->offsets[static_cast<std::size_t>(o + farthest_offset)];
    add(offset.shares, j);
    ++offset.rows;
  }
  if (bin_ == 0) return;
  Sums::Shares* bins = sums_->bins.data() + query / bin_ * bins_;
  for (std::int64_t j = 0; j < keys_.size; ++j) add(bins[j / bin_], j);
}

void HeadPatterns::end_head() {
  HeadPattern& head = heads_[at_];
  if (head.rows == 0) return;
  const auto rows = static_cast<double>(head.rows);
  head.entropy /= rows;
  head.spread /= rows;
  head.entropy_share /= static_cast<double>(std::max<std::int64_t>(1, sums_->rows_with_choice));

  const auto mean = [](const Sums::Shares& shares, double of) { return Found{shares.found / of, shares.uniform / of}; };
  // Where none stands out, the one with the largest share is named.
  std::vector<HeadPattern::Diagonal> diagonals;
  for (std::int64_t o = -farthest_offset; o <= farthest_offset; ++o) {
    const Sums::Offset& offset = sums_->offsets[static_cast<std::size_t>(o + farthest_offset)];
    if (2 * offset.rows >= head.rows) diagonals.push_back({o, mean(offset.shares, static_cast<double>(offset.rows))});
  }
  std::vector<HeadPattern::Stripe> stripes;
  for (std::int64_t j = 0; j < keys_.size; ++j) stripes.push_back({j, mean(sums_->columns[static_cast<std::size_t>(j)], rows)});
  const auto pick = [](const auto& all) {
    auto best = std::max_element(all.begin(), all.end(),
                                 [](const auto& a, const auto& b) { return a.found.share + no_difference < b.found.share; });
    for (auto it = all.begin(); it != all.end(); ++it) {
      if (stands_out_more(it->found, best->found)) best = it;
    }
    return *best;
  };
  if (!diagonals.empty()) head.diagonal = pick(diagonals);
  head.stripe = pick(stripes);

  // Of a few keys in sight (the first rows of a causal mask) most are read in any case.
  std::vector<Sums::Row>& choosing = sums_->choosing;
  std::int64_t most = 0;
  for (const Sums::Row& row : choosing) most = std::max(most, row.seen);
  std::erase_if(choosing, [&](const Sums::Row& row) { return 2 * row.seen < most; });
  if (static_cast<std::int64_t>(choosing.size()) >= fewest_rows) {
    const auto widest = std::max_element(choosing.begin(), choosing.end(),
                                         [](const auto& a, const auto& b) { return a.read + no_difference < b.read; });
    double others = -widest->read;
    for (const Sums::Row& row : choosing) others += row.read;
    head.widest = {widest->query, {widest->read, others / static_cast<double>(choosing.size() - 1)}};
  }
  if (bin_ > 0) find_blocks(head);
}

/// The cut into contiguous blocks of two tokens or more whose own weight is most above that of uniform
/// attention: the best cut up to each place from the best cuts before it.
void HeadPatterns::find_blocks(HeadPattern& head) const {
  const auto n = static_cast<std::size_t>(bins_);
  const auto at = [n](std::size_t row, std::size_t column) { return row * (n + 1) + column; };
  std::vector<double> above((n + 1) * (n + 1), 0);  // sums over rows and columns before
  std::vector<Sums::Shares> distances(2 * n);
  for (std::size_t r = 0; r < n; ++r) {
    for (std::size_t c = 0; c < n; ++c) {
      const Sums::Shares& bin = sums_->bins[r * n + c];
      above[at(r + 1, c + 1)] = above[at(r, c + 1)] + above[at(r + 1, c)] - above[at(r, c)] + bin.found - bin.uniform;
      distances[n + c - r].found += bin.found;
      distances[n + c - r].uniform += bin.uniform;
    }
  }
  const std::size_t shortest = bin_ == 1 ? 2 : 1;
  std::vector<double> best(n + 1, -1);
  std::vector<std::size_t> start(n + 1, 0);
  for (std::size_t end = shortest; end <= n; ++end) {
    for (std::size_t begin = 0; begin + shortest <= end; ++begin) {
      if (begin > 0 && begin < shortest) continue;
      const double within = above[at(end, end)] - above[at(begin, end)] - above[at(end, begin)] + above[at(begin, begin)];
      const double sum = (begin == 0 ? 0 : best[begin]) + within;
      if (begin > 0 && sum <= best[end] + no_difference) continue;
      best[end] = sum;
      start[end] = begin;
    }
  }
  HeadPattern::Blocks blocks;
  const auto rows = static_cast<double>(head.rows);
  for (std::size_t end = n; end > 0; end = start[end]) {
    blocks.starts.insert(blocks.starts.begin(), static_cast<std::int64_t>(start[end]) * bin_);
    for (std::size_t r = start[end]; r < end; ++r) {
      for (std::size_t c = start[end]; c < end; ++c) {
        const Sums::Shares& bin = sums_->bins[r * n + c];
        const Sums::Shares& distance = distances[n + c - r];
        blocks.found.share += bin.found / rows;
        blocks.found.expected += bin.uniform / rows;
        if (distance.uniform > 0) blocks.by_distance += bin.uniform * distance.found / distance.uniform / rows;
      }
    }
  }
  head.blocks = std::move(blocks);
}

/// Of one head to some rows: enough of them that reading its part of W_O is worth it.
void HeadPatterns::add_contributions() {
  constexpr std::int64_t most_products = 1 << 24;
  constexpr std::int64_t most_cells = 1 << 18;
  const std::int64_t d_v = trace_.graph()[layer_.mixing->head_outputs].axes()[3].size;
  const std::int64_t width = trace_.graph()[layer_.mixing->w_o].axes()[1].size;
  const auto head = static_cast<std::int64_t>(added_);
  const Range rows = next_rows(std::min(most_products / d_v, most_cells) / width);
  const std::vector<float> outputs =
      trace_.read(layer_.mixing->head_outputs, {{batch_item_, batch_item_ + 1}, {head, head + 1}, rows, {0, d_v}});
  const std::vector<float> w_o = trace_.read(layer_.mixing->w_o, {{head * d_v, (head + 1) * d_v}, {0, width}});
  std::vector<float> part(static_cast<std::size_t>(rows.size() * width));
  matmul({outputs.data(), rows.size(), d_v, d_v, 1}, {w_o.data(), d_v, width, width, 1}, part.data());
  const auto add_squares = [](double& to, const std::vector<float>& all) {
    for (const float value : all) to += static_cast<double>(value) * static_cast<double>(value);
  };
  add_squares(squares_[added_], part);
  if (added_ == 0) sum_.assign(part.size(), 0);
  for (std::size_t i = 0; i < part.size(); ++i) sum_[i] += part[i];
  if (++added_ < heads_.size()) return;
  add_squares(squares_.back(), sum_);
  added_ = 0;
  row_ = rows.end;
}

void HeadPatterns::finish() {
  if (layer_.mixing) {
    output_norm_ = std::sqrt(squares_.back());
    for (std::size_t h = 0; h < heads_.size(); ++h) {
      heads_[h].norm = std::sqrt(squares_[h]);
      if (output_norm_ > 0) heads_[h].contribution = *heads_[h].norm / output_norm_;
    }
  }
  sum_ = {};
  sums_.reset();
  complete_ = true;
}

}  // namespace headwise
