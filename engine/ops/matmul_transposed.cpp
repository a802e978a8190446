#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// a (B, h, T_q, d_k), b (B, h, T_kv, d_k): every query with every key, (B, h, T_q, T_kv).
class MatmulTransposed final : public Op {
 public:
  std::string_view name() const override { return "matmul_transposed"; }
  std::string summary() const override {
    return "How well does what a query looks for match what a key offers? One dot product for every pair: "
           "rows are queries, columns are keys.";
  }
  std::string_view source() const override { return "Vaswani et al. 2017, section 3.2.1"; }
  Axes shape(const std::vector<Axes>& in) const override {
    return {in[0][0], in[0][1], in[0][2], in[1][2]};
  }
  std::vector<Access> access(const Signature&) const override {
    using L = AxisLink;
    return {{0, {L::same(0), L::same(1), L::same(2), L::whole()}},
            {1, {L::same(0), L::same(1), L::same(3), L::whole()}}};
  }

  Work work(const std::vector<Tensor>& in, const Axes& axes) const override {
    Tensor out = Tensor::blank(axes);
    float* values = out.mutable_values().data();
    const std::int64_t heads = axes[1].size;
    const std::int64_t cells = axes[2].size * axes[3].size;
    return products(std::move(out), in, axes[0].size * heads, [=](std::int64_t n) {
      const Index at{n / heads, n % heads};
      return Product(matrix_at(in[0], at), matrix_at(in[1], at).transposed(), values + n * cells);
    });
  }

  Expression explain(const Scope& s, const Index& at) const override {
    return Expression::of(
        Expression::Kind::sum, s.signature().input_axes[0][3].size, [&s, at](std::int64_t d) {
          return Expression::of(Expression::Kind::product, {s.input(0, {at[0], at[1], at[2], d}),
                                                            s.input(1, {at[0], at[1], at[3], d})});
        });
  }

  std::string formula(const Signature& s) const override {
    return s.id + "[b,h,i,j] = \u03a3_d " + s.input_ids[0] + "[b,h,i,d] \u00b7 " + s.input_ids[1] +
           "[b,h,j,d],  d = 0\u2026" + std::to_string(s.input_axes[0][3].size - 1);
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = " + s.input_ids[0] + " @ " + s.input_ids[1] + ".transpose(-2, -1)";
  }
  std::string numpy(const Signature& s) const override {
    return s.id + " = " + s.input_ids[0] + " @ " + s.input_ids[1] + ".swapaxes(-2, -1)";
  }
  std::vector<Count> counts(const Signature& s) const override {
    const Axes& a = s.axes;
    const Axis& d = s.input_axes[0][3];
    return {flops(Count::Kind::matmul_flops, "one dot product a pair, masked pairs too",
                  {{"2", 2}, {a[0].name, a[0].size}, {a[1].name, a[1].size}, {a[2].name, a[2].size},
                   {a[3].name, a[3].size}, {d.name, d.size}})};
  }
  std::vector<Operand> operands(const Signature&) const override { return {{""}, {"\u00b7", true}}; }
};

}  // namespace

std::unique_ptr<Op> make_matmul_transposed(const Attributes&) { return std::make_unique<MatmulTransposed>(); }

}  // namespace headwise
