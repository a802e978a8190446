#include <cmath>

#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// Fixed positions of "Attention is all you need" (Vaswani et al. 2017, section 3.5):
/// column 2i is sin(t / 10000^(2i/d_model)), column 2i+1 the cosine. Any d_model; an odd last
/// column is a sine.
class SinusoidalPositions final : public Op {
 public:
  explicit SinusoidalPositions(Axes axes) : axes_(std::move(axes)) {}

  std::string_view name() const override { return "sinusoidal_positions"; }
  std::string summary() const override {
    return "Attention alone cannot tell first from last. These fixed waves, from fast to slow, give "
           "each position its own pattern.";
  }
  std::string_view source() const override { return "Vaswani et al. 2017, section 3.5"; }
  Axes shape(const std::vector<Axes>&) const override { return axes_; }
  std::vector<Access> access(const Signature&) const override { return {}; }

  Work work(const std::vector<Tensor>&, const Axes& axes) const override {
    const std::int64_t width = axes[1].size;
    std::vector<double> periods;
    for (std::int64_t even = 0; even < width; even += 2) {
      periods.push_back(std::pow(10000.0, static_cast<double>(even) / static_cast<double>(width)));
    }
    constexpr std::int64_t sine_cost = 16;
    return in_rows(Tensor::blank(axes), [width, periods = std::move(periods)](std::int64_t first, std::span<float> row) {
      const auto t = static_cast<double>(first / width);
      for (std::size_t i = 0; i < row.size(); ++i) {
        const double angle = t / periods[i / 2];
        row[i] = static_cast<float>(i % 2 == 0 ? std::sin(angle) : std::cos(angle));
      }
    }, sine_cost);
  }

  Expression explain(const Scope&, const Index& index) const override { return wave(index); }

  std::string formula(const Signature& s) const override {
    const std::string d = std::to_string(s.axes[1].size);
    return s.id + "[t,2i] = sin(t / 10000^(2i/" + d + ")),  " + s.id + "[t,2i+1] = cos(t / 10000^(2i/" + d +
           "))";
  }
  std::string pytorch(const Signature& s) const override {
    const std::string t = std::to_string(s.axes[0].size);
    const std::string d = std::to_string(s.axes[1].size);
    return "angle = torch.arange(" + t + ")[:, None] / 10000 ** (torch.arange(" + d + ") // 2 * 2 / " + d +
           "); " + s.id + " = torch.where(torch.arange(" + d + ") % 2 == 0, angle.sin(), angle.cos())";
  }
  std::string numpy(const Signature& s) const override {
    const std::string t = std::to_string(s.axes[0].size);
    const std::string d = std::to_string(s.axes[1].size);
    return "angle = np.arange(" + t + ")[:, None] / 10000 ** (np.arange(" + d + ") // 2 * 2 / " + d + "); " + s.id +
           " = np.where(np.arange(" + d + ") % 2 == 0, np.sin(angle), np.cos(angle))";
  }

 private:
  Expression wave(const Index& index) const {
    const auto width = static_cast<double>(axes_[1].size);
    const auto even = static_cast<double>(index[1] / 2 * 2);
    Expression period = Expression::of(
        Expression::Kind::power,
        {Expression::constant(10000), Expression::of(Expression::Kind::quotient,
                                                     {Expression::constant(even, "2i, the even column"),
                                                      Expression::constant(width, "d_model")})});
    Expression angle = Expression::of(
        Expression::Kind::quotient,
        {Expression::constant(static_cast<double>(index[0]), "position t"), std::move(period)});
    return Expression::of(index[1] % 2 == 0 ? Expression::Kind::sine : Expression::Kind::cosine,
                          {std::move(angle)});
  }

  Axes axes_;
};

}  // namespace

std::unique_ptr<Op> make_sinusoidal_positions(const Attributes& a) {
  return std::make_unique<SinusoidalPositions>(attribute<Axes>(a, "axes"));
}

}  // namespace headwise
