#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// The weighted sum of the vectors of every key's distance: weights (B, h, T_q, T_kv), table
/// (2k+1, d_v), index (T_q, T_kv); (B, h, T_q, d_v).
class RelativeValues final : public Op {
 public:
  std::string_view name() const override { return "relative_values"; }
  std::string summary() const override {
    return "Besides what a key says, each query takes something for how far away it stands: the learned vectors of "
           "the distances, in the shares that softmax gave.";
  }
  std::string_view source() const override { return "Shaw et al. 2018, equation 3"; }
  Axes shape(const std::vector<Axes>& in) const override { return {in[0][0], in[0][1], in[0][2], in[1][1]}; }
  std::vector<Access> access(const Signature&) const override {
    using L = AxisLink;
    return {{0, {L::same(0), L::same(1), L::same(2), L::whole()}},
            {1, {L::some(), L::same(3)}},
            {2, {L::same(2), L::whole()}}};
  }
  Work work(const std::vector<Tensor>& in, const Axes& axes) const override {
    const auto keys = static_cast<std::size_t>(in[0].axes()[3].size);
    const auto compute = [in, axes, keys](std::int64_t first, std::span<float> row) {
      const Index at = index_at(axes, first);
      std::vector<float> weights_room, index_room, vector_room;
      const float* weights = in[0].row(at, keys, weights_room);
      const float* index = in[2].row({at[2], 0}, keys, index_room);
      std::vector<double> totals(row.size());
      for (std::size_t j = 0; j < keys; ++j) {
        const float* vector = in[1].row({static_cast<std::int64_t>(index[j]), 0}, row.size(), vector_room);
        for (std::size_t d = 0; d < row.size(); ++d) totals[d] += static_cast<double>(weights[j]) * static_cast<double>(vector[d]);
      }
      for (std::size_t d = 0; d < row.size(); ++d) row[d] = static_cast<float>(totals[d]);
    };
    return in_rows(Tensor::blank(axes), compute, in[0].axes()[3].size);
  }
  Expression explain(const Scope& s, const Index& at) const override {
    using K = Expression::Kind;
    return Expression::of(K::sum, s.signature().input_axes[0][3].size, [&s, at](std::int64_t j) {
      Expression row = s.input(2, {at[2], j});
      const auto r = static_cast<std::int64_t>(row.evaluate());
      return Expression::of(K::product, {s.input(0, {at[0], at[1], at[2], j}),
                                         Expression::of(K::lookup, {std::move(row), s.input(1, {r, at[3]})})});
    });
  }
  std::string formula(const Signature& s) const override {
    return s.id + "[b,h,i,d] = \u03a3_j " + s.input_ids[0] + "[b,h,i,j] \u00b7 " + s.input_ids[1] + "[" +
           s.input_ids[2] + "[i,j],d],  j = 0\u2026" + std::to_string(s.input_axes[0][3].size - 1);
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = torch.einsum(\"bhij,ijd->bhid\", " + s.input_ids[0] + ", " + s.input_ids[1] + "[" +
           s.input_ids[2] + ".long()])";
  }
  std::string numpy(const Signature& s) const override {
    return s.id + " = np.einsum(\"bhij,ijd->bhid\", " + s.input_ids[0] + ", " + s.input_ids[1] + "[" +
           s.input_ids[2] + ".astype(int)])";
  }
  std::vector<Count> counts(const Signature& s) const override {
    const Axes& a = s.axes;
    return {flops(Count::Kind::matmul_flops, "a weighted sum over all keys",
                  {{"2", 2}, {a[0].name, a[0].size}, {a[1].name, a[1].size}, {a[2].name, a[2].size},
                   {"T_kv", s.input_axes[0][3].size}, {a[3].name, a[3].size}})};
  }
  std::vector<Operand> operands(const Signature&) const override { return {{""}, {"\u00b7"}, {"row"}}; }
};

}  // namespace

std::unique_ptr<Op> make_relative_values(const Attributes&) { return std::make_unique<RelativeValues>(); }

}  // namespace headwise
