#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/attention/key.hpp"
#include "engine/attention/tokens.hpp"
#include "engine/graph/trace.hpp"

namespace headwise {

/// The knobs, checked against each other and with every default filled in. What all pipelines need
/// stands here by name; each feature reads its own keys (feature.hpp).
struct Recipe {
  Settings settings;
  Batch batch;                   // the queries' sentences
  std::optional<Batch> context;  // where keys and values come from in cross-attention
  std::int64_t tokens = 0;       // T_q, padding included
  std::int64_t keys = 0;         // T_kv
  std::int64_t d_model = 0;
  std::int64_t d_context = 0;    // width of the vectors that keys and values are made from
  std::int64_t num_heads = 0;
  std::int64_t num_kv_heads = 0;
  std::int64_t head_dim = 0;
  std::int64_t v_dim = 0;
  double scale = 0;
  std::string scale_meaning;     // `1/√4`, or `set by hand`
  std::map<std::string, std::int64_t, std::less<>> resolved;  // counts that may be `auto`

  explicit Recipe(const Settings& s) : settings(s) {}

  std::int64_t sentences() const { return static_cast<std::int64_t>(batch.tokens.size()); }
  const Batch& key_batch() const { return context ? *context : batch; }
  std::int64_t seed() const { return settings.count("seed"); }
  bool on(std::string_view toggle) const { return settings.toggle(toggle); }
  bool is(std::string_view key, std::string_view word) const { return settings.has(key, word); }
  /// A count, `auto` resolved.
  std::int64_t count(std::string_view key) const;
  void resolve(const std::string& key, std::int64_t automatic) {
    resolved[key] = settings.is_auto(key) ? automatic : settings.count(key);
  }
};

/// The keys that describe what is computed (a pipeline says which of them it uses).
std::span<const Key> recipe_keys();

/// Throws Error naming the value, the rule it breaks and the nearest valid choices.
Recipe make_recipe(const Settings& settings);

/// `2 or 4`: the nearest divisors of `whole` below and above `value`.
std::string nearest_divisors(std::int64_t whole, std::int64_t value);

/// Names of tokens and heads for the rows and columns of a trace.
Labels labels(const Recipe& recipe);

/// The tensors that one run may keep, in bytes: 1 GiB, which a browser tab's 32-bit memory allows.
/// The same natively, so that a link shows the same everywhere.
inline constexpr std::int64_t memory_limit = std::int64_t{1} << 30;

}  // namespace headwise
