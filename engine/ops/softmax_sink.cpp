#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/ops/in_place.hpp"

namespace headwise {

namespace {

/// Softmax over the keys and one more column, each head's sink: scores (B, h, T_q, T_kv), sink (h).
/// The sink's own share is dropped, so a row sums to less than 1.
class SoftmaxSink final : public InPlace {
 public:
  std::string_view name() const override { return "softmax_sink"; }
  std::string summary() const override {
    return "Softmax with a place to rest: a learned logit for each head competes with the keys, and what it wins "
           "goes nowhere. A head with nothing to look for need not pretend.";
  }
  std::string_view source() const override { return "gpt-oss model card 2025; Xiao et al. 2023 (attention sinks)"; }
  std::vector<Access> access(const Signature&) const override {
    using L = AxisLink;
    return {{0, {L::same(0), L::same(1), L::same(2), L::whole()}}, {1, {L::same(1)}}};
  }
  Reach reach() const override { return Reach::row; }
  void apply(const std::vector<Tensor>& in, const Region& region, std::span<float> values) const override {
    each_row(region, values, [&](const Index& at, std::span<float> row) {
      const float sink = in[1].at({at[1]});
      const float largest = std::max(sink, *std::max_element(row.begin(), row.end()));
      double total = static_cast<double>(std::exp(sink - largest));
      for (float& value : row) {
        value = std::exp(value - largest);
        total += static_cast<double>(value);
      }
      for (float& value : row) value = static_cast<float>(static_cast<double>(value) / total);
    });
  }
  Expression explain(const Scope& s, const Index& at) const override {
    using K = Expression::Kind;
    const std::int64_t n = s.signature().axes.back().size;
    const auto logit = [&s, at, n](std::int64_t j) {  // the sink comes last
      if (j == n) return s.input(1, {at[1]});
      return s.input(0, {at[0], at[1], at[2], j});
    };
    const Expression largest = Expression::named("the row's largest", Expression::of(K::maximum, n + 1, logit));
    const auto power = [logit, largest](std::int64_t j) {
      return Expression::of(K::exponential, {Expression::of(K::difference, {logit(j), largest})});
    };
    return Expression::of(K::quotient, {power(at.back()), Expression::of(K::sum, n + 1, power)});
  }
  std::string formula(const Signature& s) const override {
    const std::string& in = s.input_ids[0];
    return s.id + "[b,h,i,j] = exp(" + in + "[b,h,i,j] \u2212 m) / (\u03a3_j exp(" + in + "[b,h,i,j] \u2212 m) + exp(" +
           s.input_ids[1] + "[h] \u2212 m)),  m = the largest of them";
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = torch.cat([" + s.input_ids[0] + ", " + s.input_ids[1] + "[:, None, None].expand(" +
           sizes_list({s.axes[0], s.axes[1], s.axes[2]}) + ", 1)], dim=-1).softmax(dim=-1)[..., :-1]";
  }
  std::string numpy(const Signature& s) const override {
    const std::string& in = s.input_ids[0];
    const std::string sink = s.input_ids[1] + "[:, None, None]";
    return "m = np.maximum(" + in + ".max(-1, keepdims=True), " + sink + "); power = np.exp(" + in + " - m); " + s.id +
           " = power / (power.sum(-1, keepdims=True) + np.exp(" + sink + " - m))";
  }
  std::vector<Count> counts(const Signature& s) const override {
    return {flops_per_cell("compare, subtract, exp, add, divide", 5, s.axes)};
  }
  std::vector<Operand> operands(const Signature&) const override { return {{"softmax of"}, {"and"}}; }
  ValueRange value_range() const override { return ValueRange::unit; }
};

}  // namespace

std::unique_ptr<Op> make_softmax_sink(const Attributes&) { return std::make_unique<SoftmaxSink>(); }

}  // namespace headwise
