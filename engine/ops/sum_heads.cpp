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
  Work work(const std::vector<Tensor>& in, const Axes& axes) const override {
    const std::int64_t heads = in[0].axes()[1].size;
    const auto compute = [in, axes, heads](std::int64_t first, std::span<float> row) {
      const Index at = index_at(axes, first);
      std::vector<double> sums(row.size());
      std::vector<float> room;
      for (std::int64_t h = 0; h < heads; ++h) {
        const float* part = in[0].row({at[0], h, at[1], 0}, row.size(), room);
        for (std::size_t d = 0; d < row.size(); ++d) sums[d] += static_cast<double>(part[d]);
      }
      for (std::size_t d = 0; d < row.size(); ++d) row[d] = static_cast<float>(sums[d]);
      if (in.size() < 2) return;
      const float* bias = in[1].row({0}, row.size(), room);
      for (std::size_t d = 0; d < row.size(); ++d) row[d] += bias[d];
    };
    return in_rows(Tensor::blank(axes), compute, heads);
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
