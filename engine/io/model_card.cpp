#include "engine/io/model_card.hpp"

#include <algorithm>

#include "engine/attention/recipe.hpp"
#include "engine/io/card_parts.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

using Kind = JsonValue::Kind;

const Family* find_family(std::string_view model_type) {
  for (const Family& family : model_families()) {
    for (const std::string_view name : split_words(family.model_type)) {
      if (name == model_type) return &family;
    }
  }
  return nullptr;
}

/// LlamaForCausalLM, LlamaModel: the family whose classes begin so.
const Family* family_of_class(std::string_view name) {
  for (const Family& family : model_families()) {
    if (family.architecture.empty() || !name.starts_with(family.architecture)) continue;
    const std::string_view rest = name.substr(family.architecture.size());
    if (rest.starts_with("For") || rest.starts_with("LMHead") || rest == "Model") return &family;
  }
  return nullptr;
}

[[noreturn]] void refuse_family(const CardFields& card, const std::string& what) {
  std::string supported;
  for (const std::string& name : supported_families()) supported += " " + name;
  card.refuse(what + " is not supported, so nothing is counted rather than guessed; supported are" +
              supported);
}

const Family& family_of(const CardFields& card, const std::optional<std::string>& outer) {
  auto model_type = card.text("model_type");
  if (!model_type) model_type = outer;
  if (model_type) {
    const Family* family = find_family(*model_type);
    if (!family) refuse_family(card, "model_type '" + print_text(*model_type, 80) + "'");
    return *family;
  }
  const auto classes = card.find("architectures");
  if (!classes || classes->value->kind == Kind::null)
    card.refuse("has no model_type, which must name the family, like 'llama'");
  const JsonValue& list = *classes->value;
  if (list.kind != Kind::list || list.items.empty() || list.items[0].kind != Kind::text) {
    card.refuse(classes->name + " is " + list.shown() +
                ", but must be a list of text, like ['LlamaForCausalLM']");
  }
  const Family* family = family_of_class(list.items[0].text);
  if (!family) refuse_family(card, "architecture " + list.items[0].shown());
  return *family;
}

void check_requirements(const CardFields& card, const Family& family) {
  for (const Requirement& must : family.requirements) {
    std::string wanted = must.flag ? "true" : "false";
    std::string given = must.flag ? "false" : "true";
    if (must.text.empty()) {
      if (card.flag({must.name, must.flag}) == must.flag) continue;
    } else {
      const auto text = card.text(must.name);
      if (!text || *text == must.text) continue;
      wanted = "'" + std::string(must.text) + "'";
      given = "'" + print_text(*text) + "'";
    }
    card.refuse(card.name(must.name) + " is " + given + ", but must be " + wanted + ": " +
                std::string(must.why));
  }
}

}  // namespace

ModelCard parse_model_card(std::string_view text, const std::string& file) {
  const JsonValue root = read_json(text, file);
  ModelCard m;
  CardFields card(root, print_text(file, 200), m.notes);
  const auto name = card.text("_name_or_path");
  m.name = name && !name->empty() ? print_text(*name, 80) : print_text(file, 200);

  std::optional<std::string> outer;
  if (const auto inner = card.find("text_config"); inner && inner->value->kind != Kind::null) {
    if (inner->value->kind != Kind::object)
      card.refuse("text_config is " + inner->value->shown() + ", but must be an object, { ... }");
    outer = card.text("model_type");
    card.enter(*inner->value, "text_config");
    card.note("The language model alone is counted (text_config), not what reads images or sound.");
  }
  const Family& family = family_of(card, outer);
  m.family = std::string(split_words(family.model_type)[0]);
  card.set_family(m.family);
  check_requirements(card, family);

  m.d_model = card.size(family.d_model);
  m.num_heads = card.size(family.num_heads);
  m.layers = card.size(family.layers);
  m.context = card.optional_size(family.context);
  if (family.latent) {
    read_latent(card, m);
  } else {
    read_heads(card, family, m);
    if (card.flag(family.biases_if)) m.biases = std::string(family.biases);
  }
  if (family.qk_norm != QkNorm::none && card.flag(family.qk_norm_if)) {
    m.qk_norm = family.qk_norm;
    m.qk_norm_bias = family.qk_norm_bias;
  }
  read_scale(card, family, m);
  read_positions(card, family, m);
  read_window(card, family, m);
  m.softcap = card.positive(family.softcap, family.softcap_missing);
  m.sinks = family.sinks;
  m.causal = !family.encoder || card.flag({"is_decoder", false});
  m.cached = m.causal;
  return m;
}

ModelCard model_card(const Recipe& r) {
  ModelCard m;
  m.d_model = r.d_model;
  m.num_heads = r.num_heads;
  m.num_kv_heads = r.num_kv_heads;
  m.head_dim = r.head_dim;
  m.v_dim = r.v_dim;
  m.context = r.tokens;
  m.scale = r.scale;
  m.scale_meaning = r.scale_meaning;
  if (r.on("bias")) m.biases = "qkvo";
  const std::string& position = r.settings.get("position");
  if (position == "sinusoidal") m.positions = Positions::sinusoidal;
  if (position == "learned") m.positions = Positions::learned;
  if (position == "alibi") m.positions = Positions::alibi;
  if (position == "rope") {
    m.positions = Positions::rotary;
    m.rotary_dim = r.count("rotary_dim");
  }
  if (r.on("qk_norm")) m.qk_norm = QkNorm::one_head;
  if (const double cap = r.settings.number("softcap"); cap > 0) m.softcap = cap;
  m.sinks = r.on("sink");
  m.causal = r.is("mask", "causal");
  if (r.settings.get("pipeline") == "latent") {
    m.latent = Latent{r.settings.count("q_lora_rank"), r.settings.count("kv_lora_rank"), r.head_dim,
                      r.settings.count("rope_dim")};
    m.head_dim += m.latent->rope_dim;
  }
  return m;
}

std::vector<std::string> supported_families() {
  std::vector<std::string> names;
  for (const Family& family : model_families()) {
    for (const std::string_view name : split_words(family.model_type)) names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace headwise
