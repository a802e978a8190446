#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/attention/head_patterns.hpp"

namespace headwise {

/// A number by which heads can be sorted, and how it is computed.
struct HeadMeasure {
  std::string_view name;     // as the key `sort_heads` takes it
  std::string_view title;
  std::string_view formula;  // in plain notation, with what its letters stand for
  std::optional<double> (*value)(const HeadPattern& head);
  /// The number as printed, and those that justify it.
  std::string (*brief)(const HeadPattern& head);
  std::string (*numbers)(const HeadPattern& head, const HeadPatterns& all);
};
/// All of them; the key may also be `head`, their order in the model.
std::span<const HeadMeasure> head_measures();

/// `diagonal, 1 back`; `stripe on "The"`; `no clear pattern`.
std::string label_text(const HeadPattern& head, const HeadPatterns& all);
/// The numbers behind it; without a clear pattern, of the one that came nearest.
std::string justification(const HeadPattern& head, const HeadPatterns& all);
/// What labels are given by, in words.
std::string label_rule();
/// The heads by a measure's name, the largest first; in their order where it has none of that name.
std::vector<std::int64_t> sorted_heads(const std::vector<HeadPattern>& heads, std::string_view measure);

}  // namespace headwise
