#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// head_i times its rows of W_O: heads (B, h, T_q, d_v), W_O (h*d_v, d_model); (B, h, T_q, d_model).
class HeadContributions final : public Op {
 public:
  std::string_view name() const override { return "head_contributions"; }
  std::string summary() const override {
    return "What each head alone adds to the output: its result times its own rows of W_O. Concatenating and "
           "multiplying by all of W_O is the sum of these.";
  }
  std::string_view source() const override { return "Elhage et al. 2021, section on independent and additive heads"; }
  Axes shape(const std::vector<Axes>& in) const override { return {in[0][0], in[0][1], in[0][2], in[1][1]}; }
  std::vector<Access> access(const Signature& s) const override {
    using L = AxisLink;
    return {{0, {L::same(0), L::same(1), L::same(2), L::whole()}},
            {1, {L::block(1, s.input_axes[0][3].size), L::same(3)}}};
  }
  Work work(const std::vector<Tensor>& in, const Axes& axes) const override {
    Tensor out = Tensor::blank(axes);
    float* values = out.mutable_values().data();
    const std::int64_t heads = axes[1].size;
    const std::int64_t cells = axes[2].size * axes[3].size;
    const std::int64_t d = in[0].axes()[3].size;
    return products(std::move(out), in, axes[0].size * heads, [=](std::int64_t n) {
      Matrix rows = matrix_at(in[1], {});
      rows.data += n % heads * d * rows.row_stride;
      rows.rows = d;
      return Product(matrix_at(in[0], {n / heads, n % heads}), rows, values + n * cells);
    });
  }
  Expression explain(const Scope& s, const Index& at) const override {
    const std::int64_t width = s.signature().input_axes[0][3].size;
    return Expression::of(Expression::Kind::sum, width, [&s, at, width](std::int64_t d) {
      return Expression::of(Expression::Kind::product,
                            {s.input(0, {at[0], at[1], at[2], d}), s.input(1, {at[1] * width + d, at[3]})});
    });
  }
  std::string formula(const Signature& s) const override {
    const std::string d = std::to_string(s.input_axes[0][3].size);
    return s.id + "[b,h,i,c] = \u03a3_d " + s.input_ids[0] + "[b,h,i,d] \u00b7 " + s.input_ids[1] + "[h\u00b7" + d +
           "+d,c],  d = 0\u2026" + std::to_string(s.input_axes[0][3].size - 1);
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = " + s.input_ids[0] + " @ " + s.input_ids[1] + ".reshape(" + std::to_string(s.axes[1].size) + ", " +
           std::to_string(s.input_axes[0][3].size) + ", " + std::to_string(s.axes[3].size) + ")";
  }
  std::vector<Count> counts(const Signature& s) const override {
    const Axes& a = s.axes;
    return {flops(Count::Kind::matmul_flops, "each head with its rows of " + s.input_ids[1],
                  {{"2", 2}, {a[0].name, a[0].size}, {a[1].name, a[1].size}, {a[2].name, a[2].size},
                   {"d_v", s.input_axes[0][3].size}, {a[3].name, a[3].size}})};
  }
  std::vector<Operand> operands(const Signature&) const override { return {{""}, {"\u00b7 rows of"}}; }
};

}  // namespace

std::unique_ptr<Op> make_head_contributions(const Attributes&) { return std::make_unique<HeadContributions>(); }

}  // namespace headwise
