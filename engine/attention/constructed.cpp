#include "engine/attention/constructed.hpp"

#include <algorithm>
#include <stdexcept>

#include "engine/attention/constructed_set.hpp"
#include "engine/attention/feature.hpp"
#include "engine/ops/catalog.hpp"
#include "engine/tensor/error.hpp"

namespace headwise {

namespace {

constexpr const char* purpose = "Constructed, to show what a head can do: ";

/// What the set is made for, as settings; it has no tables for anything else.
std::vector<std::pair<std::string, std::string>> needed() {
  const ConstructedSet& set = constructed_set();
  return {{"d_model", std::to_string(set.d_model())}, {"num_heads", std::to_string(set.num_heads())},
          {"num_kv_heads", "auto"}, {"head_dim", std::to_string(set.head_dim)}, {"v_dim", std::to_string(set.v_dim)},
          {"bias", "0"}, {"d_context", "auto"}, {"position", "none"}, {"qk_norm", "0"}, {"sink", "0"}};
}

/// `auto` stands for what every head or token has of its own.
bool has(const Recipe& r, const std::string& key, const std::string& value) {
  if (value != "auto") return key == "head_dim" || key == "v_dim" ? std::to_string(r.count(key)) == value : r.settings.get(key) == value;
  return r.settings.is_auto(key) || r.settings.count(key) == (key == "d_context" ? r.d_model : r.num_heads);
}

void check_places(const std::string& key, const Batch& batch) {
  const auto tokens = static_cast<std::int64_t>(batch.tokens[0].size());
  if (tokens <= constructed_places()) return;
  const std::string most = std::to_string(constructed_places());
  throw Error("weights=constructed has a place for " + most + " tokens, and " + key + " has a sentence of " +
              std::to_string(tokens) + ": use at most " + most + ", or weights=random");
}

}  // namespace

/// Weights that were constructed by hand, in the place of random ones.
std::vector<Key> constructed_keys() {
  Key key{"weights", Key::Type::choice, "random", 0, 0, {"random", "constructed"}, "weights",
          "random: untrained, so they mean nothing. constructed: made by hand, to show what a head can do; sets the sizes that they "
          "have, and tokens up to " + std::to_string(constructed_places()) + " have a place."};
  key.brings = needed();
  return {key};
}

void check_constructed(Recipe& r) {
  if (!is_constructed(r)) return;
  for (const auto& [key, value] : needed()) {
    if (has(r, key, value)) continue;
    throw Error("weights=constructed are made for " + key + "=" + value + ", and it is " + r.settings.get(key) + ": use " + key + "=" +
                value + ", or weights=random");
  }
  check_places("tokens", r.batch);
  if (const std::string& context = r.settings.get("context_tokens"); !context.empty()) {
    check_places("context_tokens", split_batch("context_tokens", context));
  }
}

bool is_constructed(const Recipe& r) { return r.is("weights", "constructed"); }

std::string_view about_weights(const Recipe& r) {
  return is_constructed(r) ? "The weights were constructed, to show what a head can do: the arithmetic is real, and no training made them."
                           : "The weights are random until trained ones are loaded: the arithmetic is real, the meaning is not.";
}

std::vector<std::string> head_names(const Recipe& r) {
  std::vector<std::string> names;
  if (!is_constructed(r)) return names;
  for (const auto& head : constructed_set().heads) names.push_back(head.name);
  return names;
}

std::int64_t constructed_places() { return constructed_set().places(); }

std::unique_ptr<Op> constructed_weight(const std::string& id, const Axes& axes) {
  const bool positions = id.starts_with("position_table");  // of either side in cross-attention
  const auto found = constructed_set().tables.find(positions ? "position_table" : id);
  if (found == constructed_set().tables.end()) throw Error("weights=constructed has no " + id + ": use weights=random");
  std::string about = purpose;
  if (positions) {
    about += "what a token has by where it stands, and by no word.";
  } else {
    about += "no training made these numbers.";
    for (std::size_t h = 0; id != "w_o" && h < constructed_set().heads.size(); ++h) {
      const auto& head = constructed_set().heads[h];
      about += " Head " + std::to_string(h) + ", " + head.name + ": " + head.about + ".";
    }
    if (id == "w_o") about += " Each head's result keeps a place of its own in the output.";
  }
  const ConstructedSet::Table& table = found->second;
  return make_op("constructed", {{"values", Tensor(axes, table.values)}, {"summary", about}, {"rows", table.rows},
                                 {"columns", table.columns}, {"from", std::string("weights")}});
}

std::unique_ptr<Op> constructed_embeddings(const Batch& batch, const Axes& axes) {
  const ConstructedSet& set = constructed_set();
  std::vector<float> values;
  std::vector<std::string> rows, columns;
  for (const auto& sentence : batch.tokens) {
    for (const std::string& token : sentence) {
      const bool padding = token == padding_token;
      const std::vector<float> vector = padding ? std::vector<float>(set.features.size()) : set.embedding(token);
      values.insert(values.end(), vector.begin(), vector.end());
      rows.push_back(padding ? "padding, all zeros" : "\"" + token + "\"" + (set.knows(token) ? "" : ", a word not in the list"));
    }
  }
  for (const auto& feature : set.features) columns.push_back("'" + feature.name + "' (" + feature.about + ")");
  const std::string about = std::string(purpose) +
                            "each entry is a feature with a name, like 'noun' or 'plural', and fifteen of them spell the word's own "
                            "name in plus and minus ones. Words that are not in its list have a name alone. Capitals count as small "
                            "letters. A <pad> token is all zeros.";
  return make_op("constructed", {{"values", Tensor(axes, values)}, {"summary", about}, {"rows", rows}, {"columns", columns},
                                 {"from", std::string("tensors")}});
}

}  // namespace headwise
