#include "engine/attention/head_measures.hpp"

#include <algorithm>
#include <numeric>

#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

std::string diagonal_name(std::int64_t offset) {
  if (offset == 0) return "diagonal";
  return "diagonal, " + std::to_string(offset < 0 ? -offset : offset) + (offset < 0 ? " back" : " ahead");
}

std::string against_uniform(const Found& found) {
  return print_share(found.share) + ", uniform " + print_share(found.expected);
}

/// What a pattern is called in one head, with its numbers.
struct Claim {
  std::string name;
  std::string numbers;
  double above = 0;
};

Claim claim(Pattern pattern, const HeadPattern& head, const HeadPatterns& all) {
  switch (pattern) {
    case Pattern::diagonal:
      return {diagonal_name(head.diagonal->offset), against_uniform(head.diagonal->found), head.diagonal->found.above()};
    case Pattern::stripe:
      return {"stripe on " + all.key_name(head.stripe->key), against_uniform(head.stripe->found), head.stripe->found.above()};
    case Pattern::spread:
      return {"wide row of " + all.query_name(head.widest->query),
              "reads " + print_share(head.widest->found.share) + " of its keys, others " + print_share(head.widest->found.expected),
              head.widest->found.above()};
    case Pattern::block:
      return {std::to_string(head.blocks->starts.size()) + " blocks", against_uniform(head.blocks->found), head.blocks->found.above()};
    case Pattern::none: break;
  }
  return {"no clear pattern", "", 0};
}

/// The most likely of those that are no label.
Claim nearest(const HeadPattern& head, const HeadPatterns& all) {
  Claim best;
  const auto consider = [&](bool there, Pattern pattern) {
    if (!there) return;
    if (Claim next = claim(pattern, head, all); best.name.empty() || next.above > best.above) best = std::move(next);
  };
  consider(head.diagonal.has_value(), Pattern::diagonal);
  consider(head.stripe.has_value(), Pattern::stripe);
  consider(head.widest.has_value(), Pattern::spread);
  return best;
}

std::string list_of(const std::vector<std::int64_t>& numbers) {
  constexpr std::size_t few = 8;
  std::string text;
  for (std::size_t i = 0; i < std::min(numbers.size(), few); ++i) text += (i == 0 ? "" : ", ") + std::to_string(numbers[i]);
  return text + (numbers.size() > few ? " \u2026" : "");
}

const std::string absent = "\u2013";

}  // namespace

