// No include guard: each file that is compiled once for every instruction set reads it first.
// Those sets that are worth it: AVX-512, AVX2 and the least an x86-64 has; NEON; WebAssembly's SIMD.
// The best that the machine has is taken when it runs.
#ifndef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS \
  (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL | HWY_AVX3_ZEN4 | HWY_AVX3_SPR | HWY_AVX10_2 | HWY_SVE | HWY_SVE2 | \
   HWY_SVE_256 | HWY_SVE2_128)
#endif
