#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// y = x W + b. x (B, T, in), W (in, out), b (out); y (B, T, out). nn.Linear stores W transposed.
class Linear final : public Op {
 public:
  explicit Linear(Axis tokens) : tokens_(std::move(tokens)) {}

  std::string_view name() const override { return "linear"; }
  std::string summary() const override {
    return "Every token's vector times the same matrix: each number that comes out is a weighted sum of "
           "all the numbers of one token. Tokens do not meet here.";
  }
  Axes shape(const std::vector<Axes>& in) const override { return {in[0][0], tokens_, in[1][1]}; }
  std::vector<Access> access(const Signature& s) const override {
    using L = AxisLink;
    std::vector<Access> all{{0, {L::same(0), L::same(1), L::whole()}}, {1, {L::whole(), L::same(2)}}};
    if (s.input_ids.size() > 2) all.push_back({2, {L::same(2)}});
    return all;
  }

  Work work(const std::vector<Tensor>& in, const Axes& axes) const override {
    const Tensor x = in[0].reshaped({{"rows", axes[0].size * axes[1].size}, in[0].axes()[2]});
    Tensor out = Tensor::blank(axes);
    float* values = out.mutable_values().data();
    const Product product(matrix_at(x, {}), matrix_at(in[1], {}), values);
    const auto compute = [product, values, width = axes[2].size, bias = in.size() > 2 ? in[2].values() : std::vector<float>()](
                             std::int64_t piece) {
      product.compute(piece);
      const Product::Part part = product.part(piece);
      for (std::int64_t row = part.row; row < part.row + part.rows && !bias.empty(); ++row) {
        for (std::int64_t f = part.column; f < part.column + part.columns; ++f) {
          values[row * width + f] += bias[static_cast<std::size_t>(f)];
        }
      }
    };
    return {std::move(out), product.pieces(), compute, {x, in[1]}};
  }

  Expression explain(const Scope& s, const Index& at) const override {
    using K = Expression::Kind;
    Expression dot = Expression::of(K::sum, s.signature().input_axes[1][0].size, [&s, at](std::int64_t c) {
      return Expression::of(K::product, {s.input(0, {at[0], at[1], c}), s.input(1, {c, at[2]})});
    });
    if (s.signature().input_ids.size() < 3) return dot;
    return Expression::of(K::sum, {std::move(dot), s.input(2, {at[2]})});
  }

  std::string formula(const Signature& s) const override {
    std::string text = s.id + "[b,t,f] = \u03a3_c " + s.input_ids[0] + "[b,t,c] \u00b7 " + s.input_ids[1] + "[c,f]";
    if (s.input_ids.size() > 2) text += " + " + s.input_ids[2] + "[f]";
    return text + ",  c = 0\u2026" + std::to_string(s.input_axes[1][0].size - 1);
  }
  std::string pytorch(const Signature& s) const override {
    std::string line = s.id + " = " + s.input_ids[0] + " @ " + s.input_ids[1];
    if (s.input_ids.size() > 2) line += " + " + s.input_ids[2];
    return line;
  }
  std::vector<Count> counts(const Signature& s) const override {
    const Axis& in = s.input_axes[1][0];
    std::vector<Count> all{flops(Count::Kind::matmul_flops, s.input_ids[0] + " \u00b7 " + s.input_ids[1],
                                 {{"2", 2},
                                  {s.axes[0].name, s.axes[0].size},
                                  {s.axes[1].name, s.axes[1].size},
                                  {in.name, in.size},
                                  {"(" + s.axes[2].name + ")", s.axes[2].size}})};
    if (s.input_ids.size() > 2) {
      all.push_back(flops(Count::Kind::other_flops, "adding " + s.input_ids[2],
                          {{s.axes[0].name, s.axes[0].size},
                           {s.axes[1].name, s.axes[1].size},
                           {"(" + s.axes[2].name + ")", s.axes[2].size}}));
    }
    return all;
  }
  std::vector<Operand> operands(const Signature& s) const override {
    std::vector<Operand> all{{""}, {"\u00b7"}};
    if (s.input_ids.size() > 2) all.push_back({"+"});
    return all;
  }

 private:
  Axis tokens_;  // the projected sequence: T_q, or T_kv
};

}  // namespace

std::unique_ptr<Op> make_linear(const Attributes& a) {
  return std::make_unique<Linear>(attribute<Axes>(a, "tokens").at(0));
}

}  // namespace headwise
