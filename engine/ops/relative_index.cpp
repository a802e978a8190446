#include <algorithm>

#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// Which of the 2k+1 relative positions query i and key j are at: clip(j - i, -k, k) + k, (T_q, T_kv).
class RelativeIndex final : public Op {
 public:
  RelativeIndex(Axes axes, std::int64_t clip, std::int64_t first)
      : axes_(std::move(axes)), clip_(clip), first_(first) {}

  std::string_view name() const override { return "relative_index"; }
  std::string summary() const override {
    return "How far a key stands from a query, as the row of a learned table: everything further than " +
           std::to_string(clip_) + " away shares the last row on its side.";
  }
  std::string_view source() const override { return "Shaw et al. 2018, section 3.2"; }
  Axes shape(const std::vector<Axes>&) const override { return axes_; }
  std::vector<Access> access(const Signature&) const override { return {}; }
  Work work(const std::vector<Tensor>&, const Axes& axes) const override {
    return in_rows(Tensor::blank(axes), [this](std::int64_t first, std::span<float> values) {
      Index at = index_at(axes_, first);
      for (float& value : values) {
        value = static_cast<float>(row(at));
        ++at[1];
      }
    });
  }
  Expression explain(const Scope&, const Index& at) const override {
    return Expression::constant(static_cast<double>(row(at)),
                                "key " + std::to_string(at[1]) + " is " + std::to_string(at[1] - at[0] - first_) +
                                    " from query " + std::to_string(at[0] + first_));
  }
  std::string formula(const Signature& s) const override {
    const std::string k = std::to_string(clip_);
    return s.id + "[i,j] = clip(j \u2212 i, \u2212" + k + ", " + k + ") + " + k;
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = (" + distance(s, "torch") + ").clamp(-" + std::to_string(clip_) + ", " + std::to_string(clip_) +
           ") + " + std::to_string(clip_);
  }
  std::string numpy(const Signature& s) const override {
    return s.id + " = np.clip(" + distance(s, "np") + ", -" + std::to_string(clip_) + ", " + std::to_string(clip_) +
           ") + " + std::to_string(clip_);
  }

 private:
  std::int64_t row(const Index& at) const {
    return std::clamp<std::int64_t>(at[1] - at[0] - first_, -clip_, clip_) + clip_;
  }
  std::string distance(const Signature& s, const std::string& library) const {
    return library + ".arange(" + std::to_string(s.axes[1].size) + ") - " + library + ".arange(" +
           std::to_string(first_) + ", " + std::to_string(first_ + s.axes[0].size) + ")[:, None]";
  }

  Axes axes_;
  std::int64_t clip_;
  std::int64_t first_;
};

}  // namespace

std::unique_ptr<Op> make_relative_index(const Attributes& a) {
  return std::make_unique<RelativeIndex>(attribute<Axes>(a, "axes"), attribute<std::int64_t>(a, "clip"),
                                         attribute<std::int64_t>(a, "first"));
}

}  // namespace headwise
