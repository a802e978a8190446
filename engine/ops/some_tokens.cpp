#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// The tokens from `tokens.first` on: x (B, T, d), (B, n, d).
class SomeTokens final : public Op {
 public:
  explicit SomeTokens(Axis tokens) : tokens_(std::move(tokens)) {}

  std::string_view name() const override { return "some_tokens"; }
  std::string summary() const override {
    return tokens_.size == 1 ? "The one token that this step adds; all before it are in the cache already."
                             : "The prompt: all its tokens go through at once.";
  }
  Axes shape(const std::vector<Axes>& in) const override { return {in[0][0], tokens_, in[0][2]}; }
  std::vector<Access> access(const Signature&) const override {
    using L = AxisLink;
    return {{0, {L::same(0), L::shifted(1, tokens_.first), L::same(2)}}};
  }
  Tensor compute(const std::vector<Tensor>& in, const Axes& axes) const override {
    Region region = whole(in[0].axes());
    region[1] = {tokens_.first, tokens_.first + tokens_.size};
    return Tensor(axes, in[0].read(region));
  }
  Expression explain(const Scope& s, const Index& at) const override {
    return s.input(0, {at[0], at[1] + tokens_.first, at[2]});
  }
  std::string formula(const Signature& s) const override {
    return s.id + "[b,i,c] = " + s.input_ids[0] + "[b,i+" + std::to_string(tokens_.first) + ",c]";
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = " + s.input_ids[0] + "[:, " + std::to_string(tokens_.first) + ":" +
           std::to_string(tokens_.first + tokens_.size) + "]";
  }
  std::vector<Operand> operands(const Signature&) const override { return {{"tokens of"}}; }

 private:
  Axis tokens_;
};

}  // namespace

std::unique_ptr<Op> make_some_tokens(const Attributes& a) {
  return std::make_unique<SomeTokens>(attribute<Axes>(a, "tokens").at(0));
}

}  // namespace headwise
