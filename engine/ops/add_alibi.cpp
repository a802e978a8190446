#include <cstdlib>

#include "engine/ops/in_place.hpp"

namespace headwise {

namespace {

/// scores (B, h, T_q, T_kv) less slope[h] times the distance of query and key. Query i stands at
/// position i + `first` among the keys.
class AddAlibi final : public InPlace {
 public:
  explicit AddAlibi(std::int64_t first) : first_(first) {}

  std::string_view name() const override { return "add_alibi"; }
  std::string summary() const override {
    return "Keys further away score lower, in proportion to the distance: no position enters the vectors at all.";
  }
  std::string_view source() const override { return "Press et al. 2022 (ALiBi), section 3"; }
  std::vector<Access> access(const Signature&) const override {
    return {{0, same_axes(4)}, {1, {AxisLink::same(1)}}};
  }
  void apply(const std::vector<Tensor>& in, const Region& region, std::span<float> values) const override {
    each_row(region, values, [&](const Index& at, std::span<float> row) {
      const float slope = in[1].at({at[1]});
      std::int64_t distance = at[2] + first_ - at[3];
      for (float& value : row) value -= slope * static_cast<float>(std::abs(distance--));
    });
  }
  Expression explain(const Scope& s, const Index& at) const override {
    using K = Expression::Kind;
    const std::int64_t distance = std::abs(at[2] + first_ - at[3]);
    return Expression::of(
        K::difference, {s.input(0, at), Expression::of(K::product, {s.input(1, {at[1]}),
                                                                    Expression::constant(static_cast<double>(distance),
                                                                                         "distance |i \u2212 j|")})});
  }
  std::string formula(const Signature& s) const override {
    return s.id + "[b,h,i,j] = " + s.input_ids[0] + "[b,h,i,j] \u2212 " + s.input_ids[1] + "[h]\u00b7|i" +
           (first_ > 0 ? "+" + std::to_string(first_) : first_ < 0 ? std::to_string(first_) : "") + "\u2212j|";
  }
  std::string pytorch(const Signature& s) const override { return code(s, "torch"); }
  std::string numpy(const Signature& s) const override { return code(s, "np"); }
  std::vector<Count> counts(const Signature& s) const override {
    return {flops_per_cell("one product and one difference a cell", 2, s.axes)};
  }
  std::vector<Operand> operands(const Signature&) const override { return {{""}, {"\u2212 distance \u00b7"}}; }

 private:
  std::string code(const Signature& s, const std::string& library) const {
    const std::string distance = "(" + library + ".arange(" + std::to_string(first_) + ", " +
                                 std::to_string(first_ + s.axes[2].size) + ")[:, None] - " + library + ".arange(" +
                                 std::to_string(s.axes[3].size) + "))";
    return s.id + " = " + s.input_ids[0] + " - " + s.input_ids[1] + "[:, None, None] * abs(" + distance + ")";
  }

  std::int64_t first_;
};

}  // namespace

std::unique_ptr<Op> make_add_alibi(const Attributes& a) {
  return std::make_unique<AddAlibi>(attribute<std::int64_t>(a, "first"));
}

}  // namespace headwise
