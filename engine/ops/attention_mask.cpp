#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// Which keys each query may look at: 1 = attend, 0 = masked (the sense of PyTorch's
/// scaled_dot_product_attention; nn.MultiheadAttention's masks say True for masked).
class AttentionMask final : public Op {
 public:
  AttentionMask(Axes axes, bool causal, std::vector<std::int64_t> lengths)
      : axes_(std::move(axes)), causal_(causal), lengths_(std::move(lengths)) {}

  std::string_view name() const override { return "attention_mask"; }
  std::string summary() const override {
    std::string text = "1 = attend, 0 = masked (as in scaled_dot_product_attention; "
                       "nn.MultiheadAttention's masks mean the opposite).";
    if (causal_) text += " Causal: a query sees itself and earlier keys, never later ones.";
    if (!lengths_.empty()) text += " Padding: no query sees a <pad> key.";
    return text;
  }
  Axes shape(const std::vector<Axes>&) const override { return axes_; }
  std::vector<Access> access(const Signature&) const override { return {}; }

  Tensor compute(const std::vector<Tensor>&, const Axes& axes) const override {
    Tensor out(axes);
    std::int64_t flat = 0;
    for (float& value : out.mutable_values()) value = why_masked(index_at(axes, flat++)).empty() ? 1.0F : 0.0F;
    return out;
  }

  Expression explain(const Scope&, const Index& index) const override {
    const std::string why = why_masked(index);
    return why.empty() ? Expression::constant(1, "this key may be seen") : Expression::constant(0, why);
  }

  std::string formula(const Signature& s) const override {
    std::string rule;
    if (causal_) rule = "j \u2264 i";
    if (!lengths_.empty()) rule += std::string(rule.empty() ? "" : " and ") + "key j is not <pad>";
    return s.id + "[b,i,j] = 1 if " + rule + ", else 0";
  }

  std::string pytorch(const Signature& s) const override {
    const std::string k = std::to_string(s.axes[2].size);
    std::string line = s.id + " = torch.ones(" + sizes_list(s.axes) + ", dtype=torch.bool)";
    if (causal_) line += ".tril()";
    if (!lengths_.empty()) {
      std::string lengths;
      for (const std::int64_t n : lengths_) lengths += (lengths.empty() ? "" : ", ") + std::to_string(n);
      line += " & (torch.arange(" + k + ") < torch.tensor([" + lengths + "])[:, None, None])";
    }
    return line + "  # True = attend";
  }
  std::string numpy(const Signature& s) const override {
    std::string line = s.id + " = np.ones((" + sizes_list(s.axes) + "), dtype=bool)";
    if (causal_) line = s.id + " = np.tril(np.ones((" + sizes_list(s.axes) + "), dtype=bool))";
    if (!lengths_.empty()) {
      std::string lengths;
      for (const std::int64_t n : lengths_) lengths += (lengths.empty() ? "" : ", ") + std::to_string(n);
      line += " & (np.arange(" + std::to_string(s.axes[2].size) + ") < np.array([" + lengths + "])[:, None, None])";
    }
    return line + "  # True = attend";
  }
  ValueRange value_range() const override { return ValueRange::unit; }

 private:
  /// Empty where query i may see key j.
  std::string why_masked(const Index& index) const {
    const auto item = static_cast<std::size_t>(index[0]);
    if (!lengths_.empty() && index[2] >= lengths_[item]) {
      return "key " + std::to_string(index[2]) + " is <pad>";
    }
    if (causal_ && index[2] > index[1]) {
      return "key " + std::to_string(index[2]) + " comes after query " + std::to_string(index[1]);
    }
    return "";
  }

  Axes axes_;
  bool causal_;
  std::vector<std::int64_t> lengths_;
};

}  // namespace

std::unique_ptr<Op> make_attention_mask(const Attributes& a) {
  return std::make_unique<AttentionMask>(attribute<Axes>(a, "axes"), attribute<std::int64_t>(a, "causal") != 0,
                                         attribute<std::vector<std::int64_t>>(a, "lengths"));
}

}  // namespace headwise
