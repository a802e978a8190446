#include "engine/ops/in_place.hpp"

namespace headwise {

namespace {

/// a times b, cell by cell. `links` says which of a's axes each axis of b runs along (a mask has no
/// heads; a gate of heads has nothing else).
class Multiply final : public InPlace {
 public:
  Multiply(std::string summary, std::vector<std::int64_t> along) : summary_(std::move(summary)), along_(std::move(along)) {}

  std::string_view name() const override { return "multiply"; }
  std::string summary() const override { return summary_; }
  std::vector<Access> access(const Signature& s) const override {
    Access other{1, {}};
    for (const std::int64_t axis : along_) other.links.push_back(AxisLink::same(static_cast<std::size_t>(axis)));
    return {{0, same_axes(s.axes.size())}, other};
  }
  void apply(const std::vector<Tensor>& in, const Region& region, std::span<float> values) const override {
    const bool along_rows = !along_.empty() && along_.back() + 1 == static_cast<std::int64_t>(region.size());
    std::vector<float> room;
    each_row(region, values, [&](const Index& at, std::span<float> row) {
      if (along_rows) {
        const float* factors = in[1].row(other(at), row.size(), room);
        for (std::size_t i = 0; i < row.size(); ++i) row[i] *= factors[i];
      } else {
        const float factor = in[1].at(other(at));
        for (float& value : row) value *= factor;
      }
    });
  }
  Expression explain(const Scope& s, const Index& at) const override {
    return Expression::of(Expression::Kind::product, {s.input(0, at), s.input(1, other(at))});
  }
  std::string formula(const Signature& s) const override {
    return s.id + letters(s.axes) + " = " + s.input_ids[0] + letters(s.axes) + " \u00b7 " + s.input_ids[1] +
           letters(s.input_axes[1]);
  }
  std::string pytorch(const Signature& s) const override {
    std::string index;
    std::size_t next = 0;
    for (std::size_t a = 0; a < s.axes.size(); ++a) {
      const bool used = next < along_.size() && along_[next] == static_cast<std::int64_t>(a);
      if (used) ++next;
      index += (index.empty() ? "" : ", ") + std::string(used ? ":" : "None");
    }
    const bool all = along_.size() == s.axes.size();
    return s.id + " = " + s.input_ids[0] + " * " + s.input_ids[1] + (all ? "" : "[" + index + "]");
  }
  std::vector<Count> counts(const Signature& s) const override {
    return {flops_per_cell("one product a cell", 1, s.axes)};
  }
  std::vector<Operand> operands(const Signature&) const override { return {{""}, {"\u00d7"}}; }

 private:
  Index other(const Index& at) const {
    Index index;
    for (const std::int64_t axis : along_) index.push_back(at[static_cast<std::size_t>(axis)]);
    return index;
  }

  std::string summary_;
  std::vector<std::int64_t> along_;
};

}  // namespace

std::unique_ptr<Op> make_multiply(const Attributes& a) {
  return std::make_unique<Multiply>(attribute<std::string>(a, "summary"), attribute<std::vector<std::int64_t>>(a, "along"));
}

}  // namespace headwise
