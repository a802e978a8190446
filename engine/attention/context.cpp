#include "engine/attention/feature.hpp"
#include "engine/tensor/error.hpp"

namespace headwise {

/// Cross-attention: queries from one sequence, keys and values from another.
std::vector<Key> context_keys() {
  using Type = Key::Type;
  return {
      {"context_tokens", Type::text, "", 0, 65536, {}, "context",
       "Cross-attention: the sentence that keys and values are made from, one for each sentence, separated by ' | '. "
       "Empty: the sentence itself (self-attention)."},
      {"d_context", Type::auto_count, "auto", 1, 65536, {}, "d_context",
       "Numbers in each context token's vector. auto: d_model.", "context_tokens"},
  };
}

void check_context(Recipe& r) {
  r.resolve("d_context", r.d_model);
  const std::string& text = r.settings.get("context_tokens");
  if (text.empty()) return;
  r.context = split_batch("context_tokens", text);
  if (r.context->tokens.size() != r.batch.tokens.size()) {
    throw Error("context_tokens has " + std::to_string(r.context->tokens.size()) + " sentences and tokens has " +
                std::to_string(r.batch.tokens.size()) + ": every sentence needs one context, separated by ' | '");
  }
  r.keys = static_cast<std::int64_t>(r.context->tokens[0].size());
  r.d_context = r.count("d_context");
}

}  // namespace headwise
