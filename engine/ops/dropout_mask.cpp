#include "engine/ops/op.hpp"
#include "engine/tensor/random.hpp"

namespace headwise {

namespace {

/// 1 = kept, 0 = dropped with probability `rate`, drawn from a seed of its own.
class DropoutMask final : public Op {
 public:
  DropoutMask(Axes axes, double rate, std::int64_t seed)
      : axes_(std::move(axes)), rate_(rate), seed_(seed),
        key_(mix(hash_text("dropout") + static_cast<std::uint64_t>(seed))) {}

  std::string_view name() const override { return "dropout_mask"; }
  std::string summary() const override {
    return "Which numbers this training step leaves out, by chance: 0 = dropped. Every step draws anew; here from "
           "dropout_seed " + std::to_string(seed_) + ", so that it can be repeated.";
  }
  std::string_view source() const override { return "Srivastava et al. 2014 (dropout)"; }
  Axes shape(const std::vector<Axes>&) const override { return axes_; }
  std::vector<Access> access(const Signature&) const override { return {}; }
  Work work(const std::vector<Tensor>&, const Axes& axes) const override {
    return in_rows(Tensor::blank(axes), [this](std::int64_t first, std::span<float> row) {
      auto i = static_cast<std::uint64_t>(first);
      for (float& value : row) value = kept(i++) ? 1.0F : 0.0F;
    });
  }
  Expression explain(const Scope&, const Index& at) const override {
    const auto i = static_cast<std::uint64_t>(flat_index(axes_, at));
    return Expression::constant(kept(i) ? 1 : 0, "draw " + std::to_string(i) + " = " + code_number(draw(i)) +
                                                     (kept(i) ? ", not below " : ", below ") + code_number(rate_));
  }
  std::string formula(const Signature& s) const override {
    return s.id + letters(s.axes) + " = 0 with probability " + code_number(rate_) + ", else 1";
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = tensors[\"" + s.id + "\"]  # " + axis_sizes(s.axes) + ", drawn: (torch.rand(...) >= " +
           code_number(rate_) + ").double()";
  }
  std::string numpy(const Signature& s) const override {
    return s.id + " = tensors[\"" + s.id + "\"]  # " + axis_sizes(s.axes) + ", drawn: np.random.rand(...) >= " +
           code_number(rate_);
  }
  ValueRange value_range() const override { return ValueRange::unit; }

 private:
  /// Even between 0 and 1.
  double draw(std::uint64_t i) const { return static_cast<double>(mix(key_ + i) >> 11) / 9007199254740992.0; }
  bool kept(std::uint64_t i) const { return draw(i) >= rate_; }

  Axes axes_;
  double rate_;
  std::int64_t seed_;
  std::uint64_t key_;
};

}  // namespace

std::unique_ptr<Op> make_dropout_mask(const Attributes& a) {
  return std::make_unique<DropoutMask>(attribute<Axes>(a, "axes"), attribute<double>(a, "rate"),
                                       attribute<std::int64_t>(a, "seed"));
}

}  // namespace headwise
