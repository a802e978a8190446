#include "engine/attention/constructed_set.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "engine/tensor/random.hpp"

namespace headwise {

namespace {

constexpr std::string_view sign = "name-";  // features that make up a word's name

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  ConstructedSet parse() {
    while (!text_.empty()) {
      const std::size_t end = text_.find('\n');
      rest_ = text_.substr(0, end);
      text_.remove_prefix(end == text_.npos ? text_.size() : end + 1);
      ++line_;
      if (!rest_.empty() && rest_[0] != '#') read(word());
    }
    if (set_.tables.size() != 5 || set_.words.empty()) fail("the file ends too early");
    name_columns();
    return std::move(set_);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw std::logic_error("constructed.txt, line " + std::to_string(line_) + ": " + what);
  }

  std::string_view word() {
    const std::size_t end = std::min(rest_.find(' '), rest_.size());
    const std::string_view first = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    if (first.empty()) fail("something is missing");
    return first;
  }

  template <typename Number>
  Number number(std::string_view digits) const {
    Number value{};
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size()) fail("'" + std::string(digits) + "' is no number");
    return value;
  }
  /// Whole numbers of sixteenths, so that no library's reading of decimals comes into it.
  float decimal(std::string_view digits) const {
    const bool negative = digits.starts_with('-');
    if (negative) digits.remove_prefix(1);
    const std::size_t point = digits.find('.');
    auto value = static_cast<double>(number<std::int64_t>(digits.substr(0, point)));
    if (point != digits.npos) {
      const std::string_view places = digits.substr(point + 1);
      double power = 1;
      for (std::size_t i = 0; i < places.size(); ++i) power *= 10;
      value += static_cast<double>(number<std::int64_t>(places)) / power;
    }
    return static_cast<float>(negative ? -value : value);
  }
  std::size_t index(std::size_t size) {
    const auto i = number<std::size_t>(word());
    if (i >= size) fail(std::to_string(i) + " is too large");
    return i;
  }

  ConstructedSet::Named named() const {
    const std::size_t bar = rest_.find(" | ");
    if (bar == rest_.npos) fail("there is no ' | '");
    return {std::string(rest_.substr(0, bar)), std::string(rest_.substr(bar + 3))};
  }
  std::size_t feature(std::string_view name) const {
    const auto found = std::find_if(set_.features.begin(), set_.features.end(), [&](const auto& f) { return f.name == name; });
    if (found == set_.features.end()) fail("there is no feature " + std::string(name));
    return static_cast<std::size_t>(found - set_.features.begin());
  }

  ConstructedSet::Table& table(std::string_view name, std::size_t rows, std::size_t columns) {
    ConstructedSet::Table& t = set_.tables[std::string(name)];
    if (t.values.empty()) {
      t.values.resize(rows * columns);
      t.rows.resize(rows);
      t.columns.resize(columns);
    }
    return t;
  }

  void read(std::string_view what) {
    const std::size_t width = set_.features.size();
    if (what == "head_dim") {
      set_.head_dim = number<std::int64_t>(word());
    } else if (what == "v_dim") {
      set_.v_dim = number<std::int64_t>(word());
    } else if (what == "head") {
      set_.heads.push_back(named());
    } else if (what == "feature") {
      set_.features.push_back(named());
    } else if (what == "place") {
      ConstructedSet::Table& places = table("position_table", 0, width);
      if (number<std::size_t>(word()) != places.rows.size()) fail("places come in order, each once");
      const std::size_t row = places.values.size();
      places.rows.push_back("token " + std::to_string(places.rows.size()));
      places.values.resize(row + width);
      places.columns.resize(width);
      while (!rest_.empty()) {
        const std::string_view pair = word();
        const std::size_t equals = std::min(pair.find('='), pair.size() - 1);
        places.values[row + feature(pair.substr(0, equals))] = decimal(pair.substr(equals + 1));
      }
    } else if (what == "word") {
      std::vector<float>& vector = set_.words[std::string(word())];
      if (!vector.empty()) fail("the word was there before");
      vector.resize(width);
      const std::string_view signs = word();
      for (std::size_t i = 0; i < signs.size(); ++i) {
        vector[feature(std::string(sign) + std::to_string(i))] = signs[i] == '+' ? 1.0F : -1.0F;
      }
      vector[feature("one")] = 1;
      while (!rest_.empty()) vector[feature(word())] = 1;
    } else if (what == "w_q" || what == "w_k" || what == "w_v") {
      const auto entries = static_cast<std::size_t>(what == "w_v" ? set_.v_dim : set_.head_dim);
      const std::size_t columns = set_.heads.size() * entries;
      const std::size_t head = index(set_.heads.size());
      const std::size_t row = feature(word());
      const std::size_t column = head * entries + index(entries);
      table(what, width, columns).values[row * columns + column] = decimal(word());
    } else if (what == "w_o") {
      const auto entries = static_cast<std::size_t>(set_.v_dim);
      const std::size_t head = index(set_.heads.size());
      const std::size_t row = head * entries + index(entries);
      const std::size_t column = index(width);
      table(what, set_.heads.size() * entries, width).values[row * width + column] = decimal(word());
    } else {
      fail("'" + std::string(what) + "' is not known");
    }
    if (what != "head" && what != "feature" && !rest_.empty()) fail("'" + std::string(rest_) + "' is too much");
  }

  void name_columns() {
    const auto entry = [&](std::int64_t dim) {
      std::vector<std::string> names;
      for (std::int64_t h = 0; h < set_.num_heads(); ++h) {
        for (std::int64_t d = 0; d < dim; ++d) names.push_back("entry " + std::to_string(d) + " of " + set_.head_name(h));
      }
      return names;
    };
    std::vector<std::string> features;
    for (const auto& f : set_.features) features.push_back("'" + f.name + "'");
    for (const char* id : {"w_q", "w_k", "w_v"}) {
      set_.tables[id].rows = features;
      set_.tables[id].columns = entry(id[2] == 'v' ? set_.v_dim : set_.head_dim);
    }
    set_.tables["w_o"].rows = entry(set_.v_dim);
    for (std::size_t c = 0; c < features.size(); ++c) set_.tables["w_o"].columns[c] = "entry " + std::to_string(c) + " of the output";
    set_.tables["position_table"].columns = features;
  }

  std::string_view text_;
  std::string_view rest_;  // of the line
  int line_ = 0;
  ConstructedSet set_;
};

}  // namespace

bool ConstructedSet::knows(std::string_view token) const { return words.find(lower_case(token)) != words.end(); }

std::vector<float> ConstructedSet::embedding(std::string_view token) const {
  const std::string word = lower_case(token);
  if (const auto known = words.find(word); known != words.end()) return known->second;
  std::vector<float> vector(features.size());
  std::uint64_t bits = hash_text(word) << 1;  // the first sign says that it is not known
  for (std::size_t i = 0; i < features.size(); ++i) {
    if (features[i].name == "one") vector[i] = 1;
    if (!features[i].name.starts_with(sign)) continue;
    vector[i] = (bits & 1) != 0 ? 1.0F : -1.0F;
    bits >>= 1;
  }
  return vector;
}

std::string ConstructedSet::head_name(std::int64_t head) const {
  return "head " + std::to_string(head) + ", " + heads.at(static_cast<std::size_t>(head)).name;
}

ConstructedSet parse_constructed(std::string_view text) { return Parser(text).parse(); }

const ConstructedSet& constructed_set() {
  static const ConstructedSet set = parse_constructed(constructed_text());
  return set;
}

}  // namespace headwise
