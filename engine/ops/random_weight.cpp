#include <cmath>

#include "engine/ops/op.hpp"
#include "engine/tensor/random.hpp"

namespace headwise {

namespace {

/// A weight or bias before any training: random, variance 1 / fan_in, around `mean` (1 for gains).
class RandomWeight final : public Op {
 public:
  RandomWeight(Axes axes, std::int64_t fan_in, std::int64_t seed, const std::string& id, double mean)
      : axes_(std::move(axes)), fan_in_(fan_in), seed_(seed), mean_(mean),
        key_(mix(hash_text(id) + static_cast<std::uint64_t>(seed))) {}

  std::string_view name() const override { return "random_weight"; }
  std::string summary() const override {
    return "Random until trained weights are loaded: mean " + code_number(mean_) + ", variance 1/" + std::to_string(fan_in_) +
           ", so that what comes out varies about as much as what goes in. Drawn from seed " +
           std::to_string(seed_) + ", the same on every machine.";
  }
  Axes shape(const std::vector<Axes>&) const override { return axes_; }
  std::vector<Access> access(const Signature&) const override { return {}; }

  Work work(const std::vector<Tensor>&, const Axes& axes) const override {
    const double deviation = 1 / std::sqrt(static_cast<double>(fan_in_));
    return in_rows(Tensor::blank(axes), [this, deviation](std::int64_t first, std::span<float> values) {
      auto i = static_cast<std::uint64_t>(first);
      for (float& value : values) value = draw(i++, deviation);
    });
  }

  Expression explain(const Scope& scope, const Index& index) const override {
    const auto i = static_cast<std::uint64_t>(flat_index(axes_, index));
    const float value = draw(i, 1 / std::sqrt(static_cast<double>(fan_in_)));
    return Expression::constant(static_cast<double>(value),
                                "random number " + std::to_string(i) + " for " + scope.signature().id +
                                    ", seed " + std::to_string(seed_));
  }

  std::string formula(const Signature& s) const override {
    return s.id + " ~ random, mean " + code_number(mean_) + ", variance 1/" + std::to_string(fan_in_);
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = weights[\"" + s.id + "\"]  # " + axis_sizes(s.axes) + ", stored (in, out)";
  }

 private:
  float draw(std::uint64_t i, double deviation) const {
    return static_cast<float>(mean_ + static_cast<double>(random_readable(key_, i, deviation)));
  }

  Axes axes_;
  std::int64_t fan_in_;
  std::int64_t seed_;
  double mean_;
  std::uint64_t key_;
};

}  // namespace

std::unique_ptr<Op> make_random_weight(const Attributes& a) {
  return std::make_unique<RandomWeight>(attribute<Axes>(a, "axes"), attribute<std::int64_t>(a, "fan_in"),
                                        attribute<std::int64_t>(a, "seed"),
                                        attribute<std::string>(a, "id"), attribute<double>(a, "mean"));
}

}  // namespace headwise
