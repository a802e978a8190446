#include <cmath>

#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// ALiBi's slope for each head, (h). For h a power of 2: 2^(-8/h), 2^(-16/h), ... Otherwise those of
/// the power of 2 below, then every second one of the power of 2 above (the authors' code).
class AlibiSlopes final : public Op {
 public:
  explicit AlibiSlopes(Axes axes) : axes_(std::move(axes)) {
    while (power_ * 2 <= axes_[0].size) power_ *= 2;
  }

  std::string_view name() const override { return "alibi_slopes"; }
  std::string summary() const override {
    return "How fast each head loses interest in keys further away: fixed, not learned. Heads with a steep slope "
           "look nearby, those with a gentle one far.";
  }
  std::string_view source() const override { return "Press et al. 2022 (ALiBi), section 3"; }
  Axes shape(const std::vector<Axes>&) const override { return axes_; }
  std::vector<Access> access(const Signature&) const override { return {}; }
  Tensor compute(const std::vector<Tensor>&, const Axes& axes) const override {
    Tensor out(axes);
    std::int64_t h = 0;
    for (float& value : out.mutable_values()) value = static_cast<float>(slope(h++).evaluate());
    return out;
  }
  Expression explain(const Scope&, const Index& at) const override { return slope(at[0]); }
  std::string formula(const Signature& s) const override {
    const std::string n = std::to_string(power_);
    std::string text = s.id + "[h] = 2^(\u22128\u00b7(h+1)/" + n + ")";
    if (power_ < axes_[0].size) {
      text += " up to h = " + std::to_string(power_ - 1) + ", then 2^(\u22124\u00b7(2(h\u2212" + n + ")+1)/" + n + ")";
    }
    return text;
  }
  std::string pytorch(const Signature& s) const override { return code(s, "torch"); }
  std::string numpy(const Signature& s) const override { return code(s, "np"); }

 private:
  std::string code(const Signature& s, const std::string& library) const {
    const std::string n = std::to_string(power_);
    const std::string make = library == "np" ? "np.array" : "torch.tensor";
    return s.id + " = " + make + "([2 ** (-8 * (h + 1) / " + n + ") if h < " + n + " else 2 ** (-4 * (2 * (h - " + n +
           ") + 1) / " + n + ") for h in range(" + std::to_string(axes_[0].size) + ")])";
  }
  Expression slope(std::int64_t h) const {
    using K = Expression::Kind;
    const double exponent = h < power_ ? -8.0 * static_cast<double>(h + 1) / static_cast<double>(power_)
                                       : -4.0 * static_cast<double>(2 * (h - power_) + 1) / static_cast<double>(power_);
    return Expression::of(K::power, {Expression::constant(2), Expression::constant(exponent, "by the paper's rule")});
  }

  Axes axes_;
  std::int64_t power_ = 1;
};

}  // namespace

std::unique_ptr<Op> make_alibi_slopes(const Attributes& a) {
  return std::make_unique<AlibiSlopes>(attribute<Axes>(a, "axes"));
}

}  // namespace headwise
