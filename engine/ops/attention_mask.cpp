#include <cstdlib>

#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// Which keys each query may look at, (B, T_q, T_kv): 1 = attend, 0 = masked (the sense of PyTorch's
/// scaled_dot_product_attention; nn.MultiheadAttention's masks say True for masked). Query i stands
/// at position i + `first` among the keys; `window` 0 is none.
class AttentionMask final : public Op {
 public:
  AttentionMask(Axes axes, bool causal, std::int64_t window, std::int64_t first, std::vector<std::int64_t> lengths)
      : axes_(std::move(axes)), causal_(causal), window_(window), first_(first), lengths_(std::move(lengths)) {}

  std::string_view name() const override { return "attention_mask"; }
  std::string summary() const override {
    std::string text = "1 = attend, 0 = masked (as in scaled_dot_product_attention; "
                       "nn.MultiheadAttention's masks mean the opposite).";
    if (causal_) text += " Causal: a query sees itself and earlier keys, never later ones.";
    if (causal_ && axes_[1].size != axes_[2].size) {
      text += first_ == 0 ? " Top-left aligned: query 0 sees key 0 alone (PyTorch's is_causal)."
                          : " Bottom-right aligned: the last query sees every key, as when decoding with a KV cache.";
    }
    if (window_ > 0) text += " Window: only keys less than " + std::to_string(window_) + " away.";
    if (!lengths_.empty()) text += " Padding: no query sees a <pad> key.";
    return text;
  }
  std::string_view source() const override {
    return window_ > 0 ? "Beltagy et al. 2020 (sliding window)" : "Vaswani et al. 2017, section 3.2.3";
  }
  Axes shape(const std::vector<Axes>&) const override { return axes_; }
  std::vector<Access> access(const Signature&) const override { return {}; }

  Work work(const std::vector<Tensor>&, const Axes& axes) const override {
    return in_rows(Tensor::blank(axes), [this](std::int64_t first, std::span<float> row) {
      Index at = index_at(axes_, first);
      for (float& value : row) {
        value = why_masked(at) == Reason::none ? 1.0F : 0.0F;
        ++at[2];
      }
    });
  }

  Expression explain(const Scope&, const Index& at) const override {
    const std::string key = "key " + std::to_string(at[2]);
    const std::string query = "query " + std::to_string(at[1]) + (first_ != 0 ? " (at position " + std::to_string(at[1] + first_) + ")" : "");
    switch (why_masked(at)) {
      case Reason::none: break;
      case Reason::padding: return Expression::constant(0, key + " is <pad>");
      case Reason::later: return Expression::constant(0, key + " comes after " + query);
      case Reason::far: return Expression::constant(0, key + " is " + std::to_string(window_) + " or more away from " + query);
    }
    return Expression::constant(1, "this key may be seen");
  }

  std::string formula(const Signature& s) const override {
    const std::string i = first_ == 0 ? "i" : first_ > 0 ? "i + " + std::to_string(first_) : "i \u2212 " + std::to_string(-first_);
    std::string rule;
    const auto also = [&rule](const std::string& text) { rule += (rule.empty() ? "" : " and ") + text; };
    if (causal_) also("j \u2264 " + i);
    if (window_ > 0) also("|" + i + " \u2212 j| < " + std::to_string(window_));
    if (!lengths_.empty()) also("key j is not <pad>");
    return s.id + "[b,i,j] = 1" + (rule.empty() ? "" : " if " + rule + ", else 0");
  }
  std::string pytorch(const Signature& s) const override {
    std::string open = s.id + " = torch.ones(" + sizes_list(s.axes) + ", dtype=torch.bool)";
    if (causal_) open += ".tril(" + (first_ == 0 ? std::string() : std::to_string(first_)) + ")";
    return open + rest(s, "torch", "torch.tensor");
  }
  std::string numpy(const Signature& s) const override {
    std::string open = "np.ones((" + sizes_list(s.axes) + "), dtype=bool)";
    if (causal_) open = "np.tril(" + open + (first_ == 0 ? "" : ", " + std::to_string(first_)) + ")";
    return s.id + " = " + open + rest(s, "np", "np.array");
  }
  ValueRange value_range() const override { return ValueRange::unit; }

 private:
  enum class Reason { none, padding, later, far };
  Reason why_masked(const Index& at) const {
    const std::int64_t query = at[1] + first_;
    if (!lengths_.empty() && at[2] >= lengths_[static_cast<std::size_t>(at[0])]) return Reason::padding;
    if (causal_ && at[2] > query) return Reason::later;
    if (window_ > 0 && std::abs(query - at[2]) >= window_) return Reason::far;
    return Reason::none;
  }
  std::string rest(const Signature& s, const std::string& library, const std::string& array) const {
    std::string line;
    const std::string keys = library + ".arange(" + std::to_string(s.axes[2].size) + ")";
    const std::string queries = library + ".arange(" + std::to_string(first_) + ", " +
                                std::to_string(first_ + s.axes[1].size) + ")[:, None]";
    if (window_ > 0) line += " & (abs(" + queries + " - " + keys + ") < " + std::to_string(window_) + ")";
    if (!lengths_.empty()) {
      std::string lengths;
      for (const std::int64_t n : lengths_) lengths += (lengths.empty() ? "" : ", ") + std::to_string(n);
      line += " & (" + keys + " < " + array + "([" + lengths + "])[:, None, None])";
    }
    return line + "  # True = attend";
  }

  Axes axes_;
  bool causal_;
  std::int64_t window_;
  std::int64_t first_;
  std::vector<std::int64_t> lengths_;
};

}  // namespace

std::unique_ptr<Op> make_attention_mask(const Attributes& a) {
  return std::make_unique<AttentionMask>(attribute<Axes>(a, "axes"), attribute<std::int64_t>(a, "causal") != 0,
                                         attribute<std::int64_t>(a, "window"), attribute<std::int64_t>(a, "first"),
                                         attribute<std::vector<std::int64_t>>(a, "lengths"));
}

}  // namespace headwise
