#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// The cache with one more token's rows behind it: cache (B, g, n, d), new (B, g, m, d);
/// (B, g, n + m, d).
class Append final : public Op {
 public:
  std::string_view name() const override { return "append"; }
  std::string summary() const override {
    return "What was computed for earlier tokens stays as it is; only the new token's row is added. This is all that "
           "decoding keeps from one step to the next.";
  }
  Axes shape(const std::vector<Axes>& in) const override {
    Axes axes = in[0];
    axes[2].size += in[1][2].size;
    return axes;
  }
  std::vector<Access> access(const Signature& s) const override {
    using L = AxisLink;
    return {{0, {L::same(0), L::same(1), L::shifted(2, 0), L::same(3)}}, {1, {L::same(0), L::same(1), L::shifted(2, -s.input_axes[0][2].size), L::same(3)}}};
  }
  Tensor compute(const std::vector<Tensor>& in, const Axes& axes) const override {
    Tensor out(axes);
    const std::vector<float> before = in[0].values();
    const std::vector<float> added = in[1].values();
    const auto old_block = static_cast<std::size_t>(in[0].axes()[2].size * axes[3].size);
    const auto new_block = static_cast<std::size_t>(in[1].axes()[2].size * axes[3].size);
    const std::span<float> values = out.mutable_values();
    for (std::size_t to = 0, g = 0; to < values.size(); ++g) {
      for (std::size_t i = 0; i < old_block; ++i) values[to++] = before[g * old_block + i];
      for (std::size_t i = 0; i < new_block; ++i) values[to++] = added[g * new_block + i];
    }
    return out;
  }
  Expression explain(const Scope& s, const Index& at) const override {
    const std::int64_t old_rows = s.signature().input_axes[0][2].size;
    if (at[2] < old_rows) return s.input(0, at);
    return s.input(1, {at[0], at[1], at[2] - old_rows, at[3]});
  }
  std::string formula(const Signature& s) const override {
    const std::string n = std::to_string(s.input_axes[0][2].size);
    const std::string at = letters(s.axes);
    return s.id + at + " = " + s.input_ids[0] + at + " for j < " + n + ", else " + s.input_ids[1] + "[.., j \u2212 " + n +
           ", ..]";
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = torch.cat([" + s.input_ids[0] + ", " + s.input_ids[1] + "], dim=2)";
  }
  std::string numpy(const Signature& s) const override {
    return s.id + " = np.concatenate([" + s.input_ids[0] + ", " + s.input_ids[1] + "], axis=2)";
  }
  std::vector<Operand> operands(const Signature&) const override { return {{""}, {"and then"}}; }
};

}  // namespace

std::unique_ptr<Op> make_append(const Attributes&) { return std::make_unique<Append>(); }

}  // namespace headwise
