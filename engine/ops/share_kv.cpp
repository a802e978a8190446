#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// Grouped-query attention: query head h reads KV head floor(h / (h / h_kv)). A view, no copy.
class ShareKv final : public Op {
 public:
  explicit ShareKv(Axis heads) : heads_(std::move(heads)) {}

  std::string_view name() const override { return "share_kv"; }
  std::string summary() const override {
    return "Several query heads read the same KV head. Shown once for each query head; stored once.";
  }
  std::string_view source() const override {
    return "Shazeer 2019 (one KV head, MQA); Ainslie et al. 2023 (groups, GQA)";
  }
  Axes shape(const std::vector<Axes>& in) const override { return {in[0][0], heads_, in[0][2], in[0][3]}; }
  std::vector<Access> access(const Signature& s) const override {
    using L = AxisLink;
    return {{0, {L::same(0), L::quotient(1, group(s)), L::same(2), L::same(3)}}};
  }
  Tensor compute(const std::vector<Tensor>& in, const Axes&) const override {
    return in[0].repeated(1, heads_.size / in[0].axes()[1].size, heads_);
  }
  Expression explain(const Scope& s, const Index& at) const override {
    return s.input(0, {at[0], at[1] / group(s.signature()), at[2], at[3]});
  }
  std::string formula(const Signature& s) const override {
    return s.id + "[b,h,j,d] = " + s.input_ids[0] + "[b,\u230ah/" + std::to_string(group(s)) + "\u230b,j,d]";
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = " + s.input_ids[0] + ".repeat_interleave(" + std::to_string(group(s)) + ", dim=1)";
  }
  std::string numpy(const Signature& s) const override {
    return s.id + " = " + s.input_ids[0] + ".repeat(" + std::to_string(group(s)) + ", axis=1)";
  }
  std::vector<Operand> operands(const Signature& s) const override {
    return {{std::to_string(group(s)) + " query heads share"}};
  }
  bool is_view() const override { return true; }

 private:
  std::int64_t group(const Signature& s) const { return heads_.size / s.input_axes[0][1].size; }

  Axis heads_;
};

}  // namespace

std::unique_ptr<Op> make_share_kv(const Attributes& a) {
  return std::make_unique<ShareKv>(attribute<Axes>(a, "axes").at(0));
}

}  // namespace headwise
