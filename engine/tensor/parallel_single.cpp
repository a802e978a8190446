#include "engine/tensor/parallel.hpp"

namespace headwise {

int threads() { return 1; }
void use_threads(int) {}
int cores() { return 1; }

void in_parallel(std::int64_t count, const std::function<void(std::int64_t)>& part) {
  for (std::int64_t i = 0; i < count; ++i) part(i);
}

Scratch& scratch() {
  static Scratch own;
  return own;
}

}  // namespace headwise
