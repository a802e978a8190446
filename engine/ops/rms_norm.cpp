#include <cmath>

#include "engine/ops/in_place.hpp"

namespace headwise {

namespace {

/// Every row over its root mean square, times a learned gain (last axis): x / sqrt(mean(x^2) + eps) * g.
class RmsNorm final : public InPlace {
 public:
  explicit RmsNorm(double epsilon) : epsilon_(epsilon) {}

  std::string_view name() const override { return "rms_norm"; }
  std::string summary() const override {
    return "Brings every vector to the same size (root mean square 1), then stretches each entry by a learned gain, "
           "so that no vector drowns the others.";
  }
  std::string_view source() const override { return "Zhang & Sennrich 2019 (RMSNorm)"; }
  std::vector<Access> access(const Signature& s) const override {
    const std::size_t rank = s.axes.size();
    Access row{0, same_axes(rank)};
    row.links.back() = AxisLink::whole();
    return {row, {1, {AxisLink::same(rank - 1)}}};
  }
  Reach reach() const override { return Reach::row; }
  void apply(const std::vector<Tensor>& in, const Region& region, std::span<float> values) const override {
    const std::vector<float> gain = in[1].values();
    each_row(region, values, [&](const Index&, std::span<float> row) {
      double squares = 0;
      for (const float value : row) squares += static_cast<double>(value) * static_cast<double>(value);
      const double size = std::sqrt(squares / static_cast<double>(gain.size()) + epsilon_);
      for (std::size_t d = 0; d < row.size(); ++d) {
        row[d] = static_cast<float>(static_cast<double>(row[d]) / size) * gain[d];
      }
    });
  }
  Expression explain(const Scope& s, const Index& at) const override {
    using K = Expression::Kind;
    const std::int64_t n = s.signature().axes.back().size;
    Expression squares = Expression::of(K::sum, n, [&s, at](std::int64_t d) {
      Index cell = at;
      cell.back() = d;
      return Expression::of(K::power, {s.input(0, cell), Expression::constant(2)});
    });
    Expression mean = Expression::of(K::quotient, {std::move(squares), Expression::constant(static_cast<double>(n), "entries")});
    Expression size = Expression::named(
        "the row's size", Expression::of(K::square_root, {Expression::of(K::sum, {std::move(mean), Expression::constant(epsilon_, "eps, so that nothing is divided by 0")})}));
    return Expression::of(K::product, {Expression::of(K::quotient, {s.input(0, at), std::move(size)}), s.input(1, {at.back()})});
  }
  std::string formula(const Signature& s) const override {
    const std::string x = s.input_ids[0] + letters(s.axes);
    return s.id + letters(s.axes) + " = " + x + " / \u221a(mean(" + x + "\u00b2) + " + code_number(epsilon_) + ") \u00b7 " +
           s.input_ids[1] + letters({s.axes.back()});
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = " + s.input_ids[0] + " / (" + s.input_ids[0] + ".square().mean(-1, keepdim=True) + " +
           code_number(epsilon_) + ").sqrt() * " + s.input_ids[1];
  }
  std::string numpy(const Signature& s) const override {
    return s.id + " = " + s.input_ids[0] + " / np.sqrt(np.square(" + s.input_ids[0] + ").mean(-1, keepdims=True) + " +
           code_number(epsilon_) + ") * " + s.input_ids[1];
  }
  std::vector<Count> counts(const Signature& s) const override {
    return {flops_per_cell("square, add, divide, multiply", 4, s.axes)};
  }
  std::vector<Operand> operands(const Signature&) const override { return {{"normalise"}, {"\u00b7"}}; }

 private:
  double epsilon_;
};

}  // namespace

std::unique_ptr<Op> make_rms_norm(const Attributes& a) {
  return std::make_unique<RmsNorm>(attribute<double>(a, "epsilon"));
}

}  // namespace headwise
