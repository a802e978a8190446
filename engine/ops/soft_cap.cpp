#include <cmath>

#include "engine/ops/in_place.hpp"

namespace headwise {

namespace {

/// cap * tanh(x / cap): scores stay between -cap and cap, small ones hardly change.
class SoftCap final : public InPlace {
 public:
  explicit SoftCap(double cap) : cap_(cap) {}

  std::string_view name() const override { return "soft_cap"; }
  std::string summary() const override {
    return "No score can pass the cap, so no single key can take everything however training goes. Comes before the "
           "mask: capping minus infinity would unmask it.";
  }
  std::string_view source() const override { return "Gemma 2 report 2024, section 2"; }
  std::vector<Access> access(const Signature& s) const override { return {{0, same_axes(s.axes.size())}}; }
  void apply(const std::vector<Tensor>&, const Region&, std::span<float> values) const override {
    for (float& value : values) value = static_cast<float>(cap_ * std::tanh(static_cast<double>(value) / cap_));
  }
  Expression explain(const Scope& s, const Index& at) const override {
    using K = Expression::Kind;
    const Expression cap = Expression::constant(cap_, "softcap");
    return Expression::of(K::product, {cap, Expression::of(K::tangent_h, {Expression::of(K::quotient, {s.input(0, at), cap})})});
  }
  std::string formula(const Signature& s) const override {
    const std::string cap = code_number(cap_);
    return s.id + letters(s.axes) + " = " + cap + " \u00b7 tanh(" + s.input_ids[0] + letters(s.axes) + " / " + cap + ")";
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = " + code_number(cap_) + " * (" + s.input_ids[0] + " / " + code_number(cap_) + ").tanh()";
  }
  std::string numpy(const Signature& s) const override {
    return s.id + " = " + code_number(cap_) + " * np.tanh(" + s.input_ids[0] + " / " + code_number(cap_) + ")";
  }
  std::vector<Count> counts(const Signature& s) const override {
    return {flops_per_cell("divide, tanh, multiply", 3, s.axes)};
  }
  std::vector<Operand> operands(const Signature&) const override { return {{"soft cap"}}; }

 private:
  double cap_;
};

}  // namespace

std::unique_ptr<Op> make_soft_cap(const Attributes& a) {
  return std::make_unique<SoftCap>(attribute<double>(a, "cap"));
}

}  // namespace headwise
