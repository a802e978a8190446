#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// (B, T, h, d) to (B, h, T, d): axes 1 and 2 exchanged. A view: only the strides change places.
class TransposeHeads final : public Op {
 public:
  std::string_view name() const override { return "transpose_heads"; }
  std::string summary() const override {
    return "The head goes in front of the token. No number moves: the same memory is walked with the two strides "
           "exchanged, so neighbours here are no neighbours in memory any more.";
  }
  Axes shape(const std::vector<Axes>& in) const override { return {in[0][0], in[0][2], in[0][1], in[0][3]}; }
  std::vector<Access> access(const Signature&) const override {
    using L = AxisLink;
    return {{0, {L::same(0), L::same(2), L::same(1), L::same(3)}}};
  }
  Tensor compute(const std::vector<Tensor>& in, const Axes&) const override { return in[0].transposed(1, 2); }
  Expression explain(const Scope& s, const Index& at) const override { return s.input(0, {at[0], at[2], at[1], at[3]}); }
  std::string formula(const Signature& s) const override {
    const Axes& a = s.axes;
    const auto n = [](std::int64_t size) { return std::to_string(size); };
    return s.id + letters(a) + " = " + s.input_ids[0] + letters(s.input_axes[0]) + ",  at place b\u00b7" +
           n(a[1].size * a[2].size * a[3].size) + " + h\u00b7" + n(a[3].size) + " + i\u00b7" + n(a[1].size * a[3].size) +
           " + d: strides (" + n(a[1].size * a[2].size * a[3].size) + ", " + n(a[3].size) + ", " + n(a[1].size * a[3].size) +
           ", 1)";
  }
  std::string pytorch(const Signature& s) const override { return s.id + " = " + s.input_ids[0] + ".transpose(1, 2)"; }
  std::string numpy(const Signature& s) const override { return s.id + " = " + s.input_ids[0] + ".swapaxes(1, 2)"; }
  std::vector<Operand> operands(const Signature&) const override { return {{"transpose"}}; }
  bool is_view() const override { return true; }
  std::optional<Strides> strides(const Strides& in, const Axes&) const override { return in.transposed(1, 2); }
};

}  // namespace

std::unique_ptr<Op> make_transpose_heads(const Attributes&) { return std::make_unique<TransposeHeads>(); }

}  // namespace headwise
