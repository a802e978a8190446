#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// weights (B, h, T_q, T_kv), values (B, h, T_kv, d_v): what each query takes, (B, h, T_q, d_v).
class WeightedSum final : public Op {
 public:
  std::string_view name() const override { return "weighted_sum"; }
  std::string summary() const override {
    return "Each query's output is a mix of all value vectors, in the shares that softmax gave.";
  }
  std::string_view source() const override { return "Vaswani et al. 2017, section 3.2.1"; }
  Axes shape(const std::vector<Axes>& in) const override { return {in[0][0], in[0][1], in[0][2], in[1][3]}; }
  std::vector<Access> access(const Signature&) const override {
    using L = AxisLink;
    return {{0, {L::same(0), L::same(1), L::same(2), L::whole()}},
            {1, {L::same(0), L::same(1), L::whole(), L::same(3)}}};
  }

  /// The heads of a token side by side in memory, as concat will read them.
  Work work(const std::vector<Tensor>& in, const Axes& axes) const override {
    Tensor out = Tensor::blank({axes[0], axes[2], axes[1], axes[3]});
    float* values = out.mutable_values().data();
    const std::int64_t heads = axes[1].size;
    const std::int64_t stride = heads * axes[3].size;
    return products(out.transposed(1, 2), in, axes[0].size * heads, [=, queries = axes[2].size, d = axes[3].size](std::int64_t n) {
      const Index at{n / heads, n % heads};
      return Product(matrix_at(in[0], at), matrix_at(in[1], at), values + at[0] * queries * stride + at[1] * d, stride);
    });
  }

  Expression explain(const Scope& s, const Index& at) const override {
    return Expression::of(
        Expression::Kind::sum, s.signature().input_axes[0][3].size, [&s, at](std::int64_t j) {
          return Expression::of(Expression::Kind::product, {s.input(0, {at[0], at[1], at[2], j}),
                                                            s.input(1, {at[0], at[1], j, at[3]})});
        });
  }

  std::string formula(const Signature& s) const override {
    return s.id + "[b,h,i,d] = \u03a3_j " + s.input_ids[0] + "[b,h,i,j] \u00b7 " + s.input_ids[1] +
           "[b,h,j,d],  j = 0\u2026" + std::to_string(s.input_axes[0][3].size - 1);
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = " + s.input_ids[0] + " @ " + s.input_ids[1];
  }
  std::vector<Count> counts(const Signature& s) const override {
    const Axes& a = s.axes;
    const Axis& keys = s.input_axes[0][3];
    return {flops(Count::Kind::matmul_flops, "a weighted sum over all keys, masked ones too",
                  {{"2", 2}, {a[0].name, a[0].size}, {a[1].name, a[1].size}, {a[2].name, a[2].size},
                   {keys.name, keys.size}, {a[3].name, a[3].size}})};
  }
  std::vector<Operand> operands(const Signature&) const override { return {{""}, {"\u00b7"}}; }
};

}  // namespace

std::unique_ptr<Op> make_weighted_sum(const Attributes&) { return std::make_unique<WeightedSum>(); }

}  // namespace headwise
