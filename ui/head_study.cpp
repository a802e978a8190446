#include "ui/head_study.hpp"

#include <algorithm>
#include <chrono>

namespace headwise {

void HeadStudy::begin_anew(const Session& session) {
  if (trace_ == session.trace().id()) return;
  trace_ = session.trace().id();
  layers_ = attention_layers(session.graph());
  found_.clear();
  asked_.reset();
}

const std::vector<AttentionLayer>& HeadStudy::layers(const Session& session) {
  begin_anew(session);
  return layers_;
}

const HeadPatterns* HeadStudy::look(const Session& session, Session::Duration budget) {
  using Clock = std::chrono::steady_clock;
  begin_anew(session);
  const AttentionLayer* layer = attention_layer_at(session.graph(), layers_, session.cursor().node);
  if (!layer) return nullptr;
  const auto key = std::pair(layer->weights, session.batch_item());
  auto found = found_.find(key);
  if (found == found_.end()) {
    found = found_.emplace(std::piecewise_construct, std::forward_as_tuple(key),
                           std::forward_as_tuple(session.trace(), *layer, session.batch_item())).first;
  }
  const Clock::time_point start = Clock::now();
  found->second.compute([&] { return Clock::now() - start < budget; });
  return &found->second;
}

const std::vector<Arc>& HeadStudy::arcs(const Session& session, const HeadPatterns& of, std::span<const std::int64_t> heads,
                                        std::optional<std::int64_t> query, float least) {
  Asked now{of.layer().weights, of.batch_item(), {heads.begin(), heads.end()}, query, least};
  if (asked_ == now) return arcs_;
  const Axes& axes = session.graph()[now.weights].axes();
  arcs_.clear();
  for (const std::int64_t head : heads) {
    const Range queries = query ? Range{*query, *query + 1} : Range{0, axes[2].size};
    const Region region{{now.batch_item, now.batch_item + 1}, {head, head + 1}, queries, {0, axes[3].size}};
    const std::vector<float> weights = session.trace().read(now.weights, region);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      if (!(weights[i] >= least)) continue;
      const auto at = static_cast<std::int64_t>(i);
      arcs_.push_back({head, queries.begin + at / axes[3].size, at % axes[3].size, weights[i]});
    }
  }
  std::stable_sort(arcs_.begin(), arcs_.end(), [](const Arc& a, const Arc& b) { return a.weight < b.weight; });
  asked_ = std::move(now);
  return arcs_;
}

}  // namespace headwise
