#include <cmath>

#include "engine/ops/in_place.hpp"
#include "engine/tensor/softmax.hpp"

namespace headwise {

namespace {

/// Softmax over the last axis, less the row's largest value first so that exp never overflows.
/// A row of minus infinity alone gives 0 (as ONNX and newer PyTorch; older PyTorch gives NaN).
class Softmax final : public InPlace {
 public:
  std::string_view name() const override { return "softmax"; }
  std::string summary() const override {
    return "Turns each query's row of scores into shares: all between 0 and 1, summing to 1. This is how much "
           "of each key's value the query will take.";
  }
  std::string_view source() const override { return "Vaswani et al. 2017, section 3.2.1"; }
  std::vector<Access> access(const Signature& s) const override {
    Access row{0, same_axes(s.axes.size() - 1)};
    row.links.push_back(AxisLink::whole());
    return {row};
  }

  Reach reach() const override { return Reach::row; }
  void apply(const std::vector<Tensor>&, const Region& region, std::span<float> values) const override {
    const std::int64_t columns = region.back().size();
    softmax_rows(values.data(), static_cast<std::int64_t>(values.size()) / columns, columns);
  }

  Expression explain(const Scope& s, const Index& at) const override {
    using K = Expression::Kind;
    const std::int64_t n = s.signature().axes.back().size;
    const auto score = [&s, at](std::int64_t j) {
      Index index = at;
      index.back() = j;
      return s.input(0, index);
    };
    const Expression largest = Expression::named("the row's largest", Expression::of(K::maximum, n, score));
    if (std::isinf(largest.evaluate())) {
      return Expression::of(K::lookup, {largest, Expression::constant(0, "every key of this row is masked: 0 by definition")});
    }
    const auto power = [score, largest](std::int64_t j) {
      return Expression::of(K::exponential, {Expression::of(K::difference, {score(j), largest})});
    };
    return Expression::of(K::quotient, {power(at.back()), Expression::of(K::sum, n, power)});
  }

  std::string formula(const Signature& s) const override {
    const std::string at = letters(s.axes);
    const std::string last(1, at[at.size() - 2]);
    const std::string power = "exp(" + s.input_ids[0] + at + " \u2212 m)";
    return s.id + at + " = " + power + " / \u03a3_" + last + " " + power + ",  m = max over " + last + ",  " + last +
           " = 0\u2026" + std::to_string(s.axes.back().size - 1);
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = " + s.input_ids[0] + ".softmax(dim=-1).nan_to_num(0.0)  # a row that is masked whole gives 0";
  }
  std::string numpy(const Signature& s) const override {
    const std::string& in = s.input_ids[0];
    return "power = np.exp(" + in + " - " + in + ".max(axis=-1, keepdims=True)); " + s.id +
           " = np.nan_to_num(power / power.sum(axis=-1, keepdims=True))  # 0 where every key is masked";
  }
  std::vector<Count> counts(const Signature& s) const override {
    std::vector<std::pair<std::string, std::int64_t>> factors{{"5", 5}};
    for (const Axis& axis : s.axes) factors.emplace_back(axis.name, axis.size);
    return {flops(Count::Kind::other_flops, "compare, subtract, exp, add, divide", factors)};
  }
  std::vector<Operand> operands(const Signature&) const override { return {{"softmax of"}}; }
  ValueRange value_range() const override { return ValueRange::unit; }
};

}  // namespace

std::unique_ptr<Op> make_softmax(const Attributes&) { return std::make_unique<Softmax>(); }

}  // namespace headwise
