#include <algorithm>
#include <cmath>
#include <numbers>

#include "engine/ops/in_place.hpp"

namespace headwise {

namespace {

/// The bend between the two matrices of a feed-forward network: `relu`, `gelu` (exact, by erf) or
/// `silu` (x times its sigmoid).
class Activation final : public InPlace {
 public:
  explicit Activation(std::string kind) : kind_(std::move(kind)) {}

  std::string_view name() const override { return "activation"; }
  std::string summary() const override {
    if (kind_ == "relu") return "Negative numbers become 0. Without a bend here the two matrices would be one.";
    if (kind_ == "gelu") return "Numbers well below 0 become 0, with a smooth bend. Without one the two matrices would be one.";
    return "Each number times its own sigmoid: a smooth bend at 0. Used as the gate of SwiGLU.";
  }
  std::string_view source() const override {
    if (kind_ == "relu") return "Vaswani et al. 2017, section 3.3";
    return kind_ == "gelu" ? "Hendrycks & Gimpel 2016 (GELU)" : "Shazeer 2020 (SwiGLU)";
  }
  std::vector<Access> access(const Signature& s) const override { return {{0, same_axes(s.axes.size())}}; }
  void apply(const std::vector<Tensor>&, const Region&, std::span<float> values) const override {
    for (float& value : values) {
      const auto x = static_cast<double>(value);
      if (kind_ == "relu") {
        value = std::max(value, 0.0F);
      } else if (kind_ == "gelu") {
        value = static_cast<float>(x * 0.5 * (1 + std::erf(x / std::numbers::sqrt2)));
      } else {
        value = static_cast<float>(x / (1 + std::exp(-x)));
      }
    }
  }
  Expression explain(const Scope& s, const Index& at) const override {
    using K = Expression::Kind;
    const Expression x = s.input(0, at);
    const auto number = [](double n) { return Expression::constant(n); };
    if (kind_ == "relu") return Expression::of(K::maximum, {x, Expression::constant(0, "nothing below 0")});
    if (kind_ == "gelu") {
      Expression erf = Expression::of(K::error_function, {Expression::of(K::quotient, {x, Expression::of(K::square_root, {number(2)})})});
      return Expression::of(K::product, {x, number(0.5), Expression::of(K::sum, {number(1), std::move(erf)})});
    }
    Expression down = Expression::of(K::exponential, {Expression::of(K::difference, {number(0), x})});
    return Expression::of(K::quotient, {x, Expression::of(K::sum, {number(1), std::move(down)})});
  }
  std::string formula(const Signature& s) const override {
    const std::string x = s.input_ids[0] + letters(s.axes);
    const std::string y = s.id + letters(s.axes) + " = ";
    if (kind_ == "relu") return y + "max(" + x + ", 0)";
    if (kind_ == "gelu") return y + "0.5 \u00b7 " + x + " \u00b7 (1 + erf(" + x + " / \u221a2))";
    return y + x + " / (1 + exp(\u2212" + x + "))";
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = torch.nn.functional." + kind_ + "(" + s.input_ids[0] + ")";
  }
  std::string numpy(const Signature& s) const override {
    const std::string& x = s.input_ids[0];
    if (kind_ == "relu") return s.id + " = np.maximum(" + x + ", 0)";
    if (kind_ == "gelu") return "import math; " + s.id + " = 0.5 * " + x + " * (1 + np.vectorize(math.erf)(" + x + " / math.sqrt(2)))";
    return s.id + " = " + x + " / (1 + np.exp(-" + x + "))";
  }
  std::vector<Count> counts(const Signature& s) const override {
    return {flops_per_cell(kind_ == "relu" ? "one comparison a cell" : "about four operations a cell", kind_ == "relu" ? 1 : 4, s.axes)};
  }
  std::vector<Operand> operands(const Signature&) const override { return {{kind_ + " of"}}; }

 private:
  std::string kind_;
};

}  // namespace

std::unique_ptr<Op> make_activation(const Attributes& a) {
  return std::make_unique<Activation>(attribute<std::string>(a, "kind"));
}

}  // namespace headwise