std::span<const HeadMeasure> head_measures() {
  using H = HeadPattern;
  using All = HeadPatterns;
  static const HeadMeasure table[] = {
      {"entropy", "entropy",
       "Mean over rows i of H_i = \u2212\u03a3_j p[i,j] ln p[i,j] in nats: 0 where a row reads one key alone. Beside it the mean of "
       "H_i / ln a_i: 100 % where a row reads all a_i keys that it may see alike.",
       [](const H& h) { return h.rows > 0 ? std::optional(h.entropy) : std::nullopt; },
       [](const H& h) { return h.rows > 0 ? print_number(h.entropy) : absent; },
       [](const H& h, const All&) {
         return h.rows > 0 ? print_number(h.entropy) + " nats, " + print_share(h.entropy_share) + " of ln a" : absent;
       }},
      {"diagonal", "diagonal",
       "Mean of p[i,i+o] over the rows that have this key in sight; o from \u22124 to 4, among those that half of the rows have the "
       "one most above uniform attention.",
       [](const H& h) { return h.diagonal ? std::optional(h.diagonal->found.share) : std::nullopt; },
       [](const H& h) { return h.diagonal ? print_share(h.diagonal->found.share) : absent; },
       [](const H& h, const All&) {
         if (!h.diagonal) return absent;
         const std::int64_t o = h.diagonal->offset;
         return print_share(h.diagonal->found.share) + " at offset " + (o < 0 ? "\u2212" : o > 0 ? "+" : "") +
                std::to_string(o < 0 ? -o : o) + ", uniform " + print_share(h.diagonal->found.expected);
       }},
      {"stripe", "stripe",
       "Mean of p[i,j] over all rows, of the key j that is most above uniform attention: a column that every query reads.",
       [](const H& h) { return h.stripe ? std::optional(h.stripe->found.share) : std::nullopt; },
       [](const H& h) { return h.stripe ? print_share(h.stripe->found.share) : absent; },
       [](const H& h, const All& all) {
         if (!h.stripe) return absent;
         return print_share(h.stripe->found.share) + " on " + all.key_name(h.stripe->key) + ", uniform " +
                print_share(h.stripe->found.expected);
       }},
      {"spread", "spread",
       "Mean over rows of exp(H_i) / a_i: as how many keys, read alike, the row counts, of the a_i that it may see. Uniform: 100 %. A row "
       "far above the others is a horizontal line in the picture; rows count for that which may see three keys, and half as many as any.",
       [](const H& h) { return h.rows > 0 ? std::optional(h.spread) : std::nullopt; },
       [](const H& h) { return h.rows > 0 ? print_share(h.spread) : absent; },
       [](const H& h, const All& all) {
         if (h.rows == 0) return absent;
         std::string text = print_share(h.spread);
         if (h.widest) {
           text += "; " + all.query_name(h.widest->query) + " " + print_share(h.widest->found.share) + ", others " +
                   print_share(h.widest->found.expected);
         }
         return text;
       }},
      {"block", "block",
       "Sum of p[i,j] where i and j are in the same block, by the number of rows. The blocks cut the sentence where this is most above "
       "uniform attention, two tokens or more in each (of more than 256 tokens, runs of them). Counts as a pattern only where no more than "
       "half crosses the borders of what would if weight depended on distance alone. Self-attention only.",
       [](const H& h) { return h.blocks ? std::optional(h.blocks->found.share) : std::nullopt; },
       [](const H& h) { return h.blocks ? print_share(h.blocks->found.share) : absent; },
       [](const H& h, const All&) {
         if (!h.blocks) return absent;
         if (h.blocks->starts.size() == 1) return std::string("one block: no cut is above uniform");
         return print_share(h.blocks->found.share) + " in blocks from " + list_of(h.blocks->starts) + "; uniform " +
                print_share(h.blocks->found.expected) + ", by distance " + print_share(h.blocks->by_distance);
       }},
      {"largest", "largest", "The largest single weight, not divided by its row's sum.",
       [](const H& h) { return h.largest ? std::optional(static_cast<double>(h.largest->weight)) : std::nullopt; },
       [](const H& h) { return h.largest ? print_number(static_cast<double>(h.largest->weight)) : absent; },
       [](const H& h, const All& all) {
         if (!h.largest) return absent;
         return print_number(static_cast<double>(h.largest->weight)) + ", " + all.query_name(h.largest->query) + " reads " +
                all.key_name(h.largest->key);
       }},
      {"contribution", "output",
       "What the head adds to the output, \u2016head_i W_O[its rows]\u2016, by the norm of all heads' sum (Frobenius, without bias). These need not "
       "add up to 100 %: heads that pull apart cancel each other.",
       [](const H& h) { return h.contribution; },
       [](const H& h) { return h.contribution ? print_share(*h.contribution) : absent; },
       [](const H& h, const All& all) {
         if (!h.norm) return absent;
         return (h.contribution ? print_share(*h.contribution) + ": " : "") + print_number(*h.norm) + " of " + print_number(all.output_norm());
       }},
  };
  return table;
}

std::string label_text(const HeadPattern& head, const HeadPatterns& all) {
  if (head.rows == 0) return "no weights";
  if (head.rows < fewest_rows) return "too few rows for a pattern";
  return claim(head.label(), head, all).name;
}

std::string justification(const HeadPattern& head, const HeadPatterns& all) {
  if (const Pattern label = head.label(); label != Pattern::none) return claim(label, head, all).numbers;
  if (head.rows < fewest_rows) return "";
  const Claim best = nearest(head, all);
  return "nearest: " + best.name + " " + best.numbers;
}

std::string label_rule() {
  return "A head is called after the pattern whose share of the weight is most above what uniform attention over the allowed keys would "
         "give, if by " + print_share(clearly_above) + " of all weight or more. p[i,j] is the weight divided by its row's sum; rows of "
         "padding and rows without weight do not count.";
}

std::vector<std::int64_t> sorted_heads(const std::vector<HeadPattern>& heads, std::string_view measure) {
  std::vector<std::int64_t> order(heads.size());
  std::iota(order.begin(), order.end(), std::int64_t{0});
  for (const HeadMeasure& m : head_measures()) {
    if (m.name != measure) continue;
    const auto value = [&](std::int64_t h) { return m.value(heads[static_cast<std::size_t>(h)]).value_or(-1); };
    std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) { return value(a) > value(b); });
  }
  return order;
}

}  // namespace headwise
