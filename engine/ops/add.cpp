#include "engine/ops/in_place.hpp"

namespace headwise {

namespace {

/// a + b, cell by cell. b may lack a's leading axes (the same positions for every sentence).
class Add final : public InPlace {
 public:
  explicit Add(std::string summary) : summary_(std::move(summary)) {}

  std::string_view name() const override { return "add"; }
  std::string summary() const override { return summary_; }
  std::vector<Access> access(const Signature& s) const override {
    const std::size_t rank = s.axes.size();
    const std::size_t other = s.input_axes[1].size();
    return {{0, same_axes(rank)}, {1, same_axes(other, rank - other)}};
  }
  void apply(const std::vector<Tensor>& in, const Region& region, std::span<float> values) const override {
    const auto missing = static_cast<std::ptrdiff_t>(region.size() - in[1].rank());
    std::vector<float> room;
    each_row(region, values, [&](const Index& at, std::span<float> row) {
      const float* other = in[1].row({at.begin() + missing, at.end()}, row.size(), room);
      for (std::size_t i = 0; i < row.size(); ++i) row[i] += other[i];
    });
  }
  Expression explain(const Scope& s, const Index& at) const override {
    const std::size_t missing = at.size() - s.signature().input_axes[1].size();
    return Expression::of(Expression::Kind::sum,
                          {s.input(0, at), s.input(1, Index(at.begin() + static_cast<std::ptrdiff_t>(missing), at.end()))});
  }
  std::string formula(const Signature& s) const override {
    return s.id + letters(s.axes) + " = " + s.input_ids[0] + letters(s.axes) + " + " + s.input_ids[1] +
           letters({s.axes.end() - static_cast<std::ptrdiff_t>(s.input_axes[1].size()), s.axes.end()});
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = " + s.input_ids[0] + " + " + s.input_ids[1];
  }
  std::vector<Count> counts(const Signature& s) const override {
    return {flops_per_cell("one addition a cell", 1, s.axes)};
  }
  std::vector<Operand> operands(const Signature&) const override { return {{""}, {"+"}}; }

 private:
  std::string summary_;
};

}  // namespace

std::unique_ptr<Op> make_add(const Attributes& a) {
  return std::make_unique<Add>(attribute<std::string>(a, "summary"));
}

}  // namespace headwise
