#include <limits>

#include "engine/ops/in_place.hpp"

namespace headwise {

namespace {

/// scores (B, h, T_q, T_kv), mask (B, T_q, T_kv): minus infinity where the mask is 0.
class Mask final : public InPlace {
 public:
  std::string_view name() const override { return "mask"; }
  std::string summary() const override {
    return "A score of minus infinity becomes a weight of exactly 0 in softmax, and the other weights of "
           "the row still sum to 1. Setting weights to 0 after softmax would break that sum.";
  }
  std::string_view source() const override { return "Vaswani et al. 2017, section 3.2.3"; }
  std::vector<Access> access(const Signature&) const override {
    using L = AxisLink;
    return {{0, {L::same(0), L::same(1), L::same(2), L::same(3)}}, {1, {L::same(0), L::same(2), L::same(3)}}};
  }

  void apply(const std::vector<Tensor>& in, const Region& region, std::span<float> values) const override {
    constexpr float masked = -std::numeric_limits<float>::infinity();
    std::vector<float> room;
    each_row(region, values, [&](const Index& at, std::span<float> row) {
      const float* keep = in[1].row({at[0], at[2], at[3]}, row.size(), room);
      for (std::size_t j = 0; j < row.size(); ++j) row[j] = keep[j] == 0 ? masked : row[j];
    });
  }

  Expression explain(const Scope& s, const Index& at) const override {
    return Expression::of(
        Expression::Kind::choice,
        {s.input(1, {at[0], at[2], at[3]}), s.input(0, at),
         Expression::constant(-std::numeric_limits<double>::infinity(), "masked: this key must not be seen")});
  }

  std::string formula(const Signature& s) const override {
    return s.id + "[b,h,i,j] = " + s.input_ids[0] + "[b,h,i,j] if " + s.input_ids[1] +
           "[b,i,j] is 1, else \u2212\u221e";
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = " + s.input_ids[0] + ".masked_fill(" + s.input_ids[1] +
           "[:, None] == 0, float(\"-inf\"))";
  }
  std::string numpy(const Signature& s) const override {
    return s.id + " = np.where(" + s.input_ids[1] + "[:, None] == 0, -np.inf, " + s.input_ids[0] + ")";
  }
  std::vector<Operand> operands(const Signature&) const override { return {{""}, {"where 1 in"}}; }
};

}  // namespace

std::unique_ptr<Op> make_mask(const Attributes&) { return std::make_unique<Mask>(); }

}  // namespace headwise
