#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// Values that someone chose, each for a reason that the names of its row and column tell.
class Constructed final : public Op {
 public:
  Constructed(Tensor values, std::string summary, std::vector<std::string> rows, std::vector<std::string> columns, std::string from)
      : values_(std::move(values)), summary_(std::move(summary)), rows_(std::move(rows)), columns_(std::move(columns)),
        from_(std::move(from)) {}

  std::string_view name() const override { return "constructed"; }
  std::string summary() const override { return summary_; }
  Axes shape(const std::vector<Axes>&) const override { return values_.axes(); }
  std::vector<Access> access(const Signature&) const override { return {}; }
  Tensor compute(const std::vector<Tensor>&, const Axes&) const override { return values_; }
  Expression explain(const Scope&, const Index& index) const override {
    const auto flat = static_cast<std::size_t>(flat_index(values_.axes(), index));
    return Expression::constant(static_cast<double>(values_.at(index)),
                                "constructed: " + rows_[flat / columns_.size()] + ", " + columns_[flat % columns_.size()]);
  }
  std::string formula(const Signature& s) const override { return s.id + " = constructed, to show what a head can do"; }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = " + from_ + "[\"" + s.id + "\"]  # " + axis_sizes(s.axes) + ", constructed" +
           (from_ == "weights" ? ", stored (in, out)" : "");
  }

 private:
  Tensor values_;
  std::string summary_;
  std::vector<std::string> rows_, columns_;
  std::string from_;
};

}  // namespace

/// `rows` names the rows of all leading axes together, `columns` the entries of the last; `from` is the
/// dictionary that PyTorch code reads: `weights` or `tensors`.
std::unique_ptr<Op> make_constructed(const Attributes& a) {
  return std::make_unique<Constructed>(attribute<Tensor>(a, "values"), attribute<std::string>(a, "summary"),
                                       attribute<std::vector<std::string>>(a, "rows"),
                                       attribute<std::vector<std::string>>(a, "columns"), attribute<std::string>(a, "from"));
}

}  // namespace headwise
