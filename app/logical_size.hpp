#pragma once
#include <cmath>

namespace headwise {

/// The size in logical pixels that gives back exactly `pixels` when it is multiplied by `density`
/// and cut to a whole number, as the renderer does.
inline float logical_size(int pixels, float density) {
  float size = static_cast<float>(pixels) / density;
  while (static_cast<int>(size * density) < pixels) size = std::nextafter(size, INFINITY);
  return size;
}

}  // namespace headwise
