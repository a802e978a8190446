#include <cmath>

#include "engine/ops/in_place.hpp"

namespace headwise {

namespace {

/// Every row less its mean, over its standard deviation, times a gain plus a shift (last axis):
/// (x - mean) / sqrt(variance + eps) * g + b.
class LayerNorm final : public InPlace {
 public:
  explicit LayerNorm(double epsilon) : epsilon_(epsilon) {}

  std::string_view name() const override { return "layer_norm"; }
  std::string summary() const override {
    return "Moves every vector to mean 0 and brings it to variance 1, then stretches and shifts each entry by learned "
           "numbers, so that no vector drowns the others.";
  }
  std::string_view source() const override { return "Ba et al. 2016 (layer normalisation)"; }
  std::vector<Access> access(const Signature& s) const override {
    const std::size_t rank = s.axes.size();
    Access row{0, same_axes(rank)};
    row.links.back() = AxisLink::whole();
    return {row, {1, {AxisLink::same(rank - 1)}}, {2, {AxisLink::same(rank - 1)}}};
  }
  Reach reach() const override { return Reach::row; }
  void apply(const std::vector<Tensor>& in, const Region& region, std::span<float> values) const override {
    const std::vector<float> gain = in[1].values();
    const std::vector<float> shift = in[2].values();
    const auto n = static_cast<double>(gain.size());
    each_row(region, values, [&](const Index&, std::span<float> row) {
      double mean = 0;
      for (const float value : row) mean += static_cast<double>(value);
      mean /= n;
      double variance = 0;
      for (const float value : row) variance += (static_cast<double>(value) - mean) * (static_cast<double>(value) - mean);
      const double deviation = std::sqrt(variance / n + epsilon_);
      for (std::size_t d = 0; d < row.size(); ++d) {
        row[d] = static_cast<float>((static_cast<double>(row[d]) - mean) / deviation) * gain[d] + shift[d];
      }
    });
  }
  Expression explain(const Scope& s, const Index& at) const override {
    using K = Expression::Kind;
    const std::int64_t n = s.signature().axes.back().size;
    const auto entry = [&s, at](std::int64_t d) {
      Index cell = at;
      cell.back() = d;
      return s.input(0, cell);
    };
    const auto over_n = [n](Expression sum) {
      return Expression::of(K::quotient, {std::move(sum), Expression::constant(static_cast<double>(n), "entries")});
    };
    const Expression mean = Expression::named("the row's mean", over_n(Expression::of(K::sum, n, entry)));
    Expression variance = over_n(Expression::of(K::sum, n, [entry, mean](std::int64_t d) {
      return Expression::of(K::power, {Expression::of(K::difference, {entry(d), mean}), Expression::constant(2)});
    }));
    Expression deviation = Expression::named(
        "the row's deviation",
        Expression::of(K::square_root,
                       {Expression::of(K::sum, {std::move(variance),
                                                Expression::constant(epsilon_, "eps, so that nothing is divided by 0")})}));
    Expression normal = Expression::of(K::quotient, {Expression::of(K::difference, {s.input(0, at), mean}), std::move(deviation)});
    return Expression::of(K::sum, {Expression::of(K::product, {std::move(normal), s.input(1, {at.back()})}),
                                   s.input(2, {at.back()})});
  }
  std::string formula(const Signature& s) const override {
    const std::string x = s.input_ids[0] + letters(s.axes);
    const std::string last = letters({s.axes.back()});
    return s.id + letters(s.axes) + " = (" + x + " \u2212 mean) / \u221a(variance + " + code_number(epsilon_) + ") \u00b7 " +
           s.input_ids[1] + last + " + " + s.input_ids[2] + last;
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = torch.nn.functional.layer_norm(" + s.input_ids[0] + ", (" + std::to_string(s.axes.back().size) +
           ",), " + s.input_ids[1] + ", " + s.input_ids[2] + ", " + code_number(epsilon_) + ")";
  }
  std::string numpy(const Signature& s) const override {
    const std::string& x = s.input_ids[0];
    return s.id + " = (" + x + " - " + x + ".mean(-1, keepdims=True)) / np.sqrt(" + x + ".var(-1, keepdims=True) + " +
           code_number(epsilon_) + ") * " + s.input_ids[1] + " + " + s.input_ids[2];
  }
  std::vector<Count> counts(const Signature& s) const override {
    return {flops_per_cell("mean, subtract, square, add, divide, multiply, add", 7, s.axes)};
  }
  std::vector<Operand> operands(const Signature&) const override { return {{"normalise"}, {"\u00b7"}, {"+"}}; }

 private:
  double epsilon_;
};

}  // namespace

std::unique_ptr<Op> make_layer_norm(const Attributes& a) {
  return std::make_unique<LayerNorm>(attribute<double>(a, "epsilon"));
}

}  // namespace headwise
