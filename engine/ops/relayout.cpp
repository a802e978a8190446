#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// The same numbers in the same order of memory under other axes: PyTorch's view or reshape of a
/// contiguous tensor. Cell number n in row-major order stays cell number n.
class Relayout final : public Op {
 public:
  Relayout(Axes axes, std::string summary, std::string verb)
      : axes_(std::move(axes)), summary_(std::move(summary)), verb_(std::move(verb)) {}

  std::string_view name() const override { return "relayout"; }
  std::string summary() const override { return summary_; }
  Axes shape(const std::vector<Axes>&) const override { return axes_; }
  std::vector<Access> access(const Signature& s) const override {
    return {{0, std::vector<AxisLink>(s.input_axes[0].size(), AxisLink::some())}};
  }
  Tensor compute(const std::vector<Tensor>& in, const Axes& axes) const override { return in[0].reshaped(axes); }
  Expression explain(const Scope& s, const Index& at) const override {
    return s.input(0, index_at(s.signature().input_axes[0], flat_index(axes_, at)));
  }
  /// Where the cell is in memory, by strides, and which cell that was before.
  std::string formula(const Signature& s) const override {
    return s.id + letters(s.axes) + " = " + s.input_ids[0] + " at place " + place(s.axes) + " of the memory, which " +
           s.input_ids[0] + letters(s.input_axes[0]) + " counts as " + place(s.input_axes[0]);
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = " + s.input_ids[0] + "." + verb_ + "(" + sizes_list(s.axes) + ")";
  }
  std::string numpy(const Signature& s) const override {
    return s.id + " = " + s.input_ids[0] + ".reshape(" + sizes_list(s.axes) + ")";
  }
  std::vector<Operand> operands(const Signature&) const override { return {{verb_}}; }
  bool is_view() const override { return true; }
  std::optional<Strides> strides(const Strides& in, const Axes& axes) const override {
    if (!in.is_contiguous()) return std::nullopt;
    return Strides::row_major(axes);
  }

 private:
  /// `b*56 + t*8 + f`: index times stride, summed.
  static std::string place(const Axes& axes) {
    const std::string all = letters(axes);
    std::string text;
    std::int64_t stride = cell_count(axes);
    std::size_t at = 1;
    for (const Axis& axis : axes) {
      stride /= axis.size;
      const std::size_t end = all.find_first_of(",]", at);
      text += (text.empty() ? "" : " + ") + all.substr(at, end - at) + (stride == 1 ? "" : "\u00b7" + std::to_string(stride));
      at = end + 1;
    }
    return text;
  }

  Axes axes_;
  std::string summary_;
  std::string verb_;
};

}  // namespace

std::unique_ptr<Op> make_relayout(const Attributes& a) {
  return std::make_unique<Relayout>(attribute<Axes>(a, "axes"), attribute<std::string>(a, "summary"),
                                    attribute<std::string>(a, "verb"));
}

}  // namespace headwise
