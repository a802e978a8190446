#include <cmath>

#include "engine/attention/recipe.hpp"
#include "engine/io/model_counts.hpp"
#include "engine/tensor/error.hpp"

namespace headwise {

namespace {

std::string projections(const std::string& letters) {
  std::string text;
  for (const char letter : letters) text += std::string(text.empty() ? "" : ", ") + "b_" + letter;
  return text;
}

std::vector<std::string> what_no_state_has(const ModelCard& m) {
  std::vector<std::string> left_out;
  if (m.positions == Positions::rotary) left_out.emplace_back("the base of rotary positions");
  if (m.positions == Positions::learned) left_out.emplace_back("learned positions");
  if (!m.biases.empty() && m.biases != "qkvo")
    left_out.push_back("biases " + projections(m.biases));
  if (m.qk_norm == QkNorm::all_heads)
    left_out.emplace_back("queries and keys normalised over all heads together");
  if (m.qk_norm == QkNorm::one_head && m.qk_norm_bias) left_out.emplace_back("QK-norm's bias");
  if (m.window) left_out.emplace_back("sliding windows");
  return left_out;
}

}  // namespace

NearestState nearest_state(const ModelCard& m) {
  NearestState nearest{
      {{{"d_model", std::to_string(m.d_model)}, {"num_heads", std::to_string(m.num_heads)}}},
      what_no_state_has(m)};
  const auto set = [&](const char* key, std::string value, bool needed) {
    if (needed) nearest.state->emplace_back(key, std::move(value));
  };
  if (m.latent) {
    set("pipeline", "latent", true);
    set("kv_lora_rank", std::to_string(m.latent->kv_rank), true);
    set("q_lora_rank", std::to_string(m.latent->q_rank), m.latent->q_rank > 0);
    set("rope_dim", std::to_string(m.latent->rope_dim), true);
    set("head_dim", std::to_string(m.latent->nope_dim), true);
    set("v_dim", std::to_string(m.v_dim), true);
    set("mask", "causal", m.causal);
    return nearest;
  }
  const bool own_head_dim = m.d_model % m.num_heads != 0 || m.head_dim != m.d_model / m.num_heads;
  set("num_kv_heads", std::to_string(m.num_kv_heads), m.num_kv_heads != m.num_heads);
  set("head_dim", std::to_string(m.head_dim), own_head_dim);
  set("v_dim", std::to_string(m.v_dim), m.v_dim != m.head_dim);
  set("scale", code_number(m.scale), m.scale != 1 / std::sqrt(static_cast<double>(m.head_dim)));
  set("bias", "1", m.biases == "qkvo");
  set("mask", "causal", m.causal);
  const bool rotary = m.positions == Positions::rotary;
  set("position", "rope", rotary);
  set("rope_pairs", "half", rotary);
  set("rotary_dim", std::to_string(m.rotary_dim), rotary && m.rotary_dim != m.head_dim);
  set("position", "alibi", m.positions == Positions::alibi);
  set("qk_norm", "1", m.qk_norm == QkNorm::one_head);
  set("softcap", m.softcap ? code_number(*m.softcap) : "", m.softcap.has_value());
  set("sink", "1", m.sinks);
  set("position", "sinusoidal", m.positions == Positions::sinusoidal);
  try {
    Settings settings(recipe_keys());
    for (const auto& [key, value] : *nearest.state) settings.set(key, value);
    make_recipe(settings);
  } catch (const Error& error) {
    return {std::nullopt, {error.what()}};
  }
  return nearest;
}

}  // namespace headwise
