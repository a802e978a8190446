#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// The cache with one more token's rows behind it: cache (..., n, d), new (..., m, d); (..., n + m, d).
class Append final : public Op {
 public:
  std::string_view name() const override { return "append"; }
  std::string summary() const override {
    return "What was computed for earlier tokens stays as it is; only the new token's row is added. This is all that "
           "decoding keeps from one step to the next.";
  }
  Axes shape(const std::vector<Axes>& in) const override {
    Axes axes = in[0];
    rows(axes).size += rows(in[1]).size;
    return axes;
  }
  std::vector<Access> access(const Signature& s) const override {
    const std::size_t at = s.axes.size() - 2;
    std::vector<AxisLink> before = same_axes(s.axes.size());
    std::vector<AxisLink> added = before;
    before[at] = AxisLink::shifted(at, 0);
    added[at] = AxisLink::shifted(at, -rows(s.input_axes[0]).size);
    return {{0, before}, {1, added}};
  }
  Tensor compute(const std::vector<Tensor>& in, const Axes& axes) const override {
    Tensor out(axes);
    const std::vector<float> before = in[0].values();
    const std::vector<float> added = in[1].values();
    const auto old_block = static_cast<std::size_t>(rows(in[0].axes()).size * axes.back().size);
    const auto new_block = static_cast<std::size_t>(rows(in[1].axes()).size * axes.back().size);
    const std::span<float> values = out.mutable_values();
    for (std::size_t to = 0, g = 0; to < values.size(); ++g) {
      for (std::size_t i = 0; i < old_block; ++i) values[to++] = before[g * old_block + i];
      for (std::size_t i = 0; i < new_block; ++i) values[to++] = added[g * new_block + i];
    }
    return out;
  }
  Expression explain(const Scope& s, const Index& at) const override {
    const std::int64_t old_rows = rows(s.signature().input_axes[0]).size;
    Index from = at;
    std::int64_t& row = from[at.size() - 2];
    if (row < old_rows) return s.input(0, at);
    row -= old_rows;
    return s.input(1, from);
  }
  std::string formula(const Signature& s) const override {
    const std::string n = std::to_string(rows(s.input_axes[0]).size);
    const std::string at = letters(s.axes);
    return s.id + at + " = " + s.input_ids[0] + at + " for j < " + n + ", else " + s.input_ids[1] + "[.., j \u2212 " + n +
           ", ..]";
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = torch.cat([" + s.input_ids[0] + ", " + s.input_ids[1] + "], dim=-2)";
  }
  std::string numpy(const Signature& s) const override {
    return s.id + " = np.concatenate([" + s.input_ids[0] + ", " + s.input_ids[1] + "], axis=-2)";
  }
  std::vector<Operand> operands(const Signature&) const override { return {{""}, {"and then"}}; }

 private:
  static Axis& rows(Axes& axes) { return axes[axes.size() - 2]; }
  static const Axis& rows(const Axes& axes) { return axes[axes.size() - 2]; }
};

}  // namespace

std::unique_ptr<Op> make_append(const Attributes&) { return std::make_unique<Append>(); }

}  // namespace headwise
