#include <cmath>

#include "engine/ops/tiles.hpp"

namespace headwise {

namespace {

/// How much what earlier tiles left must shrink when the maximum grows: exp(m[t-1] - m[t]).
/// 0 in the first tile, which has nothing to keep, and while every key so far is masked.
class Rescale final : public Op {
 public:
  std::string_view name() const override { return "rescale"; }
  std::string summary() const override {
    return "When a tile raises the maximum, sums made with the old one are too large by this factor. "
           "1 means the maximum stayed.";
  }
  std::string_view source() const override { return Tiles::paper; }
  Axes shape(const std::vector<Axes>& in) const override { return in[0]; }
  std::vector<Access> access(const Signature&) const override { return {Tiles::at_tile(0), Tiles::before_tile(0)}; }

  Tensor compute(const std::vector<Tensor>& in, const Axes& axes) const override {
    Tensor out(axes);
    const std::span<float> values = out.mutable_values();
    const std::vector<float> largest = in[0].values();
    const std::size_t rows = values.size() / static_cast<std::size_t>(axes[0].size);
    for (std::size_t i = rows; i < values.size(); ++i) {
      values[i] = std::isinf(largest[i - rows]) ? 0.0F : std::exp(largest[i - rows] - largest[i]);
    }
    return out;
  }

  Expression explain(const Scope& s, const Index& at) const override {
    if (at[0] == 0) return Expression::constant(0, "the first tile has nothing to keep");
    const Expression before = s.input(0, Tiles::earlier(at));
    if (std::isinf(before.evaluate())) {
      Expression zero = Expression::constant(0, "every key so far is masked: there is nothing to keep");
      return Expression::of(Expression::Kind::lookup, {before, std::move(zero)});
    }
    return Expression::of(Expression::Kind::exponential,
                          {Expression::of(Expression::Kind::difference, {before, s.input(0, at)})});
  }

  std::string formula(const Signature& s) const override {
    return s.id + "[t,b,h,i] = exp(" + s.input_ids[0] + "[t\u22121,b,h,i] \u2212 " + s.input_ids[0] +
           "[t,b,h,i]),  0 for t = 0";
  }
  std::string pytorch(const Signature& s) const override {
    const std::string& m = s.input_ids[0];
    return s.id + " = torch.cat([torch.zeros_like(" + m + "[:1]), (" + m + "[:-1] - " + m +
           "[1:]).exp().nan_to_num(0.0)])";
  }
  std::string numpy(const Signature& s) const override {
    const std::string& m = s.input_ids[0];
    return s.id + " = np.concatenate([np.zeros_like(" + m + "[:1]), np.nan_to_num(np.exp(" + m + "[:-1] - " + m +
           "[1:]))])";
  }
  std::vector<Count> counts(const Signature& s) const override {
    std::vector<std::pair<std::string, std::int64_t>> factors{{"2", 2}};
    for (const Axis& axis : s.axes) factors.emplace_back(axis.name, axis.size);
    return {flops(Count::Kind::other_flops, "subtract, exp", factors)};
  }
  std::vector<Operand> operands(const Signature&) const override { return {{"exp of the steps of"}}; }
  ValueRange value_range() const override { return ValueRange::unit; }
};

}  // namespace

std::unique_ptr<Op> make_rescale(const Attributes&) { return std::make_unique<Rescale>(); }

}  // namespace headwise
