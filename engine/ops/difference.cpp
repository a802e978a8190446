#include "engine/ops/in_place.hpp"

namespace headwise {

namespace {

/// a - b, cell by cell; b's rows from `first` on where it has more tokens than a (axis 1).
class Difference final : public InPlace {
 public:
  Difference(std::string summary, std::int64_t first) : summary_(std::move(summary)), first_(first) {}

  std::string_view name() const override { return "difference"; }
  std::string summary() const override { return summary_; }
  std::vector<Access> access(const Signature& s) const override {
    Access other{1, same_axes(s.axes.size())};
    if (first_ > 0) other.links[1] = AxisLink::shifted(1, first_);
    return {{0, same_axes(s.axes.size())}, other};
  }
  void apply(const std::vector<Tensor>& in, const Region& region, std::span<float> values) const override {
    std::vector<float> room;
    each_row(region, values, [&](const Index& at, std::span<float> row) {
      const float* less = in[1].row(other(at), row.size(), room);
      for (std::size_t i = 0; i < row.size(); ++i) row[i] -= less[i];
    });
  }
  Expression explain(const Scope& s, const Index& at) const override {
    return Expression::of(Expression::Kind::difference, {s.input(0, at), s.input(1, other(at))});
  }
  std::string formula(const Signature& s) const override {
    std::string at = letters(s.axes);
    std::string from = at;
    if (first_ > 0) from.insert(from.find('i') + 1, "+" + std::to_string(first_));
    return s.id + at + " = " + s.input_ids[0] + at + " \u2212 " + s.input_ids[1] + from;
  }
  std::string pytorch(const Signature& s) const override {
    const std::string rows =
        first_ > 0 ? "[:, " + std::to_string(first_) + ":" + std::to_string(first_ + s.axes[1].size) + "]" : "";
    return s.id + " = " + s.input_ids[0] + " - " + s.input_ids[1] + rows;
  }
  std::vector<Count> counts(const Signature& s) const override {
    return {flops_per_cell("one difference a cell", 1, s.axes)};
  }
  std::vector<Operand> operands(const Signature&) const override { return {{""}, {"\u2212"}}; }

 private:
  Index other(Index at) const {
    if (first_ > 0) at[1] += first_;
    return at;
  }

  std::string summary_;
  std::int64_t first_;
};

}  // namespace

std::unique_ptr<Op> make_difference(const Attributes& a) {
  return std::make_unique<Difference>(attribute<std::string>(a, "summary"), attribute<std::int64_t>(a, "first"));
}

}  // namespace headwise
