#include <algorithm>

#include "engine/ops/op.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

/// Another op with some of its cells set by hand. All other cells are that op's, word for word.
class Edited final : public Op {
 public:
  Edited(std::shared_ptr<const Op> op, std::vector<std::int64_t> at, Tensor values)
      : op_(std::move(op)), at_(std::move(at)), values_(values.values()) {}

  std::string_view name() const override { return "edited"; }
  std::string summary() const override {
    return op_->summary() + (at_.size() == 1 ? " One cell is" : " " + print_count(count()) + " cells are") +
           " set by hand.";
  }
  std::string_view source() const override { return op_->source(); }
  Axes shape(const std::vector<Axes>& in) const override { return op_->shape(in); }
  std::vector<Access> access(const Signature& s) const override { return op_->access(s); }

  Work work(const std::vector<Tensor>& in, const Axes& axes) const override {
    Work all = op_->work(in, axes);
    // What is there already may be somebody else's too.
    if (all.pieces == 0) all.out = Tensor(axes, all.out.values());
    all.finish = [this, cells = all.out.mutable_values()] {
      for (std::size_t i = 0; i < at_.size(); ++i) cells[static_cast<std::size_t>(at_[i])] = values_[i];
    };
    return all;
  }

  Expression explain(const Scope& scope, const Index& index) const override {
    const std::int64_t flat = flat_index(scope.signature().axes, index);
    const auto found = std::lower_bound(at_.begin(), at_.end(), flat);
    const Expression was = op_->explain(scope, index);
    if (found == at_.end() || *found != flat) return was;
    const float value = values_[static_cast<std::size_t>(found - at_.begin())];
    return Expression::constant(static_cast<double>(value), "set by hand, was " + print_number(was.evaluate(), 4));
  }

  std::string formula(const Signature& s) const override {
    constexpr std::size_t few = 3;
    std::string text = op_->formula(s) + ";  by hand: ";
    for (std::size_t i = 0; i < std::min(at_.size(), few); ++i) {
      text += (i > 0 ? ", " : "") + cell(s, i, ",") + " = " + print_number(static_cast<double>(values_[i]));
    }
    return at_.size() > few ? text + ", \u2026 " + print_count(count() - static_cast<std::int64_t>(few)) + " more" : text;
  }

  /// The edits follow the line, before its remark.
  std::string pytorch(const Signature& s) const override { return then_set(s, op_->pytorch(s)); }
  std::string numpy(const Signature& s) const override { return then_set(s, op_->numpy(s)); }
  std::vector<Count> counts(const Signature& s) const override { return op_->counts(s); }
  std::vector<Operand> operands(const Signature& s) const override { return op_->operands(s); }
  ValueRange value_range() const override {
    const bool all_unit = std::all_of(values_.begin(), values_.end(), [](float v) { return v >= 0 && v <= 1; });
    return all_unit ? op_->value_range() : ValueRange::any;
  }

 private:
  /// The line, and one more assignment for every cell set by hand, before the remark.
  std::string then_set(const Signature& s, const std::string& line) const {
    const std::size_t remark = std::min(line.find("  # "), line.size());
    std::string text = line.substr(0, remark);
    for (std::size_t i = 0; i < at_.size(); ++i) {
      text += "; " + cell(s, i, ", ") + " = " + code_number(static_cast<double>(values_[i]));
    }
    return text + line.substr(remark);
  }
  std::int64_t count() const { return static_cast<std::int64_t>(at_.size()); }
  std::string cell(const Signature& s, std::size_t i, const char* comma) const {
    std::string text;
    for (const std::int64_t n : index_at(s.axes, at_[i])) text += (text.empty() ? "" : comma) + std::to_string(n);
    return s.id + "[" + text + "]";
  }

  std::shared_ptr<const Op> op_;
  std::vector<std::int64_t> at_;  // row-major places, ascending
  std::vector<float> values_;
};

}  // namespace

std::unique_ptr<Op> make_edited(const Attributes& a) {
  return std::make_unique<Edited>(attribute<std::shared_ptr<const Op>>(a, "op"),
                                  attribute<std::vector<std::int64_t>>(a, "at"), attribute<Tensor>(a, "values"));
}

}  // namespace headwise
