#include "engine/ops/in_place.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

/// Every score times one constant, 1/sqrt(d_k) unless set.
class Scale final : public InPlace {
 public:
  Scale(double factor, std::string meaning)
      : factor_(static_cast<float>(factor)), meaning_(std::move(meaning)) {}

  std::string_view name() const override { return "scale"; }
  std::string summary() const override {
    return "A dot product of d_k terms of size about 1 has variance d_k. Times 1/\u221ad_k its variance is "
           "about 1 again, and softmax does not saturate.";
  }
  std::string_view source() const override { return "Vaswani et al. 2017, section 3.2.1"; }
  std::vector<Access> access(const Signature& s) const override {
    Access all{0, {}};
    for (std::size_t a = 0; a < s.axes.size(); ++a) all.links.push_back(AxisLink::same(a));
    return {all};
  }
  void apply(const std::vector<Tensor>&, const Region&, std::span<float> values) const override {
    for (float& value : values) value *= factor_;
  }
  Expression explain(const Scope& s, const Index& at) const override {
    return Expression::of(Expression::Kind::product,
                          {s.input(0, at), Expression::constant(static_cast<double>(factor_), meaning_)});
  }
  std::string formula(const Signature& s) const override {
    return s.id + "[b,h,i,j] = " + s.input_ids[0] + "[b,h,i,j] \u00b7 " + code_number(static_cast<double>(factor_)) +
           "  (" + meaning_ + ")";
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = " + s.input_ids[0] + " * " + code_number(static_cast<double>(factor_)) + "  # " + meaning_;
  }
  std::vector<Count> counts(const Signature& s) const override {
    std::vector<std::pair<std::string, std::int64_t>> factors;
    for (const Axis& axis : s.axes) factors.emplace_back(axis.name, axis.size);
    return {flops(Count::Kind::other_flops, "one multiplication a cell", factors)};
  }
  std::vector<Operand> operands(const Signature&) const override {
    return {{print_number(static_cast<double>(factor_)) + " \u00b7"}};
  }

 private:
  float factor_;
  std::string meaning_;
};

}  // namespace

std::unique_ptr<Op> make_scale(const Attributes& a) {
  return std::make_unique<Scale>(attribute<double>(a, "factor"), attribute<std::string>(a, "meaning"));
}

}  // namespace headwise
