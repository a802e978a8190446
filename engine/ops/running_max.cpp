#include <algorithm>
#include <limits>

#include "engine/ops/tiles.hpp"

namespace headwise {

namespace {

/// scores (B, h, T_q, T_kv) -> the largest score seen up to each tile, (tile, B, h, T_q).
class RunningMax final : public Op {
 public:
  explicit RunningMax(Tiles tiles) : tiles_(std::move(tiles)) {}

  std::string_view name() const override { return "running_max"; }
  std::string summary() const override {
    return "The largest score of each query so far. Each tile looks only at its own keys and at the maximum "
           "that the tiles before it left.";
  }
  std::string_view source() const override { return Tiles::paper; }
  Axes shape(const std::vector<Axes>& in) const override { return {tiles_.axis, in[0][0], in[0][1], in[0][2]}; }
  std::vector<Access> access(const Signature&) const override {
    return {tiles_.scores(0), Tiles::before_tile(Access::self)};
  }

  Work work(const std::vector<Tensor>& in, const Axes& axes) const override {
    Tensor out = Tensor::blank(axes);
    const std::int64_t keys = in[0].axes()[3].size;
    const std::int64_t rows = out.size() / axes[0].size;
    const auto compute = [this, scores = in[0], values = out.mutable_values(), keys, rows](std::int64_t r, const Index& at) {
      std::vector<float> room;
      const float* row = scores.row({at[0], at[1], at[2], 0}, static_cast<std::size_t>(keys), room);
      float largest = -std::numeric_limits<float>::infinity();
      for (auto i = r; i < static_cast<std::int64_t>(values.size()); i += rows) {
        const Range range = tiles_.of(i / rows, keys);
        for (std::int64_t j = range.begin; j < range.end; ++j) largest = std::max(largest, row[j]);
        values[static_cast<std::size_t>(i)] = largest;
      }
    };
    return Tiles::by_row(std::move(out), in[0].axes(), 1, compute);
  }

  Expression explain(const Scope& s, const Index& at) const override {
    const Range range = tiles_.of(at[0], s.signature().input_axes[0][3].size);
    const std::int64_t before = at[0] > 0 ? 1 : 0;
    return Expression::of(Expression::Kind::maximum, before + range.size(),
                          [&s, at, range, before](std::int64_t k) {
                            if (k < before) return s.self(Tiles::earlier(at));
                            return s.input(0, {at[1], at[2], at[3], range.begin + k - before});
                          });
  }

  std::string formula(const Signature& s) const override {
    return s.id + "[t,b,h,i] = max(" + s.id + "[t\u22121,b,h,i], " + s.input_ids[0] + "[b,h,i,j] for the " +
           std::to_string(tiles_.keys) + " keys j of tile t)";
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = torch.stack([tile.amax(dim=-1) for tile in " + s.input_ids[0] + ".split(" +
           std::to_string(tiles_.keys) + ", dim=-1)]).cummax(dim=0).values";
  }
  std::string numpy(const Signature& s) const override {
    const std::string keys = std::to_string(tiles_.keys);
    return s.id + " = np.maximum.accumulate(np.stack([" + s.input_ids[0] + "[..., t * " + keys + ":(t + 1) * " + keys +
           "].max(axis=-1) for t in range(" + std::to_string(s.axes[0].size) + ")]))";
  }
  std::vector<Count> counts(const Signature& s) const override {
    const Axes& a = s.input_axes[0];
    return {flops(Count::Kind::other_flops, "one comparison a score",
                  {{a[0].name, a[0].size}, {a[1].name, a[1].size}, {a[2].name, a[2].size}, {a[3].name, a[3].size}})};
  }
  std::vector<Operand> operands(const Signature&) const override { return {{"max of old and"}}; }

 private:
  Tiles tiles_;
};

}  // namespace

std::unique_ptr<Op> make_running_max(const Attributes& a) { return std::make_unique<RunningMax>(Tiles(a)); }

}  // namespace headwise
