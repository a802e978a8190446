#include "engine/lesson/computed.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "engine/attention/key.hpp"
#include "engine/lesson/calculation.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

struct Request {
  const Run& run;
  std::string_view text;
  const std::function<void()>& compute;
  std::vector<std::string> words;  // the first says which kind

  [[noreturn]] void refuse(const std::string& why) const {
    throw Error("{{" + print_text(text, 80) + "}}: " + why);
  }

  const Trace& trace() const { return run.trace; }
  std::size_t node() const {
    const auto found = trace().graph().find(words[1]);
    if (!found) refuse("there is no stage " + print_text(words[1]));
    return *found;
  }

  std::int64_t number(const std::string& digits, std::int64_t size) const {
    const bool plain = !digits.empty() && digits.size() < 10 &&
                       digits.find_first_not_of("0123456789") == digits.npos;
    const std::int64_t value = plain ? std::strtoll(digits.c_str(), nullptr, 10) : -1;
    if (value < 0 || value >= size) {
      refuse("'" + print_text(digits) + "' is not a whole number from 0 to " +
             std::to_string(size - 1));
    }
    return value;
  }

  /// The given indices of a node, and whole axes for `missing` ones at the end.
  Region region(std::size_t missing) const {
    const Axes& axes = trace().graph()[node()].axes();
    const std::vector<std::string> indices = split_list(words[2]);
    if (indices.size() + missing != axes.size()) {
      refuse(words[1] + " " + axis_names(axes) + " needs " + std::to_string(axes.size() - missing) +
             " indices");
    }
    if (!trace().has_values() && compute) compute();
    if (!trace().has_values()) refuse("these sizes are too large to compute");
    Region all = whole(axes);
    for (std::size_t a = 0; a < indices.size(); ++a) {
      const std::int64_t i = number(indices[a], axes[a].size);
      all[a] = {i, i + 1};
    }
    return all;
  }

  std::vector<float> values(std::size_t missing) const {
    return trace().read(node(), region(missing));
  }
};

std::string value(const Request& r) {
  return print_number(static_cast<double>(r.values(0).front()));
}

std::string sum(const Request& r) {
  double total = 0;
  for (const float term : r.values(1)) total += static_cast<double>(term);
  return print_number(total);
}

std::string most(const Request& r) {
  const std::vector<float> row = r.values(1);
  const auto at = std::max_element(row.begin(), row.end()) - row.begin();
  const Axes& axes = r.trace().graph()[r.node()].axes();
  const std::int64_t item = axes[0].kind == AxisKind::batch ? r.region(1)[0].begin : 0;
  return r.trace().label(axes.back(), at, item);
}

std::string size(const Request& r) {
  const Axes& axes = r.trace().graph()[r.node()].axes();
  const std::int64_t axis = r.number(r.words[2], static_cast<std::int64_t>(axes.size()));
  return print_count(axes[static_cast<std::size_t>(axis)].size);
}

std::string shape(const Request& r) { return axis_sizes(r.trace().graph()[r.node()].axes()); }

std::string word_of(const Request& r, const std::vector<std::vector<std::string>>& sentences) {
  const std::int64_t item =
      r.words.size() > 2 ? r.number(r.words[2], static_cast<std::int64_t>(sentences.size())) : 0;
  const auto& sentence = sentences[static_cast<std::size_t>(item)];
  return sentence[static_cast<std::size_t>(
      r.number(r.words[1], static_cast<std::int64_t>(sentence.size())))];
}

std::string token(const Request& r) { return word_of(r, r.trace().labels().query); }
std::string key_token(const Request& r) { return word_of(r, r.trace().labels().key); }

struct Kind {
  std::string_view name;
  std::size_t least;  // words after the name
  std::size_t most;
  std::string (*compute)(const Request&);
};

constexpr Kind kinds[] = {{"value", 2, 2, value}, {"sum", 2, 2, sum},     {"most", 2, 2, most},
                          {"size", 2, 2, size},   {"shape", 1, 1, shape}, {"token", 1, 2, token},
                          {"key_token", 1, 2, key_token}};

}  // namespace

std::string computed(const Run& run, std::string_view request, const std::function<void()>& compute) {
  if (request.starts_with('=')) return print_result(calculate(request.substr(1), {&run, compute}));
  Request r{run, request, compute, {}};
  for (std::size_t at = 0; (at = request.find_first_not_of(' ', at)) != request.npos;) {
    const std::size_t end = std::min(request.find(' ', at), request.size());
    r.words.emplace_back(request.substr(at, end - at));
    at = end;
  }
  for (const Kind& kind : kinds) {
    if (r.words.empty() || r.words[0] != kind.name) continue;
    if (r.words.size() <= kind.least || r.words.size() > kind.most + 1) break;
    return kind.compute(r);
  }
  r.refuse(
      "must be value NODE I,J,..., sum NODE I,J,..., most NODE I,J,..., size NODE AXIS, shape "
      "NODE, token I, key_token I, or = and a calculation");
}

}  // namespace headwise
