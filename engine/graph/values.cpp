#include "engine/graph/values.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <unordered_map>

#include "engine/graph/parts.hpp"
#include "engine/ops/in_place.hpp"
#include "engine/tensor/parallel.hpp"

namespace headwise {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t worth_sharing = 1 << 16;  // cells: waking another thread takes as long as some thousand

/// What a node costs to compute, in cells written; a cell takes about as long as eight multiplications.
double cost(const Node& node) {
  double sum = static_cast<double>(cell_count(node.axes()));
  for (const Count& count : node.op->counts(node.signature)) {
    if (count.kind == Count::Kind::matmul_flops) sum += static_cast<double>(count.value) / 16;
  }
  return sum;
}

}  // namespace

Values::Values(const Graph& graph, const Values* before)
    : graph_(&graph), derived_(derived_nodes(graph)), fresh_(graph.nodes().size(), true), tensors_(graph.nodes().size()) {
  if (!before || !before->complete()) return;
  const std::vector<Node>& old = before->graph_->nodes();
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t n = 0; n < old.size(); ++n) places.emplace(old[n].id(), n);
  std::vector<std::size_t> taken(tensors_.size());  // from which node
  for (std::size_t n = 0; n < tensors_.size(); ++n) {
    const Node& node = graph[n];
    const auto found = places.find(node.id());
    if (found == places.end()) continue;
    const Node& like = old[found->second];
    const bool same_inputs = std::equal(node.inputs.begin(), node.inputs.end(), like.inputs.begin(), like.inputs.end(),
                                        [&](std::size_t now, std::size_t then) { return !fresh_[now] && taken[now] == then; });
    if (!same_inputs || derived_[n] != before->derived_[found->second] || node.axes() != like.axes() ||
        !node.op->same_as(*like.op)) {
      continue;
    }
    fresh_[n] = false;
    taken[n] = found->second;
    tensors_[n] = before->tensors_[found->second];
  }
}

std::vector<Tensor> Values::inputs(std::size_t node) const {
  std::vector<Tensor> all;
  all.reserve((*graph_)[node].inputs.size());
  for (const std::size_t input : (*graph_)[node].inputs) all.push_back(tensors_[input]);
  return all;
}

Work Values::work(std::size_t n) const {
  const Node& node = (*graph_)[n];
  if (derived_[n]) return {Tensor::blank({})};
  const InPlace* op = node.op->in_place();
  if (!op) return node.op->work(inputs(n), node.axes());
  Tensor out = Tensor::blank(node.axes());
  std::vector<Part> parts = parts_of(node.axes());
  const auto count = static_cast<std::int64_t>(parts.size());
  const auto compute = [this, op, from = node.inputs[0], in = inputs(n), all = out.mutable_values(),
                        parts = std::move(parts)](std::int64_t piece) {
    const auto& [region, first] = parts[static_cast<std::size_t>(piece)];
    const auto values = all.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(cell_count(region)));
    copy(from, region, values);
    op->apply(in, region, values);
  };
  return {std::move(out), count, compute};
}

void Values::compute(const std::function<bool()>& more) {
  for (; !complete(); ++next_) {
    if (!fresh_[next_]) continue;
    if (tensors_[next_].empty()) {
      if (!more()) return;
      work_ = work(next_);
      tensors_[next_] = work_.out;
      piece_ = 0;
    }
    const bool is_large = threads() > 1 && work_.out.size() >= worth_sharing;
    while (piece_ < work_.pieces) {
      if (piece_ > 0 && !more()) return;
      if (!is_large) {
        work_.compute(piece_++);
        continue;
      }
      const std::int64_t count = std::min(together_ * threads(), work_.pieces - piece_);
      const auto start = Clock::now();
      in_parallel(count, [this](std::int64_t i) { work_.compute(piece_ + i); });
      piece_ += count;
      // Often enough to ask whether there is more time, and seldom enough that waking threads costs little.
      const auto took = Clock::now() - start;
      if (took > std::chrono::milliseconds(16)) together_ = std::max<std::int64_t>(1, together_ / 2);
      if (took < std::chrono::milliseconds(6)) together_ = std::min<std::int64_t>(16, together_ * 2);
    }
    if (work_.finish) work_.finish();
    work_ = {};
  }
}

void Values::compute_again() const {
  Values again = *this;
  again.next_ = 0;
  for (std::size_t n = 0; n < tensors_.size(); ++n) {
    again.fresh_[n] = !(*graph_)[n].inputs.empty();
    if (again.fresh_[n]) again.tensors_[n] = {};
  }
  again.compute([] { return true; });
}

double Values::progress() const {
  double done = 0;
  double all = 0;
  for (std::size_t n = 0; n < tensors_.size(); ++n) {
    if (!fresh_[n] || derived_[n]) continue;
    const double each = cost((*graph_)[n]);
    all += each;
    if (n < next_) done += each;
    if (n == next_ && work_.pieces > 0) done += each * static_cast<double>(piece_) / static_cast<double>(work_.pieces);
  }
  return all > 0 ? done / all : 1;
}

void Values::copy(std::size_t node, const Region& region, std::span<float> to) const {
  if (!derived_[node]) {
    tensors_[node].copy(region, to.data());
  } else if (!to.empty()) {
    copy((*graph_)[node].inputs[0], region, to);
    (*graph_)[node].op->in_place()->apply(inputs(node), region, to);
  }
}

float Values::at(const Cell& cell) const {
  if (!derived_[cell.node]) return tensors_[cell.node].at(cell.index);
  float value = 0;
  copy(cell.node, single(cell.index), {&value, 1});
  return value;
}

}  // namespace headwise
