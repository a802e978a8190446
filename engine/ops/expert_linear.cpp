#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// Every token through every expert's matrix: x (B, T, in) for all experts or (B, E, T, in) for
/// each its own, W (E, in, out); (B, E, T, out). Computed for all experts, so that what a token
/// missed can be seen; a real model runs the chosen ones alone.
class ExpertLinear final : public Op {
 public:
  std::string_view name() const override { return "expert_linear"; }
  std::string summary() const override {
    return "Each expert has a matrix of its own. All are shown here; a real model computes only those that the router "
           "chose for a token.";
  }
  std::string_view source() const override { return "Shazeer et al. 2017 (mixture of experts)"; }
  Axes shape(const std::vector<Axes>& in) const override {
    return {in[0][0], in[1][0], in[0][in[0].size() - 2], in[1][2]};
  }
  std::vector<Access> access(const Signature& s) const override {
    using L = AxisLink;
    Access x{0, {L::same(0), L::same(2), L::whole()}};
    if (s.input_axes[0].size() == 4) x.links.insert(x.links.begin() + 1, L::same(1));
    return {x, {1, {L::same(1), L::whole(), L::same(3)}}};
  }
  Work work(const std::vector<Tensor>& in, const Axes& axes) const override {
    Tensor out = Tensor::blank(axes);
    float* values = out.mutable_values().data();
    const std::int64_t experts = axes[1].size;
    const std::int64_t cells = axes[2].size * axes[3].size;
    return products(std::move(out), in, axes[0].size * experts, [=](std::int64_t n) {
      const Index at{n / experts, n % experts};
      return Product(matrix_at(in[0], in[0].rank() == 4 ? at : Index{at[0]}), matrix_at(in[1], {at[1]}), values + n * cells);
    });
  }
  Expression explain(const Scope& s, const Index& at) const override {
    const bool own = s.signature().input_axes[0].size() == 4;
    return Expression::of(Expression::Kind::sum, s.signature().input_axes[1][1].size, [&s, at, own](std::int64_t c) {
      const Index x = own ? Index{at[0], at[1], at[2], c} : Index{at[0], at[2], c};
      return Expression::of(Expression::Kind::product, {s.input(0, x), s.input(1, {at[1], c, at[3]})});
    });
  }
  std::string formula(const Signature& s) const override {
    return s.id + "[b,e,t,f] = \u03a3_c " + s.input_ids[0] + (s.input_axes[0].size() == 4 ? "[b,e,t,c]" : "[b,t,c]") +
           " \u00b7 " + s.input_ids[1] + "[e,c,f],  c = 0\u2026" + std::to_string(s.input_axes[1][1].size - 1);
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = " + s.input_ids[0] + (s.input_axes[0].size() == 4 ? "" : "[:, None]") + " @ " + s.input_ids[1];
  }
  std::vector<Count> counts(const Signature& s) const override {
    const Axes& a = s.axes;
    return {flops(Count::Kind::matmul_flops, "every expert, chosen or not",
                  {{"2", 2}, {a[0].name, a[0].size}, {a[1].name, a[1].size}, {a[2].name, a[2].size},
                   {s.input_axes[1][1].name, s.input_axes[1][1].size}, {a[3].name, a[3].size}})};
  }
  std::vector<Operand> operands(const Signature&) const override { return {{""}, {"\u00b7"}}; }
};

}  // namespace

std::unique_ptr<Op> make_expert_linear(const Attributes&) { return std::make_unique<ExpertLinear>(); }

}  // namespace headwise
