#include "engine/ops/catalog.hpp"

#include <stdexcept>
#include <string>

// Every op by name; each is made by make_NAME in NAME.cpp.
#define HEADWISE_OPS(X) \
  X(given)                 \
  X(edited)                \
  X(random_weight)         \
  X(constructed)           \
  X(token_embeddings)      \
  X(sinusoidal_positions)  \
  X(attention_mask)        \
  X(add)                   \
  X(linear)                \
  X(split_heads)           \
  X(share_kv)              \
  X(matmul_transposed)     \
  X(scale)                 \
  X(mask)                  \
  X(softmax)               \
  X(weighted_sum)          \
  X(concat_heads)          \
  X(running_max)           \
  X(rescale)               \
  X(running_sum)           \
  X(accumulate)            \
  X(normalise)             \
  X(rows_of)               \
  X(some_tokens)           \
  X(rotary_table)          \
  X(rotate)                \
  X(alibi_slopes)          \
  X(add_alibi)             \
  X(relative_index)        \
  X(relative_scores)       \
  X(relative_values)       \
  X(rms_norm)              \
  X(layer_norm)            \
  X(soft_cap)              \
  X(softmax_sink)          \
  X(row_sums)              \
  X(multiply)              \
  X(dropout_mask)          \
  X(dropout)               \
  X(head_gate)             \
  X(head_contributions)    \
  X(sum_heads)             \
  X(difference)            \
  X(append)                \
  X(concat_features)       \
  X(activation)            \
  X(top_k)                 \
  X(renormalise)           \
  X(expert_linear)         \
  X(mix_experts)           \
  X(relayout)              \
  X(transpose_heads)      

namespace headwise {

#define DECLARE(name) std::unique_ptr<Op> make_##name(const Attributes&);
HEADWISE_OPS(DECLARE)
#undef DECLARE

std::span<const CatalogEntry> op_catalog() {
#define ENTRY(name) {#name, make_##name},
  static constexpr CatalogEntry entries[] = {HEADWISE_OPS(ENTRY)};
#undef ENTRY
  return entries;
}

std::unique_ptr<Op> make_op(std::string_view name, const Attributes& attributes) {
  for (const CatalogEntry& entry : op_catalog()) {
    if (entry.name != name) continue;
    std::unique_ptr<Op> op = entry.make(attributes);
    op->remember(attributes);
    return op;
  }
  throw std::logic_error("no op called " + std::string(name));
}

}  // namespace headwise
