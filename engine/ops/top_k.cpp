#include <algorithm>
#include <numeric>

#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// 1 for the k largest of every row (last axis), 0 for the rest; of equals the earlier one.
class TopK final : public Op {
 public:
  explicit TopK(std::int64_t k) : k_(k) {}

  std::string_view name() const override { return "top_k"; }
  std::string summary() const override {
    return "Every token goes to the " + std::to_string(k_) + " experts that its router likes best; the others are not run.";
  }
  std::string_view source() const override { return "Shazeer et al. 2017; Mixtral 2024, section 2.1"; }
  Axes shape(const std::vector<Axes>& in) const override { return in[0]; }
  std::vector<Access> access(const Signature& s) const override {
    Access row{0, same_axes(s.axes.size())};
    row.links.back() = AxisLink::whole();
    return {row};
  }
  Tensor compute(const std::vector<Tensor>& in, const Axes& axes) const override {
    Tensor out(axes);
    const std::vector<float> all = in[0].values();
    const std::span<float> chosen = out.mutable_values();
    const auto n = static_cast<std::size_t>(axes.back().size);
    std::vector<std::size_t> order(n);
    for (std::size_t r = 0; r < all.size(); r += n) {
      std::iota(order.begin(), order.end(), r);
      std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return all[a] > all[b]; });
      for (std::size_t i = 0; i < static_cast<std::size_t>(k_); ++i) chosen[order[i]] = 1;
    }
    return out;
  }
  /// How many of the row come before this one: chosen while fewer than k.
  Expression explain(const Scope& s, const Index& at) const override {
    using K = Expression::Kind;
    const std::int64_t n = s.signature().axes.back().size;
    const auto entry = [&s, at](std::int64_t e) {
      Index cell = at;
      cell.back() = e;
      return s.input(0, cell);
    };
    const double own = s.input(0, at).evaluate();
    std::int64_t rank = 0;
    for (std::int64_t e = 0; e < n; ++e) {
      const double other = entry(e).evaluate();
      rank += other > own || (other == own && e < at.back()) ? 1 : 0;
    }
    Expression row = Expression::of(K::maximum, n, entry);
    return Expression::of(K::lookup, {std::move(row), Expression::constant(rank < k_ ? 1 : 0, "number " + std::to_string(rank + 1) +
                                                                   " of the row by size; the first " + std::to_string(k_) + " are chosen")});
  }
  std::string formula(const Signature& s) const override {
    const std::string at = letters(s.axes);
    return s.id + at + " = 1 where " + s.input_ids[0] + at + " is among the " + std::to_string(k_) + " largest of its row, else 0";
  }
  std::string pytorch(const Signature& s) const override {
    const std::string& x = s.input_ids[0];
    return s.id + " = torch.zeros_like(" + x + ").scatter(-1, " + x + ".sort(dim=-1, descending=True, stable=True).indices[..., :" +
           std::to_string(k_) + "], 1)";
  }
  std::string numpy(const Signature& s) const override {
    const std::string& x = s.input_ids[0];
    return s.id + " = ((-" + x + ").argsort(-1, kind=\"stable\").argsort(-1) < " + std::to_string(k_) + ") * 1.0";
  }
  std::vector<Count> counts(const Signature& s) const override {
    return {flops_per_cell("one comparison a cell and choice", k_, s.axes)};
  }
  std::vector<Operand> operands(const Signature&) const override { return {{"largest of"}}; }
  ValueRange value_range() const override { return ValueRange::unit; }

 private:
  std::int64_t k_;
};

}  // namespace

std::unique_ptr<Op> make_top_k(const Attributes& a) { return std::make_unique<TopK>(attribute<std::int64_t>(a, "k")); }

}  // namespace headwise
