#pragma once

namespace headwise {

/// The kernels use the best instructions that the machine has. Where the environment names others
/// (HEADWISE_INSTRUCTIONS=AVX2), they use those: for tests and for measuring. Throws Error where the
/// kernels or the machine do not have them.
void choose_instructions();

}  // namespace headwise
