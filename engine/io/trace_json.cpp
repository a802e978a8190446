#include "engine/io/trace_json.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <ostream>

#include "engine/attention/memory.hpp"
#include "engine/version.hpp"

namespace headwise {

namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json stage_json(const Graph& graph, std::size_t at) {
  const Node& node = graph[at];
  Json axes = Json::array();
  Json shape = Json::array();
  for (const Axis& axis : node.axes()) {
    axes.push_back(axis.name);
    shape.push_back(axis.size);
  }
  const std::vector<Count> all = counts(graph, at);
  Json json;
  json["id"] = node.id();
  json["title"] = node.title;
  json["role"] = role_name(node.role);
  json["axes"] = std::move(axes);
  json["shape"] = std::move(shape);
  json["formula"] = node.op->formula(node.signature);
  json["pytorch"] = node.op->pytorch(in_code(node.signature));
  json["parameters"] = total(all, Count::Kind::parameters);
  json["matmul_flops"] = total(all, Count::Kind::matmul_flops);
  json["other_flops"] = total(all, Count::Kind::other_flops);
  json["bytes"] = total(all, Count::Kind::bytes);
  if (node.comparison) json["comparison"] = true;  // not part of the totals
  return json;
}

/// The shortest decimal that reads back as the same float, by way of a double too as most JSON
/// readers do; fewer than six digits come by themselves.
std::string shortest(float value) {
  if (std::isnan(value)) return "\"nan\"";
  if (std::isinf(value)) return value < 0 ? "\"-inf\"" : "\"inf\"";
  char text[32];
  for (int digits = 6; digits <= 9; ++digits) {
    std::snprintf(text, sizeof text, "%.*g", digits, static_cast<double>(value));
    if (static_cast<float>(std::strtod(text, nullptr)) == value) break;
  }
  return text;
}

void write_values(std::ostream& out, const std::vector<float>& values) {
  const char* separator = "";
  out << ", \"values\": [";
  for (const float value : values) {
    out << separator << shortest(value);
    separator = ", ";
  }
  out << "]";
}

}  // namespace

void write_trace_json(std::ostream& out, const Settings& settings, const Recipe& recipe,
                      const Trace& trace, bool with_values) {
  const Graph& graph = trace.graph();
  Json state;
  for (const Key& key : recipe_keys()) state[key.name] = settings.get(key.name);
  out << "{\"headwise\": " << text_of(version) << ",\n \"state\": " << text_of(state)
      << ",\n \"stages\": [";
  const char* separator = "\n  ";
  for (const std::size_t stage : graph.stages()) {
    std::string text = text_of(stage_json(graph, stage));
    text.pop_back();
    out << separator << text;
    if (with_values) write_values(out, trace.read(stage, whole(graph[stage].axes())));
    out << "}";
    separator = ",\n  ";
  }
  Json totals;
  totals["parameters"] = total(graph, Count::Kind::parameters);
  totals["matmul_flops"] = total(graph, Count::Kind::matmul_flops);
  totals["other_flops"] = total(graph, Count::Kind::other_flops);
  const std::vector<Memory> kept = memory(recipe, graph);
  totals["kv_cache_bytes_per_token"] = kept.front().bytes;
  for (const Memory& each : kept) {
    Json lines = Json::array();
    for (const Count& count : each.lines) {
      lines.push_back({{"what", count.what}, {"formula", count.formula}, {"numbers", count.numbers}, {"bytes", count.value}});
    }
    totals["memory"].push_back({{"what", each.what}, {"bytes", each.bytes}, {"counts", std::move(lines)}});
  }
  out << "],\n \"totals\": " << text_of(totals) << "}\n";
}

}  // namespace headwise
