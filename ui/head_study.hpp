#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "engine/attention/head_patterns.hpp"
#include "engine/session/session.hpp"

namespace headwise {

/// A weight as a line from a query to a key.
struct Arc {
  std::int64_t head = 0, query = 0, key = 0;
  float weight = 0;
};

/// What is found out about the attention weights of a session's run, kept until another one takes its place.
class HeadStudy {
 public:
  /// The layers of the run.
  const std::vector<AttentionLayer>& layers(const Session& session);
  /// The weights at the cursor, in the sentence that is shown, looked at for `budget` longer: see
  /// HeadPatterns::complete(). Null where there are no weights. The session must have values.
  const HeadPatterns* look(const Session& session, Session::Duration budget);
  /// Weights of some heads, of one query or of all, the faintest first; those below `least` left out.
  const std::vector<Arc>& arcs(const Session& session, const HeadPatterns& of, std::span<const std::int64_t> heads,
                               std::optional<std::int64_t> query, float least);

 private:
  void begin_anew(const Session& session);

  std::uint64_t trace_ = 0;  // its id
  std::vector<AttentionLayer> layers_;
  std::map<std::pair<std::size_t, std::int64_t>, HeadPatterns> found_;  // by weights and sentence
  struct Asked {
    std::size_t weights = 0;
    std::int64_t batch_item = 0;
    std::vector<std::int64_t> heads;
    std::optional<std::int64_t> query;
    float least = 0;

    bool operator==(const Asked&) const = default;
  };
  std::optional<Asked> asked_;
  std::vector<Arc> arcs_;  // that were asked for last
};

}  // namespace headwise
