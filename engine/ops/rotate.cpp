#include "engine/ops/in_place.hpp"

namespace headwise {

namespace {

/// Rotary positions: heads (B, h, T, d), cosines and sines (T', pairs). Every pair of entries (a, b)
/// becomes (a cos - b sin, a sin + b cos). Pairs are neighbours (2p, 2p + 1), as in the paper and
/// GPT-J, or `half` apart (p, p + pairs), as in GPT-NeoX and Hugging Face's Llama. Entries before
/// `start` and after the pairs stay as they are. Token t is at position t + `first`.
class Rotate final : public InPlace {
 public:
  Rotate(bool half, std::int64_t start, std::int64_t first) : half_(half), start_(start), first_(first) {}

  std::string_view name() const override { return "rotate"; }
  std::string summary() const override {
    return std::string("Each pair of entries is turned by an angle that grows with the position, so that the dot "
                       "product of a query and a key depends on how far apart they stand, not on where. Pairs are ") +
           (half_ ? "entries half the width apart (half-split, as GPT-NeoX and Llama's Hugging Face code do)."
                  : "neighbouring entries (interleaved, as the paper does).");
  }
  std::string_view source() const override { return "Su et al. 2021 (RoPE), section 3.2.2"; }
  std::vector<Access> access(const Signature&) const override {
    using L = AxisLink;
    const std::vector<AxisLink> table{L::shifted(2, first_), L::some()};
    return {{0, {L::same(0), L::same(1), L::same(2), L::some()}}, {1, table}, {2, table}};
  }

  Reach reach() const override { return Reach::row; }
  void apply(const std::vector<Tensor>& in, const Region& region, std::span<float> values) const override {
    const std::int64_t pairs = in[1].axes()[1].size;
    std::vector<float> cosine_room, sine_room;
    each_row(region, values, [&](const Index& at, std::span<float> row) {
      const Index angle{at[2] + first_, 0};
      const float* cosines = in[1].row(angle, static_cast<std::size_t>(pairs), cosine_room);
      const float* sines = in[2].row(angle, static_cast<std::size_t>(pairs), sine_room);
      for (std::int64_t p = 0; p < pairs; ++p) {
        float& a = row[static_cast<std::size_t>(left(p))];
        float& b = row[static_cast<std::size_t>(right(p, pairs))];
        const float turned = a * cosines[p] - b * sines[p];
        b = a * sines[p] + b * cosines[p];
        a = turned;
      }
    });
  }

  Expression explain(const Scope& s, const Index& at) const override {
    using K = Expression::Kind;
    const std::int64_t pairs = s.signature().input_axes[1][1].size;
    const std::int64_t d = at[3] - start_;
    if (d < 0 || d >= 2 * pairs) return s.input(0, at);
    const std::int64_t p = half_ ? d % pairs : d / 2;
    Index a = at;
    Index b = at;
    a[3] = left(p);
    b[3] = right(p, pairs);
    const Index angle{at[2] + first_, p};
    const auto product = [&](const Index& cell, std::size_t table) {
      return Expression::of(K::product, {s.input(0, cell), s.input(table, angle)});
    };
    if (at[3] == a[3]) return Expression::of(K::difference, {product(a, 1), product(b, 2)});
    return Expression::of(K::sum, {product(a, 2), product(b, 1)});
  }

  std::string formula(const Signature& s) const override {
    const std::string pairs = std::to_string(s.input_axes[1][1].size);
    const std::string at = first_ > 0 ? "t+" + std::to_string(first_) : "t";
    const std::string c = s.input_ids[1] + "[" + at + ",p]";
    const std::string n = s.input_ids[2] + "[" + at + ",p]";
    return s.id + "[b,h,t,d] = a\u00b7" + c + " \u2212 b\u00b7" + n + " or a\u00b7" + n + " + b\u00b7" + c +
           " for the pair (a, b) = " + s.input_ids[0] + "[b,h,t," + place("p", pairs, true) + "], [b,h,t," +
           place("p", pairs, false) + "],  p = 0\u2026" + std::to_string(s.input_axes[1][1].size - 1);
  }
  std::string pytorch(const Signature& s) const override { return code(s, ".clone()"); }
  std::string numpy(const Signature& s) const override { return code(s, ".copy()"); }
  std::vector<Count> counts(const Signature& s) const override {
    const Axes& a = s.axes;
    return {flops(Count::Kind::other_flops, "four products and two sums a pair",
                  {{"6", 6}, {a[0].name, a[0].size}, {a[1].name, a[1].size}, {a[2].name, a[2].size},
                   {"pairs", s.input_axes[1][1].size}})};
  }
  std::vector<Operand> operands(const Signature&) const override { return {{"turn"}, {"by cos"}, {"sin"}}; }

 private:
  std::int64_t left(std::int64_t p) const { return start_ + (half_ ? p : 2 * p); }
  std::int64_t right(std::int64_t p, std::int64_t pairs) const { return start_ + (half_ ? p + pairs : 2 * p + 1); }
  std::string place(const std::string& p, const std::string& pairs, bool of_left) const {
    const std::string shift = start_ > 0 ? std::to_string(start_) + "+" : "";
    if (half_) return shift + (of_left ? p : p + "+" + pairs);
    return shift + (of_left ? "2" + p : "2" + p + "+1");
  }
  std::string code(const Signature& s, const std::string& copy) const {
    const std::int64_t pairs = s.input_axes[1][1].size;
    const std::string from = std::to_string(start_);
    const std::string middle = std::to_string(start_ + pairs);
    const std::string to = std::to_string(start_ + 2 * pairs);
    const std::string left = half_ ? from + ":" + middle : from + ":" + to + ":2";
    const std::string right = half_ ? middle + ":" + to : std::to_string(start_ + 1) + ":" + to + ":2";
    const std::string rows =
        "[" + std::to_string(first_) + ":" + std::to_string(first_ + s.axes[2].size) + "]";
    const std::string& x = s.input_ids[0];
    const std::string c = s.input_ids[1] + rows;
    const std::string n = s.input_ids[2] + rows;
    return s.id + " = " + x + copy + "; a, b = " + x + "[..., " + left + "], " + x + "[..., " + right + "]; " + s.id +
           "[..., " + left + "] = a * " + c + " - b * " + n + "; " + s.id + "[..., " + right + "] = a * " + n +
           " + b * " + c;
  }

  bool half_;
  std::int64_t start_;
  std::int64_t first_;
};

}  // namespace

std::unique_ptr<Op> make_rotate(const Attributes& a) {
  return std::make_unique<Rotate>(attribute<std::int64_t>(a, "half") != 0, attribute<std::int64_t>(a, "start"),
                                  attribute<std::int64_t>(a, "first"));
}

}  // namespace headwise
