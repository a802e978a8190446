#include "ui/widgets/stage_columns.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace headwise {

std::vector<std::vector<std::size_t>> stage_columns(const Graph& graph) {
  std::map<std::size_t, std::size_t> depth;
  std::vector<std::vector<std::size_t>> all;
  std::size_t first = 0;
  std::string path;
  for (const std::size_t stage : graph.stages()) {
    const std::string& id = graph[stage].id();
    if (std::string now = id.substr(0, id.rfind('/') + 1); now != path) {
      path = std::move(now);
      first = all.size();
    }
    std::size_t at = first;
    for (const std::size_t input : graph[stage].inputs) {
      if (const auto it = depth.find(input); it != depth.end()) at = std::max(at, it->second + 1);
    }
    depth[stage] = at;
    if (all.size() <= at) all.resize(at + 1);
    all[at].push_back(stage);
  }
  return all;
}

}  // namespace headwise
