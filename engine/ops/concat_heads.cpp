#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// (B, h, T_q, d_v) transposed to (B, T_q, h, d_v) and laid out as (B, T_q, h*d_v). The transpose is
/// a view; the last step needs the numbers in their new order, so it copies.
class ConcatHeads final : public Op {
 public:
  std::string_view name() const override { return "concat_heads"; }
  std::string summary() const override {
    return "The heads' results for one token side by side in one long vector: the split undone. PyTorch needs "
           ".contiguous() (or reshape) here because the transpose left the numbers in the wrong order.";
  }
  Axes shape(const std::vector<Axes>& in) const override {
    const Axes& a = in[0];
    return {a[0], a[2], {a[1].name + "*" + a[3].name, a[1].size * a[3].size, AxisKind::feature, a[3].size}};
  }
  std::vector<Access> access(const Signature& s) const override {
    using L = AxisLink;
    const std::int64_t d = s.input_axes[0][3].size;
    return {{0, {L::same(0), L::quotient(2, d), L::same(1), L::remainder(2, d)}}};
  }
  Tensor compute(const std::vector<Tensor>& in, const Axes& axes) const override {
    return in[0].transposed(1, 2).reshaped(axes);
  }
  Expression explain(const Scope& s, const Index& at) const override {
    const std::int64_t d = s.signature().input_axes[0][3].size;
    return s.input(0, {at[0], at[2] / d, at[1], at[2] % d});
  }
  std::string formula(const Signature& s) const override {
    const std::string d = std::to_string(s.input_axes[0][3].size);
    return s.id + "[b,i,f] = " + s.input_ids[0] + "[b,\u230af/" + d + "\u230b,i,f mod " + d + "]";
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = " + s.input_ids[0] + ".transpose(1, 2).contiguous().view(" + sizes_list(s.axes) + ")";
  }
  std::string numpy(const Signature& s) const override {
    return s.id + " = " + s.input_ids[0] + ".swapaxes(1, 2).reshape(" + sizes_list(s.axes) + ")";
  }
  std::vector<Operand> operands(const Signature&) const override { return {{"side by side"}}; }
};

}  // namespace

std::unique_ptr<Op> make_concat_heads(const Attributes&) { return std::make_unique<ConcatHeads>(); }

}  // namespace headwise
