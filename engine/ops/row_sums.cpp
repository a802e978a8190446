#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// The sum of every row of the last axis: what tells good weights from broken ones.
class RowSums final : public Op {
 public:
  std::string_view name() const override { return "row_sums"; }
  std::string summary() const override {
    return "All the shares of one query added up. 1 is right: everything a query takes is shared out among its keys.";
  }
  Axes shape(const std::vector<Axes>& in) const override { return {in[0].begin(), in[0].end() - 1}; }
  std::vector<Access> access(const Signature& s) const override {
    Access row{0, same_axes(s.axes.size())};
    row.links.push_back(AxisLink::whole());
    return {row};
  }
  Work work(const std::vector<Tensor>& in, const Axes& axes) const override {
    const std::int64_t width = in[0].axes().back().size;
    const auto compute = [values = in[0], width](std::int64_t first, std::span<float> sums) {
      std::vector<float> room;
      for (float& sum : sums) {
        const float* row = values.row(index_at(values.axes(), first++ * width), static_cast<std::size_t>(width), room);
        double total = 0;
        for (std::int64_t j = 0; j < width; ++j) total += static_cast<double>(row[j]);
        sum = static_cast<float>(total);
      }
    };
    return in_rows(Tensor::blank(axes), compute, width);
  }
  Expression explain(const Scope& s, const Index& at) const override {
    return Expression::of(Expression::Kind::sum, s.signature().input_axes[0].back().size, [&s, at](std::int64_t j) {
      Index cell = at;
      cell.push_back(j);
      return s.input(0, cell);
    });
  }
  std::string formula(const Signature& s) const override {
    return s.id + letters(s.axes) + " = \u03a3_j " + s.input_ids[0] + letters(s.input_axes[0]);
  }
  std::string pytorch(const Signature& s) const override { return s.id + " = " + s.input_ids[0] + ".sum(-1)"; }
  std::vector<Count> counts(const Signature& s) const override {
    return {flops_per_cell("one addition a weight", 1, s.input_axes[0])};
  }
  std::vector<Operand> operands(const Signature&) const override { return {{"sum each row of"}}; }
};

}  // namespace

std::unique_ptr<Op> make_row_sums(const Attributes&) { return std::make_unique<RowSums>(); }

}  // namespace headwise
