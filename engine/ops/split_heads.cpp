#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// (B, T, h*d) seen as (B, T, h, d), then transposed to (B, h, T, d). A view: no number moves.
class SplitHeads final : public Op {
 public:
  SplitHeads(Axis head, Axis entry) : head_(std::move(head)), entry_(std::move(entry)) {}

  std::string_view name() const override { return "split_heads"; }
  std::string summary() const override {
    return "Each token's long vector is cut into " + std::to_string(head_.size) + " pieces of " +
           std::to_string(entry_.size) +
           ", one for each head (view), and the head is put in front of the token (transpose). Nothing is "
           "computed or copied. Cutting straight to (B, h, T, d) without the transpose would mix tokens.";
  }
  Axes shape(const std::vector<Axes>& in) const override { return {in[0][0], head_, in[0][1], entry_}; }
  std::vector<Access> access(const Signature&) const override {
    using L = AxisLink;
    return {{0, {L::same(0), L::same(2), L::merged(1, 3, entry_.size)}}};
  }
  Tensor compute(const std::vector<Tensor>& in, const Axes&) const override {
    return in[0].split(2, head_, entry_).transposed(1, 2);
  }
  Expression explain(const Scope& s, const Index& at) const override {
    return s.input(0, {at[0], at[2], at[1] * entry_.size + at[3]});
  }
  std::string formula(const Signature& s) const override {
    return s.id + "[b,h,t,d] = " + s.input_ids[0] + "[b,t,h\u00b7" + std::to_string(entry_.size) + " + d]";
  }
  std::string pytorch(const Signature& s) const override {
    const Axes& a = s.axes;
    return s.id + " = " + s.input_ids[0] + ".view(" + sizes_list({a[0], a[2], a[1], a[3]}) + ").transpose(1, 2)";
  }
  std::string numpy(const Signature& s) const override {
    const Axes& a = s.axes;
    return s.id + " = " + s.input_ids[0] + ".reshape(" + sizes_list({a[0], a[2], a[1], a[3]}) + ").swapaxes(1, 2)";
  }
  std::vector<Operand> operands(const Signature&) const override { return {{"split"}}; }
  bool is_view() const override { return true; }
  std::optional<Strides> strides(const Strides& in, const Axes&) const override {
    return in.split(2, head_, entry_).transposed(1, 2);
  }

 private:
  Axis head_;
  Axis entry_;
};

}  // namespace

std::unique_ptr<Op> make_split_heads(const Attributes& a) {
  const Axes& axes = attribute<Axes>(a, "axes");
  return std::make_unique<SplitHeads>(axes.at(0), axes.at(1));
}

}  // namespace headwise
