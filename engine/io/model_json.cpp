#include "engine/io/model_json.hpp"

#include <nlohmann/json.hpp>
#include <ostream>

#include "engine/tensor/print.hpp"
#include "engine/version.hpp"

namespace headwise {

namespace {

using Json = nlohmann::ordered_json;

Json count_json(const Count& count) {
  return {{"what", count.what},
          {"formula", count.formula},
          {"numbers", count.numbers},
          {"value", count.value}};
}

Json counts_json(const std::vector<Count>& counts) {
  Json list = Json::array();
  for (const Count& count : counts) list.push_back(count_json(count));
  return list;
}

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json recipe_json(const ModelCard& m) {
  Json json;
  json["attention"] = variant_of(m);
  json["d_model"] = m.d_model;
  json["num_heads"] = m.num_heads;
  json["num_kv_heads"] = m.num_kv_heads;
  json["head_dim"] = m.head_dim;
  json["v_dim"] = m.v_dim;
  json["layers"] = m.layers;
  json["context"] = or_null(m.context);
  json["scale"] = m.scale;
  json["scale_meaning"] = m.scale_meaning;
  json["positions"] = positions_of(m);
  json["rotary_dim"] = m.rotary_dim;
  json["causal"] = m.causal;
  json["sliding_window"] = or_null(m.window);
  json["sliding_layers"] = m.window_layers;
  json["softcap"] = or_null(m.softcap);
  json["latent"] = nullptr;
  if (m.latent) {
    json["latent"] = {
        {"q_lora_rank", m.latent->q_rank > 0 ? Json(m.latent->q_rank) : Json(nullptr)},
        {"kv_lora_rank", m.latent->kv_rank},
        {"qk_nope_head_dim", m.latent->nope_dim},
        {"qk_rope_head_dim", m.latent->rope_dim}};
  }
  return json;
}

Json report_json(const CountReport& report) {
  const ModelCard& m = report.card;
  Json json;
  json["headwise"] = version;
  json["model"] = report.preset.empty() ? Json(nullptr) : Json(report.preset);
  json["name"] = m.name;
  json["family"] = m.family;
  json["recipe"] = recipe_json(m);
  json["parameters"] = counts_json(report.counts.parameters);
  json["parameters_per_layer"] = count_json(report.counts.layer);
  json["parameters_all_layers"] = count_json(report.counts.model);
  json["bytes_per_number"] = report.bytes;
  json["kv_cache"] = counts_json(report.counts.cache);
  json["flops"] = counts_json(report.flops);
  json["state"] = nullptr;
  if (report.nearest.state) {
    json["state"] = Json::object();
    for (const auto& [key, value] : *report.nearest.state) json["state"][key] = value;
  }
  json["state_leaves_out"] = report.nearest.left_out;
  json["notes"] = m.notes;
  return json;
}

void write(std::ostream& out, const Json& json) {
  out << json.dump(1, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace

void write_count_json(std::ostream& out, const CountReport& report) {
  write(out, report_json(report));
}

void write_count_json(std::ostream& out, const std::vector<CountReport>& reports) {
  Json list = Json::array();
  for (const CountReport& report : reports) list.push_back(report_json(report));
  write(out, list);
}

std::string variant_of(const ModelCard& m) {
  if (m.latent) return "multi-head latent attention (MLA)";
  if (m.num_kv_heads == m.num_heads) return "multi-head attention (MHA)";
  if (m.num_kv_heads == 1) return "multi-query attention (MQA)";
  return "grouped-query attention (GQA)";
}

std::string positions_of(const ModelCard& m) {
  switch (m.positions) {
    case Positions::none:
      return "none";
    case Positions::sinusoidal:
      return "sinusoidal, added to the embeddings";
    case Positions::learned:
      return "learned, added to the embeddings";
    case Positions::alibi:
      return "ALiBi, a bias on the scores";
    case Positions::rotary:
      break;
  }
  return "rotary (RoPE), " + print_count(m.rotary_dim) + " of " + print_count(m.head_dim) +
         " entries of a head";
}

}  // namespace headwise
