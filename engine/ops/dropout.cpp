#include "engine/ops/in_place.hpp"

namespace headwise {

namespace {

/// x * mask / (1 - rate): inverted dropout, so that the expected value stays and evaluation needs
/// no change. x and mask have the same axes.
class Dropout final : public InPlace {
 public:
  Dropout(double rate, std::string summary)
      : rate_(rate), keep_(static_cast<float>(1 - rate)), summary_(std::move(summary)) {}

  std::string_view name() const override { return "dropout"; }
  std::string summary() const override { return summary_; }
  std::string_view source() const override { return "Srivastava et al. 2014 (dropout)"; }
  std::vector<Access> access(const Signature& s) const override {
    return {{0, same_axes(s.axes.size())}, {1, same_axes(s.axes.size())}};
  }
  void apply(const std::vector<Tensor>& in, const Region& region, std::span<float> values) const override {
    std::vector<float> room;
    each_row(region, values, [&](const Index& at, std::span<float> row) {
      const float* mask = in[1].row(at, row.size(), room);
      for (std::size_t i = 0; i < row.size(); ++i) row[i] = row[i] * mask[i] / keep_;
    });
  }
  Expression explain(const Scope& s, const Index& at) const override {
    using K = Expression::Kind;
    return Expression::of(K::quotient, {Expression::of(K::product, {s.input(0, at), s.input(1, at)}),
                                        Expression::constant(1 - rate_, "1 \u2212 dropout")});
  }
  std::string formula(const Signature& s) const override {
    const std::string at = letters(s.axes);
    return s.id + at + " = " + s.input_ids[0] + at + " \u00b7 " + s.input_ids[1] + at + " / (1 \u2212 " +
           code_number(rate_) + ")";
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = " + s.input_ids[0] + " * " + s.input_ids[1] + " / (1 - " + code_number(rate_) + ")";
  }
  std::vector<Count> counts(const Signature& s) const override {
    return {flops_per_cell("one product and one division a cell", 2, s.axes)};
  }
  std::vector<Operand> operands(const Signature&) const override { return {{""}, {"\u00d7"}}; }

 private:
  double rate_;
  float keep_;
  std::string summary_;
};

}  // namespace

std::unique_ptr<Op> make_dropout(const Attributes& a) {
  return std::make_unique<Dropout>(attribute<double>(a, "rate"), attribute<std::string>(a, "summary"));
}

}  // namespace headwise
