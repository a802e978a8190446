#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/io/model_card.hpp"

namespace headwise::test {

using Json = nlohmann::ordered_json;

ModelCard read(const Json& card);
/// What is said against the card; empty where it is counted.
std::string refusal(const Json& card);
/// One layer, with the fewest fields.
Json llama(std::int64_t d_model, std::int64_t heads);
/// Sets `path`, as in `attn_config.alibi`; removes it where `value` is nothing.
void put(Json& card, const std::string& path, const std::optional<Json>& value);

/// A field of a card, and which bad values it takes all the same: m missing, n null, 0, f a number
/// that is not whole, t true.
struct CardField {
  std::string path;
  std::string accepted;
};

/// A small card with every field that its family reads, and what must be counted for it.
struct FamilyCard {
  std::string name;
  std::string text;
  std::vector<CardField> fields;
  std::string parts;  // what has parameters, in order
  std::int64_t parameters = 0;
};
const std::vector<FamilyCard>& family_cards();

/// The cards in cards/, by name.
std::vector<std::string> card_names();
std::string card_text(const std::string& name);

}  // namespace headwise::test
