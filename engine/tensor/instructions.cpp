#include "engine/tensor/instructions.hpp"

#include "engine/tensor/targets.hpp"
#include <hwy/targets.h>

#include <cstdlib>
#include <string>

#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

void choose_instructions() {
  const char* name = std::getenv("HEADWISE_INSTRUCTIONS");
  if (!name || !*name) return;
  std::string there;
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    if (hwy::TargetName(target) == std::string(name)) return hwy::SetSupportedTargetsForTest(target);
    there += (there.empty() ? "" : ", ") + std::string(hwy::TargetName(target));
  }
  throw Error("HEADWISE_INSTRUCTIONS=" + print_text(name) + ": here there are " + there);
}

}  // namespace headwise
