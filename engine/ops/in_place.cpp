#include "engine/ops/in_place.hpp"

namespace headwise {

Tensor InPlace::compute(const std::vector<Tensor>& inputs, const Axes& axes) const {
  Tensor out = Tensor::blank(axes);
  const Region all = whole(axes);
  inputs[0].copy(all, out.mutable_values().data());
  apply(inputs, all, out.mutable_values());
  return out;
}

}  // namespace headwise
