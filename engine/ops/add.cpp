#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// embeddings (B, T, d_model) + positions (T, d_model), the same positions for every sentence.
class AddPositions final : public Op {
 public:
  std::string_view name() const override { return "add_positions"; }
  std::string summary() const override {
    return "What a token is plus where it stands: the input to the projections.";
  }
  Axes shape(const std::vector<Axes>& in) const override { return in[0]; }
  std::vector<Access> access(const Signature&) const override {
    using L = AxisLink;
    return {{0, {L::same(0), L::same(1), L::same(2)}}, {1, {L::same(1), L::same(2)}}};
  }

  Tensor compute(const std::vector<Tensor>& in, const Axes& axes) const override {
    Tensor out(axes);
    const std::vector<float> values = in[0].values();
    const std::vector<float> positions = in[1].values();
    const std::span<float> sums = out.mutable_values();
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = values[i] + positions[i % positions.size()];
    return out;
  }

  Expression explain(const Scope& s, const Index& at) const override {
    return Expression::of(Expression::Kind::sum, {s.input(0, at), s.input(1, {at[1], at[2]})});
  }

  std::string formula(const Signature& s) const override {
    return s.id + "[b,t,c] = " + s.input_ids[0] + "[b,t,c] + " + s.input_ids[1] + "[t,c]";
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = " + s.input_ids[0] + " + " + s.input_ids[1];
  }
  std::vector<Count> counts(const Signature& s) const override {
    return {flops(Count::Kind::other_flops, "one addition a cell",
                  {{s.axes[0].name, s.axes[0].size}, {s.axes[1].name, s.axes[1].size},
                   {s.axes[2].name, s.axes[2].size}})};
  }
  std::vector<Operand> operands(const Signature&) const override { return {{""}, {"+"}}; }
};

}  // namespace

std::unique_ptr<Op> make_add_positions(const Attributes&) { return std::make_unique<AddPositions>(); }

}  // namespace headwise
