#include <cmath>

#include "engine/ops/tiles.hpp"

namespace headwise {

namespace {

/// Softmax's denominator so far, in units of the running maximum: inputs scores (B, h, T_q, T_kv),
/// running_max and rescale (tile, B, h, T_q).
class RunningSum final : public Op {
 public:
  explicit RunningSum(Tiles tiles) : tiles_(std::move(tiles)) {}

  std::string_view name() const override { return "running_sum"; }
  std::string summary() const override {
    return "Softmax's denominator, built up tile by tile: the old sum shrunk to the new maximum, plus this "
           "tile's exponentials.";
  }
  std::string_view source() const override { return Tiles::paper; }
  Axes shape(const std::vector<Axes>& in) const override { return in[1]; }
  std::vector<Access> access(const Signature&) const override {
    return {tiles_.scores(0), Tiles::at_tile(1), Tiles::at_tile(2), Tiles::before_tile(Access::self)};
  }

  Work work(const std::vector<Tensor>& in, const Axes& axes) const override {
    Tensor out = Tensor::blank(axes);
    const std::int64_t keys = in[0].axes()[3].size;
    const std::int64_t rows = out.size() / axes[0].size;
    const auto compute = [this, in, values = out.mutable_values(), keys, rows](std::int64_t r, const Index& at) {
      std::vector<float> room;
      const float* row = in[0].row({at[0], at[1], at[2], 0}, static_cast<std::size_t>(keys), room);
      float before = 0;
      for (std::int64_t tile = 0; tile * rows + r < static_cast<std::int64_t>(values.size()); ++tile) {
        const Index place{tile, at[0], at[1], at[2]};
        const float largest = in[1].at(place);
        double sum = 0;
        if (!std::isinf(largest)) {
          const Range range = tiles_.of(tile, keys);
          for (std::int64_t j = range.begin; j < range.end; ++j) sum += static_cast<double>(std::exp(row[j] - largest));
          if (tile > 0) sum += static_cast<double>(before * in[2].at(place));
        }
        before = static_cast<float>(sum);
        values[static_cast<std::size_t>(tile * rows + r)] = before;
      }
    };
    return Tiles::by_row(std::move(out), in[0].axes(), 4, compute);
  }

  Expression explain(const Scope& s, const Index& at) const override {
    using K = Expression::Kind;
    const Expression largest = s.input(1, at);
    if (std::isinf(largest.evaluate())) {
      return Expression::of(K::lookup, {largest, Expression::constant(0, "every key so far is masked")});
    }
    const Range range = tiles_.of(at[0], s.signature().input_axes[0][3].size);
    const std::int64_t before = at[0] > 0 ? 1 : 0;
    return Expression::of(K::sum, before + range.size(), [&s, at, range, before, largest](std::int64_t k) {
      if (k < before) return Expression::of(K::product, {s.self(Tiles::earlier(at)), s.input(2, at)});
      const Expression score = s.input(0, {at[1], at[2], at[3], range.begin + k - before});
      return Expression::of(K::exponential, {Expression::of(K::difference, {score, largest})});
    });
  }

  std::string formula(const Signature& s) const override {
    return s.id + "[t,b,h,i] = " + s.id + "[t\u22121,b,h,i] \u00b7 " + s.input_ids[2] +
           "[t,b,h,i] + \u03a3_j exp(" + s.input_ids[0] + "[b,h,i,j] \u2212 " + s.input_ids[1] +
           "[t,b,h,i]),  j in tile t (" + std::to_string(tiles_.keys) + " keys)";
  }
  std::string pytorch(const Signature& s) const override {
    const std::string k = std::to_string(tiles_.keys);
    return s.id + " = torch.stack([(" + s.input_ids[0] + "[..., :(t + 1) * " + k + "] - " + s.input_ids[1] +
           "[t][..., None]).exp().nan_to_num(0.0).sum(dim=-1) for t in range(" +
           std::to_string(s.axes[0].size) + ")])  # the loop's result in closed form";
  }
  std::string numpy(const Signature& s) const override {
    const std::string k = std::to_string(tiles_.keys);
    return s.id + " = np.stack([np.nan_to_num(np.exp(" + s.input_ids[0] + "[..., :(t + 1) * " + k + "] - " +
           s.input_ids[1] + "[t][..., None])).sum(axis=-1) for t in range(" + std::to_string(s.axes[0].size) +
           ")])  # the loop's result in closed form";
  }
  std::vector<Count> counts(const Signature& s) const override {
    const Axes& a = s.input_axes[0];
    return {flops(Count::Kind::other_flops, "subtract, exp, add",
                  {{"3", 3}, {a[0].name, a[0].size}, {a[1].name, a[1].size}, {a[2].name, a[2].size},
                   {a[3].name, a[3].size}})};
  }
  std::vector<Operand> operands(const Signature&) const override {
    return {{"\u03a3 exp("}, {"\u2212"}, {") + old \u00b7"}};
  }

 private:
  Tiles tiles_;
};

}  // namespace

std::unique_ptr<Op> make_running_sum(const Attributes& a) { return std::make_unique<RunningSum>(Tiles(a)); }

}  // namespace headwise
