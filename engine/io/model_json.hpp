#pragma once
#include <iosfwd>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/io/model_counts.hpp"

namespace headwise {

/// What is counted: a model and its counts, with what else is known of them.
struct CountReport {
  std::string preset;  // its name in the list; empty for a file or a recipe
  ModelCard card;
  ModelCounts counts;
  std::int64_t bytes = 2;  // of one cached number
  NearestState nearest;
  std::vector<Count> flops;  // of one run over a recipe's tokens; a card has none
};

/// One report, or a list of them, as JSON: numbers are whole and exact.
void write_count_json(std::ostream& out, const CountReport& report);
void write_count_json(std::ostream& out, const std::vector<CountReport>& reports);

/// In words: `multi-query attention (MQA)`, `rotary (RoPE)`.
std::string variant_of(const ModelCard& card);
std::string positions_of(const ModelCard& card);

}  // namespace headwise
