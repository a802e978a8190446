#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// The sum over heads, plus a bias where there is one: (B, h, T_q, d_model) to (B, T_q, d_model).
class SumHeads final : public Op {
 public:
  std::string_view name() const override { return "sum_heads"; }
  std::string summary() const override {
    return "Every head's contribution added up: this is where heads meet. Switching a head off takes its summand away.";
  }
  Axes shape(const std::vector<Axes>& in) const override { return {in[0][0], in[0][2], in[0][3]}; }
  std::vector<Access> access(const Signature& s) const override {
    using L = AxisLink;
    std::vector<Access> all{{0, {L::same(0), L::whole(), L::same(1), L::same(2)}}};
    if (s.input_ids.size() > 1) all.push_back({1, {L::same(2)}});
    return all;
  }
  Tensor compute(const std::vector<Tensor>& in, const Axes& axes) const override {
    Tensor out(axes);
    const std::vector<float> parts = in[0].values();
    const std::vector<float> bias = in.size() > 1 ? in[1].values() : std::vector<float>{};
    const std::span<float> values = out.mutable_values();
    const auto plane = static_cast<std::size_t>(axes[1].size * axes[2].size);
    const auto heads = static_cast<std::size_t>(in[0].axes()[1].size);
    for (std::size_t i = 0; i < values.size(); ++i) {
      double sum = 0;
      for (std::size_t h = 0; h < heads; ++h) {
        sum += static_cast<double>(parts[(i / plane * heads + h) * plane + i % plane]);
      }
      values[i] = static_cast<float>(sum);
      if (!bias.empty()) values[i] += bias[i % bias.size()];
    }
    return out;
  }
  Expression explain(const Scope& s, const Index& at) const override {
    using K = Expression::Kind;
    Expression sum = Expression::of(K::sum, s.signature().input_axes[0][1].size, [&s, at](std::int64_t h) {
      return s.input(0, {at[0], h, at[1], at[2]});
    });
    if (s.signature().input_ids.size() < 2) return sum;
    return Expression::of(K::sum, {std::move(sum), s.input(1, {at[2]})});
  }
  std::string formula(const Signature& s) const override {
    return s.id + "[b,i,c] = \u03a3_h " + s.input_ids[0] + "[b,h,i,c]" +
           (s.input_ids.size() > 1 ? " + " + s.input_ids[1] + "[c]" : "");
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = " + s.input_ids[0] + ".sum(1)" + (s.input_ids.size() > 1 ? " + " + s.input_ids[1] : "");
  }
  std::vector<Count> counts(const Signature& s) const override {
    return {flops_per_cell("one addition a contribution", 1, s.input_axes[0])};
  }
  std::vector<Operand> operands(const Signature& s) const override {
    std::vector<Operand> all{{"sum over heads of"}};
    if (s.input_ids.size() > 1) all.push_back({"+"});
    return all;
  }
};

}  // namespace

std::unique_ptr<Op> make_sum_heads(const Attributes&) { return std::make_unique<SumHeads>(); }

}  // namespace headwise
