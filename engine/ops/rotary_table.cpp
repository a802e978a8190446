#include "engine/ops/op.hpp"

#include <cmath>
#include <vector>

namespace headwise {

namespace {

/// The cosine or sine of every position's angle for every pair: (T, pairs). Pair p of position t
/// turns by t / base^(2p/n), n the number of entries that turn.
class RotaryTable final : public Op {
 public:
  RotaryTable(Axes axes, double base, bool cosine) : axes_(std::move(axes)), base_(base), cosine_(cosine) {}

  std::string_view name() const override { return "rotary_table"; }
  std::string summary() const override {
    return std::string("The ") + (cosine_ ? "cosine" : "sine") +
           " of the angle by which each position turns each pair of entries: the first pairs turn fast, the "
           "last ones slowly.";
  }
  std::string_view source() const override { return "Su et al. 2021 (RoPE), section 3.2.2"; }
  Axes shape(const std::vector<Axes>&) const override { return axes_; }
  std::vector<Access> access(const Signature&) const override { return {}; }

  Tensor compute(const std::vector<Tensor>&, const Axes& axes) const override {
    const std::int64_t pairs = axes[1].size;
    std::vector<double> periods;
    for (std::int64_t p = 0; p < pairs; ++p) {
      periods.push_back(std::pow(base_, static_cast<double>(2 * p) / static_cast<double>(2 * pairs)));
    }
    Tensor out(axes);
    auto value = out.mutable_values().begin();
    for (std::int64_t t = 0; t < axes[0].size; ++t) {
      for (const double period : periods) {
        const double angle = static_cast<double>(t) / period;
        *value++ = static_cast<float>(cosine_ ? std::cos(angle) : std::sin(angle));
      }
    }
    return out;
  }
  Expression explain(const Scope&, const Index& at) const override { return turn(at); }

  std::string formula(const Signature& s) const override {
    return s.id + "[t,p] = " + (cosine_ ? "cos" : "sin") + "(t / " + code_number(base_) + "^(2p/" + entries() + "))";
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = (torch.arange(" + std::to_string(s.axes[0].size) + ")[:, None] / " + code_number(base_) +
           " ** (torch.arange(0, " + entries() + ", 2) / " + entries() + "))." + (cosine_ ? "cos()" : "sin()");
  }
  std::string numpy(const Signature& s) const override {
    return s.id + " = np." + (cosine_ ? "cos" : "sin") + "(np.arange(" + std::to_string(s.axes[0].size) +
           ")[:, None] / " + code_number(base_) + " ** (np.arange(0, " + entries() + ", 2) / " + entries() + "))";
  }

 private:
  std::string entries() const { return std::to_string(2 * axes_[1].size); }
  Expression turn(const Index& at) const {
    using K = Expression::Kind;
    const auto number = [](std::int64_t n, const char* note) {
      return Expression::constant(static_cast<double>(n), note);
    };
    Expression period = Expression::of(
        K::power, {Expression::constant(base_, "base"),
                   Expression::of(K::quotient, {number(2 * at[1], "2p, twice the pair"),
                                                number(2 * axes_[1].size, "entries that turn")})});
    return Expression::of(cosine_ ? K::cosine : K::sine,
                          {Expression::of(K::quotient, {number(at[0], "position t"), std::move(period)})});
  }

  Axes axes_;
  double base_;
  bool cosine_;
};

}  // namespace

std::unique_ptr<Op> make_rotary_table(const Attributes& a) {
  return std::make_unique<RotaryTable>(attribute<Axes>(a, "axes"), attribute<double>(a, "base"),
                                       attribute<std::int64_t>(a, "cosine") != 0);
}

}  // namespace headwise
