#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// Every query with the vector of its distance to every key: q (B, h, T_q, d_k), table (2k+1, d_k),
/// index (T_q, T_kv); (B, h, T_q, T_kv).
class RelativeScores final : public Op {
 public:
  std::string_view name() const override { return "relative_scores"; }
  std::string summary() const override {
    return "How well does what a query looks for match a key at that distance? A dot product with the learned "
           "vector of the distance, the same for all heads.";
  }
  std::string_view source() const override { return "Shaw et al. 2018, equations 2 and 4"; }
  Axes shape(const std::vector<Axes>& in) const override { return {in[0][0], in[0][1], in[0][2], in[2][1]}; }
  std::vector<Access> access(const Signature&) const override {
    using L = AxisLink;
    return {{0, {L::same(0), L::same(1), L::same(2), L::whole()}},
            {1, {L::some(), L::whole()}},
            {2, {L::same(2), L::same(3)}}};
  }
  Work work(const std::vector<Tensor>& in, const Axes& axes) const override {
    const std::int64_t distances = in[1].axes()[0].size;
    const auto compute = [in, axes, distances](std::int64_t first, std::span<float> row) {
      const Index at = index_at(axes, first);
      Matrix query = matrix_at(in[0], {at[0], at[1]});
      query.data += at[2] * query.row_stride;
      query.rows = 1;
      std::vector<float> all(static_cast<std::size_t>(distances));
      matmul(query, matrix_at(in[1], {}).transposed(), all.data());
      std::vector<float> room;
      const float* index = in[2].row({at[2], 0}, row.size(), room);
      for (std::size_t j = 0; j < row.size(); ++j) row[j] = all[static_cast<std::size_t>(index[j])];
    };
    return in_rows(Tensor::blank(axes), compute);
  }
  Expression explain(const Scope& s, const Index& at) const override {
    using K = Expression::Kind;
    Expression row = s.input(2, {at[2], at[3]});
    const auto r = static_cast<std::int64_t>(row.evaluate());
    Expression dot = Expression::of(K::sum, s.signature().input_axes[1][1].size, [&s, at, r](std::int64_t d) {
      return Expression::of(K::product, {s.input(0, {at[0], at[1], at[2], d}), s.input(1, {r, d})});
    });
    return Expression::of(K::lookup, {std::move(row), std::move(dot)});
  }
  std::string formula(const Signature& s) const override {
    return s.id + "[b,h,i,j] = \u03a3_d " + s.input_ids[0] + "[b,h,i,d] \u00b7 " + s.input_ids[1] + "[" +
           s.input_ids[2] + "[i,j],d],  d = 0\u2026" + std::to_string(s.input_axes[1][1].size - 1);
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = torch.einsum(\"bhid,ijd->bhij\", " + s.input_ids[0] + ", " + s.input_ids[1] + "[" +
           s.input_ids[2] + ".long()])";
  }
  std::string numpy(const Signature& s) const override {
    return s.id + " = np.einsum(\"bhid,ijd->bhij\", " + s.input_ids[0] + ", " + s.input_ids[1] + "[" +
           s.input_ids[2] + ".astype(int)])";
  }
  std::vector<Count> counts(const Signature& s) const override {
    const Axes& a = s.axes;
    return {flops(Count::Kind::matmul_flops, "one dot product a pair",
                  {{"2", 2}, {a[0].name, a[0].size}, {a[1].name, a[1].size}, {a[2].name, a[2].size},
                   {a[3].name, a[3].size}, {"d_k", s.input_axes[1][1].size}})};
  }
  std::vector<Operand> operands(const Signature&) const override {
    return {{""}, {"\u00b7", true}, {"row"}};
  }
};

}  // namespace

std::unique_ptr<Op> make_relative_scores(const Attributes&) { return std::make_unique<RelativeScores>(); }

}  // namespace headwise
