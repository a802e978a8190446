#include "engine/session/history.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace headwise {

namespace {

constexpr std::array<std::string_view, 4> place{"stage", "head", "batch_item", "cell"};

bool is_recipe(const std::string& name) {
  return std::any_of(recipe_keys().begin(), recipe_keys().end(), [&](const Key& key) { return key.name == name; });
}

/// The recipe of `to`. Of the view, what is still as the change made it (`from`) goes back to what it
/// was (`to`); a place goes as a whole.
Settings merged(const Settings& now, const Settings& from, const Settings& to) {
  const auto same = [&](std::string_view name) { return now.get(name) == from.get(name); };
  const bool stayed = std::all_of(place.begin(), place.end(), same);
  Settings result = to;
  for (const Key& key : to.keys()) {
    if (is_recipe(key.name)) continue;
    const bool is_place = std::find(place.begin(), place.end(), key.name) != place.end();
    if (!(is_place ? stayed : same(key.name))) result.set(key.name, now.get(key.name));
  }
  return result;
}

std::int64_t bytes_of(const Run& run) { return run.trace.has_values() || run.trace.is_computing() ? memory_needed(run.trace.graph()) : 0; }

}  // namespace

void History::start(const Settings& arrived, std::shared_ptr<const Run> run) {
  moments_.clear();
  moments_.push_back({arrived, arrived, std::move(run)});
  at_ = 0;
}

void History::add(const Settings& left, const Settings& arrived, std::shared_ptr<const Run> run) {
  moments_.erase(moments_.begin() + static_cast<std::ptrdiff_t>(at_) + 1, moments_.end());
  moments_.back().left = left;
  moments_.push_back({arrived, arrived, std::move(run)});
  ++at_;
  let_go();
}

bool History::amend(const Settings& arrived, std::shared_ptr<const Run> run) {
  if (at_ > 0 && same_recipe(arrived, moments_[at_ - 1].left)) {
    moments_.pop_back();
    --at_;
    moments_[at_].left = arrived;
    moments_[at_].run = std::move(run);
    return false;
  }
  moments_[at_] = {arrived, arrived, std::move(run)};
  let_go();
  return true;
}

History::State History::peek(int by, const Settings& now) const {
  const Moment& here = moments_[at_];
  const Moment& there = moments_[by < 0 ? at_ - 1 : at_ + 1];
  return {by < 0 ? merged(now, here.arrived, there.left) : merged(now, here.left, there.arrived), there.run};
}

void History::move(int by, const Settings& left, const Settings& arrived, std::shared_ptr<const Run> run) {
  (by < 0 ? moments_[at_].arrived : moments_[at_].left) = left;
  by < 0 ? --at_ : ++at_;
  (by < 0 ? moments_[at_].left : moments_[at_].arrived) = arrived;
  moments_[at_].run = std::move(run);
  let_go();
}

void History::limit_memory(std::int64_t bytes) {
  most_bytes_ = bytes;
  let_go();
}

std::size_t History::runs_kept() const {
  return static_cast<std::size_t>(
      std::count_if(moments_.begin(), moments_.end(), [](const Moment& moment) { return moment.run != nullptr; }));
}

void History::let_go() {
  std::int64_t bytes = 0;
  const auto keep = [&](std::size_t i) {
    if (!moments_[i].run) return;
    bytes += bytes_of(*moments_[i].run);
    if (bytes > most_bytes_) moments_[i].run.reset();
  };
  for (std::size_t far = 1; far <= moments_.size(); ++far) {
    if (far <= at_) keep(at_ - far);
    if (at_ + far < moments_.size()) keep(at_ + far);
  }
}

}  // namespace headwise
