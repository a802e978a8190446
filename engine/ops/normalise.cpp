#include "engine/ops/tiles.hpp"

namespace headwise {

namespace {

/// The last tile's accumulator (tile, B, h, T_q, d_v) over its running sum (tile, B, h, T_q).
/// 0 for a query whose keys are all masked.
class Normalise final : public Op {
 public:
  std::string_view name() const override { return "normalise"; }
  std::string summary() const override {
    return "After the last tile, one division for each number: exactly what softmax and the weighted sum give, "
           "without ever holding a row of weights.";
  }
  std::string_view source() const override { return Tiles::paper; }
  Axes shape(const std::vector<Axes>& in) const override { return {in[0].begin() + 1, in[0].end()}; }
  std::vector<Access> access(const Signature& s) const override {
    using L = AxisLink;
    const std::int64_t last = s.input_axes[0][0].size - 1;
    return {{0, {L::fixed(last), L::same(0), L::same(1), L::same(2), L::same(3)}},
            {1, {L::fixed(last), L::same(0), L::same(1), L::same(2)}}};
  }

  Tensor compute(const std::vector<Tensor>& in, const Axes& axes) const override {
    Region last = whole(in[0].axes());
    last[0].begin = last[0].end - 1;
    Tensor out(axes, in[0].read(last));
    last.pop_back();
    const std::vector<float> sums = in[1].read(last);
    const std::span<float> values = out.mutable_values();
    const std::size_t width = values.size() / sums.size();
    for (std::size_t i = 0; i < values.size(); ++i) {
      const float sum = sums[i / width];
      values[i] = sum == 0 ? 0.0F : values[i] / sum;
    }
    return out;
  }

  Expression explain(const Scope& s, const Index& at) const override {
    Index last{s.signature().input_axes[0][0].size - 1};
    last.insert(last.end(), at.begin(), at.end());
    Expression value = s.input(0, last);
    last.pop_back();
    Expression sum = s.input(1, last);
    if (sum.evaluate() == 0) {
      Expression zero = Expression::constant(0, "every key of this row is masked: 0 by definition");
      return Expression::of(Expression::Kind::lookup, {std::move(sum), std::move(zero)});
    }
    return Expression::of(Expression::Kind::quotient, {std::move(value), std::move(sum)});
  }

  std::string formula(const Signature& s) const override {
    const std::string last = std::to_string(s.input_axes[0][0].size - 1);
    return s.id + "[b,h,i,d] = " + s.input_ids[0] + "[" + last + ",b,h,i,d] / " + s.input_ids[1] + "[" + last +
           ",b,h,i]";
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = (" + s.input_ids[0] + "[-1] / " + s.input_ids[1] + "[-1][..., None]).nan_to_num(0.0)";
  }
  std::string numpy(const Signature& s) const override {
    return s.id + " = np.nan_to_num(" + s.input_ids[0] + "[-1] / " + s.input_ids[1] + "[-1][..., None])";
  }
  std::vector<Count> counts(const Signature& s) const override {
    std::vector<std::pair<std::string, std::int64_t>> factors;
    for (const Axis& axis : s.axes) factors.emplace_back(axis.name, axis.size);
    return {flops(Count::Kind::other_flops, "one division a cell", factors)};
  }
  std::vector<Operand> operands(const Signature&) const override { return {{"last tile of"}, {"/"}}; }
};

}  // namespace

std::unique_ptr<Op> make_normalise(const Attributes&) { return std::make_unique<Normalise>(); }

}  // namespace headwise
