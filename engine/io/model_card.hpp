#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headwise {

struct Recipe;

/// Normalisation of queries and keys after their projections: its weights are either one head's,
/// shared by all heads, or of all heads side by side.
enum class QkNorm { none, one_head, all_heads };

enum class Positions { none, sinusoidal, learned, rotary, alibi };

/// Multi-head latent attention (MLA): keys and values come from one short vector per token, and
/// rotary positions from a part of the key that all heads share. DeepSeek-V2, arXiv:2405.04434.
struct Latent {
  std::int64_t q_rank = 0;  // of the queries' own low-rank projection; 0 where they have none
  std::int64_t kv_rank = 0;
  std::int64_t nope_dim = 0;  // of head_dim, without positions
  std::int64_t rope_dim = 0;  // of head_dim, rotated
};

/// How a model's attention is built: a recipe, and how often the model has it.
struct ModelCard {
  std::string name;    // what the card calls itself, else its file
  std::string family;  // the card's model_type
  std::int64_t d_model = 0;
  std::int64_t num_heads = 0;
  std::int64_t num_kv_heads = 0;
  std::int64_t head_dim = 0;
  std::int64_t v_dim = 0;
  std::int64_t layers = 1;
  std::optional<std::int64_t> context;  // tokens; none where the card sets no limit
  double scale = 0;
  std::string scale_meaning;  // `1/√128`
  std::string biases;         // which projections have one: any of `qkvo`, or `ac` for MLA's first
                              // projections of queries and of keys and values
  QkNorm qk_norm = QkNorm::none;
  bool qk_norm_bias = false;
  Positions positions = Positions::none;
  std::int64_t rotary_dim = 0;  // how much of head_dim is rotated
  bool causal = true;
  bool cached = true;                  // an encoder keeps no KV cache
  std::optional<std::int64_t> window;  // keys that a sliding layer's query sees
  std::int64_t window_layers = 0;      // how many of the layers slide
  std::optional<double> softcap;       // scores pass through softcap * tanh(score / softcap)
  bool sinks = false;                  // a learned logit per head that takes weight from all keys
  std::optional<Latent> latent;
  std::vector<std::string>
      notes;  // what else a reader should know: defaults taken, fields not used

  bool has_bias(char projection) const { return biases.find(projection) != std::string::npos; }
};

/// Reads a Hugging Face config.json. Fields that it lacks have the default of the family's class in
/// transformers, and a note says so. Error, naming `file`, the field, its value and what would be
/// right, where the text is not JSON, a field is missing or has no possible value, or the family is
/// not one of supported_families().
ModelCard parse_model_card(std::string_view text, const std::string& file);

/// One layer of a recipe, with its sentences' length as the context.
ModelCard model_card(const Recipe& recipe);

/// The model_types that are understood, in the order of the alphabet.
std::vector<std::string> supported_families();

/// Sizes up to 2^32 - 1 are taken; products of them are checked as they are counted.
inline constexpr std::int64_t largest_size = 4294967295;

}  // namespace headwise
