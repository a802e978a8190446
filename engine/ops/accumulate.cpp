#include <algorithm>
#include <cmath>

#include "engine/ops/tiles.hpp"

namespace headwise {

namespace {

/// The weighted sum of values so far, not yet divided: inputs scores (B, h, T_q, T_kv), values
/// (B, h, T_kv, d_v), running_max and rescale (tile, B, h, T_q); output (tile, B, h, T_q, d_v).
class Accumulate final : public Op {
 public:
  explicit Accumulate(Tiles tiles) : tiles_(std::move(tiles)) {}

  std::string_view name() const override { return "accumulate"; }
  std::string summary() const override {
    return "The sum of values weighted by exp(score \u2212 maximum), built up tile by tile; divided by the "
           "running sum only at the very end. No row of weights is ever held.";
  }
  std::string_view source() const override { return Tiles::paper; }
  Axes shape(const std::vector<Axes>& in) const override {
    return {in[2][0], in[2][1], in[2][2], in[2][3], in[1][3]};
  }
  std::vector<Access> access(const Signature&) const override {
    using L = AxisLink;
    Access self = Tiles::before_tile(Access::self);
    self.links.push_back(L::same(4));
    return {tiles_.scores(0),
            {1, {L::same(1), L::same(2), L::block(0, tiles_.keys), L::same(4)}},
            Tiles::at_tile(2), Tiles::at_tile(3), self};
  }

  Work work(const std::vector<Tensor>& in, const Axes& axes) const override {
    Tensor out = Tensor::blank(axes);
    const std::int64_t keys = in[0].axes()[3].size;
    const std::int64_t width = axes[4].size;
    const std::int64_t rows = out.size() / axes[0].size / width;
    const auto compute = [this, in, values = out.mutable_values(), keys, width, rows](std::int64_t r, const Index& at) {
      std::vector<float> room, v_room;
      const float* row = in[0].row({at[0], at[1], at[2], 0}, static_cast<std::size_t>(keys), room);
      std::vector<double> sum(static_cast<std::size_t>(width));
      for (std::int64_t tile = 0; (tile * rows + r) * width < static_cast<std::int64_t>(values.size()); ++tile) {
        const Index place{tile, at[0], at[1], at[2]};
        const float largest = in[2].at(place);
        const std::span<float> made = values.subspan(static_cast<std::size_t>((tile * rows + r) * width), sum.size());
        std::fill(sum.begin(), sum.end(), 0.0);
        if (!std::isinf(largest)) {
          if (tile > 0) {
            const std::span<float> before = values.subspan(static_cast<std::size_t>(((tile - 1) * rows + r) * width), sum.size());
            for (std::size_t d = 0; d < sum.size(); ++d) sum[d] = static_cast<double>(before[d] * in[3].at(place));
          }
          const Range range = tiles_.of(tile, keys);
          for (std::int64_t j = range.begin; j < range.end; ++j) {
            const auto power = static_cast<double>(std::exp(row[j] - largest));
            const float* v = in[1].row({at[0], at[1], j, 0}, sum.size(), v_room);
            for (std::size_t d = 0; d < sum.size(); ++d) sum[d] += power * static_cast<double>(v[d]);
          }
        }
        for (std::size_t d = 0; d < sum.size(); ++d) made[d] = static_cast<float>(sum[d]);
      }
    };
    return Tiles::by_row(std::move(out), in[0].axes(), width, compute);
  }

  Expression explain(const Scope& s, const Index& at) const override {
    using K = Expression::Kind;
    const Index row(at.begin(), at.end() - 1);
    const Expression largest = s.input(2, row);
    if (std::isinf(largest.evaluate())) {
      return Expression::of(K::lookup, {largest, Expression::constant(0, "every key so far is masked")});
    }
    const Range range = tiles_.of(at[0], s.signature().input_axes[0][3].size);
    const std::int64_t before = at[0] > 0 ? 1 : 0;
    return Expression::of(K::sum, before + range.size(), [&s, at, row, range, before, largest](std::int64_t k) {
      if (k < before) return Expression::of(K::product, {s.self(Tiles::earlier(at)), s.input(3, row)});
      const std::int64_t j = range.begin + k - before;
      const Expression score = s.input(0, {at[1], at[2], at[3], j});
      return Expression::of(
          K::product, {Expression::of(K::exponential, {Expression::of(K::difference, {score, largest})}),
                       s.input(1, {at[1], at[2], j, at[4]})});
    });
  }

  std::string formula(const Signature& s) const override {
    return s.id + "[t,b,h,i,d] = " + s.id + "[t\u22121,b,h,i,d] \u00b7 " + s.input_ids[3] +
           "[t,b,h,i] + \u03a3_j exp(" + s.input_ids[0] + "[b,h,i,j] \u2212 " + s.input_ids[2] +
           "[t,b,h,i]) \u00b7 " + s.input_ids[1] + "[b,h,j,d],  j in tile t (" + std::to_string(tiles_.keys) +
           " keys)";
  }
  std::string pytorch(const Signature& s) const override {
    const std::string end = ":(t + 1) * " + std::to_string(tiles_.keys);
    return s.id + " = torch.stack([(" + s.input_ids[0] + "[..., " + end + "] - " + s.input_ids[2] +
           "[t][..., None]).exp().nan_to_num(0.0) @ " + s.input_ids[1] + "[:, :, " + end + "] for t in range(" +
           std::to_string(s.axes[0].size) + ")])  # the loop's result in closed form";
  }
  std::string numpy(const Signature& s) const override {
    const std::string end = ":(t + 1) * " + std::to_string(tiles_.keys);
    return s.id + " = np.stack([np.nan_to_num(np.exp(" + s.input_ids[0] + "[..., " + end + "] - " + s.input_ids[2] +
           "[t][..., None])) @ " + s.input_ids[1] + "[:, :, " + end + "] for t in range(" +
           std::to_string(s.axes[0].size) + ")])  # the loop's result in closed form";
  }
  std::vector<Count> counts(const Signature& s) const override {
    const Axes& a = s.input_axes[0];
    const Axis& d = s.axes[4];
    return {flops(Count::Kind::matmul_flops, "a weighted sum over all keys",
                  {{"2", 2}, {a[0].name, a[0].size}, {a[1].name, a[1].size}, {a[2].name, a[2].size},
                   {a[3].name, a[3].size}, {d.name, d.size}}),
            flops(Count::Kind::other_flops, "shrinking what earlier tiles left",
                  {{s.axes[0].name, s.axes[0].size}, {a[0].name, a[0].size}, {a[1].name, a[1].size},
                   {a[2].name, a[2].size}, {d.name, d.size}})};
  }
  std::vector<Operand> operands(const Signature&) const override {
    return {{"\u03a3 exp("}, {"\u2212 m) \u00b7"}, {"with m ="}, {"+ old \u00b7"}};
  }

 private:
  Tiles tiles_;
};

}  // namespace

std::unique_ptr<Op> make_accumulate(const Attributes& a) { return std::make_unique<Accumulate>(Tiles(a)); }

}  // namespace headwise
