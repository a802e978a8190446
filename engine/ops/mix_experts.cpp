#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// The experts' results in the router's shares: results (B, E, T, d), shares (B, T, E); (B, T, d).
class MixExperts final : public Op {
 public:
  std::string_view name() const override { return "mix_experts"; }
  std::string summary() const override {
    return "What the chosen experts made of a token, in the shares that its router gave them.";
  }
  std::string_view source() const override { return "Shazeer et al. 2017 (mixture of experts)"; }
  Axes shape(const std::vector<Axes>& in) const override { return {in[0][0], in[0][2], in[0][3]}; }
  std::vector<Access> access(const Signature&) const override {
    using L = AxisLink;
    return {{0, {L::same(0), L::whole(), L::same(1), L::same(2)}}, {1, {L::same(0), L::same(1), L::whole()}}};
  }
  Work work(const std::vector<Tensor>& in, const Axes& axes) const override {
    const std::int64_t experts = in[0].axes()[1].size;
    const auto compute = [in, axes, experts](std::int64_t first, std::span<float> row) {
      const Index at = index_at(axes, first);
      std::vector<double> totals(row.size());
      std::vector<float> room;
      for (std::int64_t e = 0; e < experts; ++e) {
        const auto weight = static_cast<double>(in[1].at({at[0], at[1], e}));
        const float* made = in[0].row({at[0], e, at[1], 0}, row.size(), room);
        for (std::size_t d = 0; d < row.size(); ++d) totals[d] += static_cast<double>(made[d]) * weight;
      }
      for (std::size_t d = 0; d < row.size(); ++d) row[d] = static_cast<float>(totals[d]);
    };
    return in_rows(Tensor::blank(axes), compute, experts);
  }
  Expression explain(const Scope& s, const Index& at) const override {
    return Expression::of(Expression::Kind::sum, s.signature().input_axes[0][1].size, [&s, at](std::int64_t e) {
      return Expression::of(Expression::Kind::product,
                            {s.input(0, {at[0], e, at[1], at[2]}), s.input(1, {at[0], at[1], e})});
    });
  }
  std::string formula(const Signature& s) const override {
    return s.id + "[b,t,c] = \u03a3_e " + s.input_ids[0] + "[b,e,t,c] \u00b7 " + s.input_ids[1] + "[b,t,e]";
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = torch.einsum(\"betc,bte->btc\", " + s.input_ids[0] + ", " + s.input_ids[1] + ")";
  }
  std::string numpy(const Signature& s) const override {
    return s.id + " = np.einsum(\"betc,bte->btc\", " + s.input_ids[0] + ", " + s.input_ids[1] + ")";
  }
  std::vector<Count> counts(const Signature& s) const override {
    const Axes& a = s.axes;
    return {flops(Count::Kind::other_flops, "a product and a sum for each expert",
                  {{"2", 2}, {a[0].name, a[0].size}, {"E", s.input_axes[0][1].size}, {a[1].name, a[1].size},
                   {a[2].name, a[2].size}})};
  }
  std::vector<Operand> operands(const Signature&) const override { return {{"mix"}, {"by"}}; }
};

}  // namespace

std::unique_ptr<Op> make_mix_experts(const Attributes&) { return std::make_unique<MixExperts>(); }

}  // namespace headwise
