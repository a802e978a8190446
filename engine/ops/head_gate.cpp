#include <algorithm>

#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// 1 for each head that is on, 0 for one switched off: (h).
class HeadGate final : public Op {
 public:
  HeadGate(Axes axes, std::vector<std::int64_t> off) : axes_(std::move(axes)), off_(std::move(off)) {}

  std::string_view name() const override { return "head_gate"; }
  std::string summary() const override {
    return "Which heads are on: a head switched off gives zeros, just as if its rows of W_O were zero.";
  }
  std::string_view source() const override { return "Michel et al. 2019, section 2 (head masks)"; }
  Axes shape(const std::vector<Axes>&) const override { return axes_; }
  std::vector<Access> access(const Signature&) const override { return {}; }
  Tensor compute(const std::vector<Tensor>&, const Axes& axes) const override {
    Tensor out(axes);
    std::int64_t h = 0;
    for (float& value : out.mutable_values()) value = is_off(h++) ? 0.0F : 1.0F;
    return out;
  }
  Expression explain(const Scope&, const Index& at) const override {
    return is_off(at[0]) ? Expression::constant(0, "switched off") : Expression::constant(1, "on");
  }
  std::string formula(const Signature& s) const override {
    return s.id + "[h] = 0 for h in {" + list() + "}, else 1";
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = torch.ones(" + std::to_string(s.axes[0].size) + "); " + s.id + "[[" + list() + "]] = 0";
  }
  std::string numpy(const Signature& s) const override {
    return s.id + " = np.ones(" + std::to_string(s.axes[0].size) + "); " + s.id + "[[" + list() + "]] = 0";
  }
  ValueRange value_range() const override { return ValueRange::unit; }

 private:
  bool is_off(std::int64_t h) const { return std::find(off_.begin(), off_.end(), h) != off_.end(); }
  std::string list() const {
    std::string text;
    for (const std::int64_t h : off_) text += (text.empty() ? "" : ", ") + std::to_string(h);
    return text;
  }

  Axes axes_;
  std::vector<std::int64_t> off_;
};

}  // namespace

std::unique_ptr<Op> make_head_gate(const Attributes& a) {
  return std::make_unique<HeadGate>(attribute<Axes>(a, "axes"), attribute<std::vector<std::int64_t>>(a, "off"));
}

}  // namespace headwise
