#include "engine/attention/feature.hpp"

// Every feature by name; each is NAME_keys and check_NAME in a file of this folder.
#define HEADWISE_FEATURES(X) \
  X(groups)                  \
  X(context)                 \
  X(masks)                   \
  X(positions)               \
  X(scores)                  \
  X(weights)                 \
  X(heads)                   \
  X(flash)                   \
  X(latent)                  \
  X(decode)                  \
  X(block)                   \
  X(experts)

namespace headwise {

#define DECLARE(name)            \
  std::vector<Key> name##_keys(); \
  void check_##name(Recipe&);
HEADWISE_FEATURES(DECLARE)
#undef DECLARE

std::span<const Feature> features() {
#define ENTRY(name) {#name, name##_keys, check_##name},
  static const Feature all[] = {HEADWISE_FEATURES(ENTRY)};
#undef ENTRY
  return all;
}

}  // namespace headwise
