#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace headwise {

/// One set of weights constructed by hand, and the words it knows: lessons/weights/constructed.txt, whose
/// first lines say how it is written.
struct ConstructedSet {
  struct Named {
    std::string name;
    std::string about;
  };
  /// Row-major values with a name for each row and column.
  struct Table {
    std::vector<float> values;
    std::vector<std::string> rows, columns;
  };

  std::int64_t head_dim = 0;
  std::int64_t v_dim = 0;
  std::vector<Named> heads;
  std::vector<Named> features;  // entries of a token's vector
  std::map<std::string, std::vector<float>, std::less<>> words;  // in small letters
  std::map<std::string, Table, std::less<>> tables;  // w_q, w_k, w_v, w_o (in, out), position_table (N, d_model)

  std::int64_t d_model() const { return static_cast<std::int64_t>(features.size()); }
  std::int64_t num_heads() const { return static_cast<std::int64_t>(heads.size()); }
  /// The longest sentence that has a place for each token.
  std::int64_t places() const { return static_cast<std::int64_t>(tables.at("position_table").rows.size()); }
  bool knows(std::string_view token) const;
  /// d_model numbers. A word that is not known has a name made from its text, and no other features;
  /// letters A to Z count as small ones.
  std::vector<float> embedding(std::string_view token) const;
  /// `head 2, agreement`.
  std::string head_name(std::int64_t head) const;
};

/// Throws std::logic_error naming the line: the file is part of the program.
ConstructedSet parse_constructed(std::string_view text);
/// The set that is part of the program.
const ConstructedSet& constructed_set();
/// Its file, put into the program by cmake/constructed.cmake.
std::string_view constructed_text();

}  // namespace headwise
