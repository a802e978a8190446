#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// The first rows of a learned table, one for each position: table (N, d), (T, d) with T <= N.
class RowsOf final : public Op {
 public:
  explicit RowsOf(Axis rows) : rows_(std::move(rows)) {}

  std::string_view name() const override { return "rows_of"; }
  std::string summary() const override {
    return "Position t has the learned vector in row t of the table. The table ends somewhere, and so does what "
           "the model can read.";
  }
  std::string_view source() const override { return "Gehring et al. 2017; BERT, GPT-2"; }
  Axes shape(const std::vector<Axes>& in) const override { return {rows_, in[0][1]}; }
  std::vector<Access> access(const Signature&) const override { return {{0, same_axes(2)}}; }
  Tensor compute(const std::vector<Tensor>& in, const Axes& axes) const override {
    return Tensor(axes, in[0].read(whole(axes)));
  }
  Expression explain(const Scope& s, const Index& at) const override { return s.input(0, at); }
  std::string formula(const Signature& s) const override { return s.id + "[t,c] = " + s.input_ids[0] + "[t,c]"; }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = " + s.input_ids[0] + "[:" + std::to_string(s.axes[0].size) + "]";
  }
  std::vector<Operand> operands(const Signature&) const override { return {{"first rows of"}}; }

 private:
  Axis rows_;
};

}  // namespace

std::unique_ptr<Op> make_rows_of(const Attributes& a) {
  return std::make_unique<RowsOf>(attribute<Axes>(a, "rows").at(0));
}

}  // namespace headwise
