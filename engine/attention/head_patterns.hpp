#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/attention/attention_layers.hpp"
#include "engine/graph/trace.hpp"

namespace headwise {

/// The shapes that attention weights are known to take (Clark et al. 2019, section 3; Kovaleva et al.
/// 2019, section 4.1): along a diagonal, down a column, a few rows that read everything, blocks.
enum class Pattern { none, diagonal, stripe, spread, block };

/// A share of all weight, and what it would be if nothing stood out.
struct Found {
  double share = 0;
  double expected = 0;

  double above() const { return share - expected; }
};

/// What the weights of one head look like. Rows are divided by their sum first (dropout, sinks and masks
/// after softmax leave other sums); p[i,j] is what comes out, a_i the number of keys that query i may
/// see, and uniform attention puts 1/a_i on each of these.
struct HeadPattern {
  struct Diagonal {
    std::int64_t offset = 0;       // of the key's place from the query's, -4 to 4
    Found found;
  };
  struct Stripe {
    std::int64_t key = 0;
    Found found;
  };
  struct Widest {                  // of rows that see three keys, and half as many as any row
    std::int64_t query = 0;
    Found found;                   // its exp(H)/a, and the mean of the others'
  };
  struct Blocks {
    std::vector<std::int64_t> starts;  // the first token of each
    Found found;
    double by_distance = 0;        // the share if weight depended on the distance alone
  };
  struct Largest {
    float weight = 0;
    std::int64_t query = 0, key = 0;
  };

  std::int64_t rows = 0;           // that count: of no padding, with weights
  std::int64_t left_out = 0;       // without any weight, or not finite
  double entropy = 0;              // mean of H_i = -sum_j p ln p, in nats
  double entropy_share = 0;        // mean of H_i / ln a_i over rows with several keys; 1 is uniform
  double spread = 0;               // mean of exp(H_i) / a_i: of the keys in sight, how many are read
  std::optional<Diagonal> diagonal;
  std::optional<Stripe> stripe;
  std::optional<Widest> widest;
  std::optional<Blocks> blocks;    // in self-attention
  std::optional<Largest> largest;
  std::optional<double> norm;      // Frobenius, of head_i W_O[its rows] over the rows of no padding
  std::optional<double> contribution;  // that by the norm of all heads' sum

  /// The one that is most above what is expected, where that is clearly so and there are rows enough.
  Pattern label() const;
};

/// By how much of all weight a pattern has to be above what is expected, and in how many rows.
inline constexpr double clearly_above = 0.25;
inline constexpr std::int64_t fewest_rows = 3;

/// Looks at all heads of a layer, for one sentence: large tensors part after part.
class HeadPatterns {
 public:
  /// The trace must have values, and stay as long as this does.
  HeadPatterns(const Trace& trace, const AttentionLayer& layer, std::int64_t batch_item);
  /// Goes on while `more()`, which is asked every few milliseconds.
  void compute(const std::function<bool()>& more);
  bool complete() const { return complete_; }
  double progress() const;
  const AttentionLayer& layer() const { return layer_; }
  std::int64_t batch_item() const { return batch_item_; }
  /// Queries of no padding.
  std::int64_t rows() const { return rows_; }
  /// One for each head; those not looked at yet are empty.
  const std::vector<HeadPattern>& heads() const { return heads_; }
  /// `"bank"`; `"the" at 3` where the sentence has it more than once.
  const std::string& query_name(std::int64_t i) const { return query_names_[static_cast<std::size_t>(i)]; }
  const std::string& key_name(std::int64_t j) const { return key_names_[static_cast<std::size_t>(j)]; }
  /// Frobenius norm of the heads' sum, bias not included.
  double output_norm() const { return output_norm_; }

 private:
  struct Sums;
  void look_at_rows();
  void add_row(std::int64_t query, const float* weights, const float* allowed);
  void end_head();
  void find_blocks(HeadPattern& head) const;
  void add_contributions();
  void finish();
  Range next_rows(std::int64_t most) const;

  const Trace& trace_;
  AttentionLayer layer_;
  std::int64_t batch_item_;
  Axis queries_, keys_;
  std::vector<std::string> query_names_, key_names_;
  std::int64_t rows_ = 0;
  std::vector<HeadPattern> heads_;
  std::int64_t bin_ = 0;        // blocks begin at multiples of this; 0: none are looked for
  std::int64_t bins_ = 0;
  std::size_t at_ = 0;          // the head that is looked at; all done: contributions are added up
  std::int64_t row_ = 0;
  std::shared_ptr<Sums> sums_;  // of that head's rows so far
  std::size_t added_ = 0;       // heads whose contributions to the next rows are in sum_
  std::vector<float> sum_;
  std::vector<double> squares_; // of each head's contributions so far, and last of their sum
  double output_norm_ = 0;
  bool complete_ = false;
};

}  // namespace headwise
