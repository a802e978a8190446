#include "engine/ops/op.hpp"

namespace headwise {

namespace {

/// Values that came from outside: a file, or an edit.
class Given final : public Op {
 public:
  Given(Tensor values, std::string origin) : values_(std::move(values)), origin_(std::move(origin)) {}

  std::string_view name() const override { return "given"; }
  std::string summary() const override { return "Not computed here: these values were " + origin_ + "."; }
  Axes shape(const std::vector<Axes>&) const override { return values_.axes(); }
  std::vector<Access> access(const Signature&) const override { return {}; }
  Tensor compute(const std::vector<Tensor>&, const Axes&) const override { return values_; }
  Expression explain(const Scope&, const Index& index) const override {
    return Expression::constant(static_cast<double>(values_.at(index)), origin_);
  }
  std::string formula(const Signature& s) const override { return s.id + " was " + origin_; }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = tensors[\"" + s.id + "\"]  # " + axis_sizes(s.axes);
  }

 private:
  Tensor values_;
  std::string origin_;
};

}  // namespace

std::unique_ptr<Op> make_given(const Attributes& a) {
  return std::make_unique<Given>(attribute<Tensor>(a, "values"), attribute<std::string>(a, "origin"));
}

}  // namespace headwise
