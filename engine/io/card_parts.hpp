#pragma once
#include "engine/io/card_fields.hpp"
#include "engine/io/model_card.hpp"
#include "engine/io/model_families.hpp"

namespace headwise {

// Each reads one part of a family's attention into `m`, in this order; errors as
// parse_model_card's.

/// KV heads and head sizes.
void read_heads(CardFields& card, const Family& family, ModelCard& m);
/// The same of multi-head latent attention, and its biases.
void read_latent(CardFields& card, ModelCard& m);
void read_scale(CardFields& card, const Family& family, ModelCard& m);
void read_positions(CardFields& card, const Family& family, ModelCard& m);
/// How many keys a query sees, and in how many layers.
void read_window(CardFields& card, const Family& family, ModelCard& m);

}  // namespace headwise
