#pragma once
#include <cstdint>
#include <functional>
#include <vector>

namespace headwise {

/// How many threads compute: 1 unless more are asked for, and always 1 in a browser. Numbers do not
/// depend on it. Not to be changed while something is computed.
int threads();
void use_threads(int count);
/// As many as the machine has cores.
int cores();

/// Calls part(0) ... part(count - 1), in any order, in as many threads at a time as may be used, and
/// returns when all have ended. `part` must not throw.
void in_parallel(std::int64_t count, const std::function<void(std::int64_t)>& part);

/// Room that each thread has for itself and finds again at the next product. (Not thread_local where it is
/// used: one thread in a browser has no such storage.)
struct Scratch {
  std::vector<float> copied, packed;
  std::vector<std::int64_t> used;
};
Scratch& scratch();

}  // namespace headwise
