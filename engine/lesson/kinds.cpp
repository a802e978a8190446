#include "engine/lesson/kinds.hpp"

#include "engine/lesson/calculation.hpp"
#include "engine/tensor/lines.hpp"
#include "engine/tensor/error.hpp"

namespace headwise {

namespace {

template <typename Use>
void each_kind(Use use) {
  for (const auto& group : {number_kinds(), option_kinds(), place_kinds()}) {
    for (const ExerciseKind& kind : group) use(kind);
  }
}

}  // namespace

const ExerciseKind* find_kind(std::string_view name) {
  const ExerciseKind* found = nullptr;
  each_kind([&](const ExerciseKind& kind) {
    if (kind.name == name) found = &kind;
  });
  return found;
}

std::string kind_names() {
  std::string all;
  each_kind([&](const ExerciseKind& kind) { all += (all.empty() ? "" : ", ") + std::string(kind.name); });
  return all;
}

std::pair<std::string, std::string> cut_at_arrow(const Exercise::Line& line) {
  const std::size_t arrow = line.text.find("=>");
  if (arrow == line.text.npos) throw Error(line.key + ": needs => and what to say of it");
  auto parts = std::pair(std::string(trimmed(line.text.substr(0, arrow))), std::string(trimmed(line.text.substr(arrow + 2))));
  if (parts.first.empty() || parts.second.empty()) throw Error(line.key + ": something is missing beside =>");
  return parts;
}

std::vector<double> results(const Drawn& drawn, std::string_view text) {
  const std::size_t with = text.find(" with ");
  if (with == text.npos) return calculate_all(text, scene_of(*drawn.run));
  const Settings other = headwise::apply(drawn.settings, parse_query(trimmed(text.substr(with + 6))));
  return calculate_all(text.substr(0, with), scene_of(*exercise_run(other)));
}

}  // namespace headwise
