#include "engine/attention/feature.hpp"

#include <map>
#include <string>

// Every feature by name; each is NAME_keys and check_NAME in a file of this folder.
#define HEADWISE_FEATURES(X) \
  X(groups, "", false)                          \
  X(constructed, "", false)                     \
  X(context, "Cross-attention", true)           \
  X(masks, "Mask", false)                       \
  X(positions, "Positions", false)              \
  X(scores, "Scores", true)                     \
  X(weights, "Sinks and dropout", true)         \
  X(heads, "Heads one by one", true)            \
  X(flash, "Tiles", false)                      \
  X(latent, "Latent", false)                    \
  X(decode, "Decoding", false)                  \
  X(block, "Around attention", false)           \
  X(experts, "Experts", true)

namespace headwise {

#define DECLARE(name, title, folded) \
  std::vector<Key> name##_keys();    \
  void check_##name(Recipe&);
HEADWISE_FEATURES(DECLARE)
#undef DECLARE

std::span<const Feature> features() {
#define ENTRY(name, title, folded) {#name, title, folded, name##_keys, check_##name},
  static const Feature all[] = {HEADWISE_FEATURES(ENTRY)};
#undef ENTRY
  return all;
}

const Feature* feature_of(std::string_view key) {
  static const std::map<std::string, const Feature*, std::less<>> owners = [] {
    std::map<std::string, const Feature*, std::less<>> all;
    for (const Feature& feature : features()) {
      for (const Key& k : feature.keys()) all[k.name] = &feature;
    }
    return all;
  }();
  const auto owner = owners.find(key);
  return owner != owners.end() ? owner->second : nullptr;
}

}  // namespace headwise
