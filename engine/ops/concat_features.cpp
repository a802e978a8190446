#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// Two tensors side by side along the last axis: a (..., m), b (..., n); (..., m + n).
class ConcatFeatures final : public Op {
 public:
  explicit ConcatFeatures(Axis last) : last_(std::move(last)) {}

  std::string_view name() const override { return "concat_features"; }
  std::string summary() const override {
    return "One vector made of two parts: the first has no position in it, the second is nothing but position and "
           "content turned by it. Their dot products add up.";
  }
  std::string_view source() const override { return "DeepSeek-V2 2024, section 2.1.3 (decoupled rotary keys)"; }
  Axes shape(const std::vector<Axes>& in) const override {
    Axes axes = in[0];
    axes.back() = last_;
    axes.back().size = in[0].back().size + in[1].back().size;
    return axes;
  }
  std::vector<Access> access(const Signature& s) const override {
    const std::size_t last = s.axes.size() - 1;
    Access first{0, same_axes(s.axes.size())};
    first.links.back() = AxisLink::shifted(last, 0);
    Access second{1, same_axes(s.axes.size())};
    second.links.back() = AxisLink::shifted(last, -s.input_axes[0].back().size);
    return {first, second};
  }
  Tensor compute(const std::vector<Tensor>& in, const Axes& axes) const override {
    Tensor out(axes);
    const std::vector<float> a = in[0].values();
    const std::vector<float> b = in[1].values();
    const auto m = static_cast<std::size_t>(in[0].axes().back().size);
    const auto n = static_cast<std::size_t>(in[1].axes().back().size);
    const std::span<float> values = out.mutable_values();
    for (std::size_t to = 0, row = 0; to < values.size(); ++row) {
      for (std::size_t d = 0; d < m; ++d) values[to++] = a[row * m + d];
      for (std::size_t d = 0; d < n; ++d) values[to++] = b[row * n + d];
    }
    return out;
  }
  Expression explain(const Scope& s, const Index& at) const override {
    const std::int64_t m = s.signature().input_axes[0].back().size;
    if (at.back() < m) return s.input(0, at);
    Index second = at;
    second.back() -= m;
    return s.input(1, second);
  }
  std::string formula(const Signature& s) const override {
    const std::string m = std::to_string(s.input_axes[0].back().size);
    return s.id + "[..,d] = " + s.input_ids[0] + "[..,d] for d < " + m + ", else " + s.input_ids[1] + "[..,d \u2212 " + m + "]";
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = torch.cat([" + s.input_ids[0] + ", " + s.input_ids[1] + "], dim=-1)";
  }
  std::string numpy(const Signature& s) const override {
    return s.id + " = np.concatenate([" + s.input_ids[0] + ", " + s.input_ids[1] + "], axis=-1)";
  }
  std::vector<Operand> operands(const Signature&) const override { return {{""}, {"beside"}}; }

 private:
  Axis last_;
};

}  // namespace

std::unique_ptr<Op> make_concat_features(const Attributes& a) {
  return std::make_unique<ConcatFeatures>(attribute<Axes>(a, "last").at(0));
}

}  // namespace headwise
