#include "engine/ops/in_place.hpp"

namespace headwise {

namespace {

/// The chosen shares of every row, made to sum to 1 again: shares (.., E), choice (.., E).
class Renormalise final : public InPlace {
 public:
  std::string_view name() const override { return "renormalise"; }
  std::string summary() const override {
    return "The shares of the experts that were chosen, so that they sum to 1; 0 for the others.";
  }
  std::string_view source() const override { return "Mixtral 2024, section 2.1"; }
  std::vector<Access> access(const Signature& s) const override {
    Access row{0, same_axes(s.axes.size())};
    row.links.back() = AxisLink::whole();
    Access choice = row;
    choice.input = 1;
    return {row, choice};
  }
  Reach reach() const override { return Reach::row; }
  void apply(const std::vector<Tensor>& in, const Region& region, std::span<float> values) const override {
    std::vector<float> room;
    each_row(region, values, [&](const Index& at, std::span<float> row) {
      const float* choice = in[1].row(at, row.size(), room);
      double total = 0;
      for (std::size_t e = 0; e < row.size(); ++e) total += static_cast<double>(row[e]) * static_cast<double>(choice[e]);
      for (std::size_t e = 0; e < row.size(); ++e) {
        row[e] = static_cast<float>(static_cast<double>(row[e]) * static_cast<double>(choice[e]) / total);
      }
    });
  }
  Expression explain(const Scope& s, const Index& at) const override {
    using K = Expression::Kind;
    const auto chosen = [&s, at](std::int64_t e) {
      Index cell = at;
      cell.back() = e;
      return Expression::of(K::product, {s.input(0, cell), s.input(1, cell)});
    };
    return Expression::of(K::quotient, {chosen(at.back()), Expression::of(K::sum, s.signature().axes.back().size, chosen)});
  }
  std::string formula(const Signature& s) const override {
    const std::string at = letters(s.axes);
    const std::string part = s.input_ids[0] + at + "\u00b7" + s.input_ids[1] + at;
    return s.id + at + " = " + part + " / \u03a3_e " + part;
  }
  std::string pytorch(const Signature& s) const override {
    const std::string part = s.input_ids[0] + " * " + s.input_ids[1];
    return s.id + " = " + part + " / (" + part + ").sum(-1, keepdim=True)";
  }
  std::string numpy(const Signature& s) const override {
    const std::string part = s.input_ids[0] + " * " + s.input_ids[1];
    return s.id + " = " + part + " / (" + part + ").sum(-1, keepdims=True)";
  }
  std::vector<Count> counts(const Signature& s) const override {
    return {flops_per_cell("multiply, add, divide", 3, s.axes)};
  }
  std::vector<Operand> operands(const Signature&) const override { return {{""}, {"\u00d7"}}; }
  ValueRange value_range() const override { return ValueRange::unit; }
};

}  // namespace

std::unique_ptr<Op> make_renormalise(const Attributes&) { return std::make_unique<Renormalise>(); }

}  // namespace headwise
